import { describe, expect, it } from 'vitest';
import { Calendar } from '#device-sim/time/calendar.ts';
import { newWorld } from '#device-sim/world.ts';
import { day, epochMs, plus } from '#model/brand.ts';
import { oneHome } from '#tests/device-sim/support/communities.ts';
import { played } from '#tests/device-sim/support/platform.ts';
import { toldBy } from '#tests/device-sim/support/told.ts';
import { fc } from '#tests/support/properties.ts';

const zones = ['Asia/Shanghai', 'Europe/Berlin', 'America/St_Johns', 'Australia/Lord_Howe', 'UTC'] as const;
const times = fc.integer({
  min: Date.parse('2020-01-01T00:00:00Z'),
  max: Date.parse('2035-01-01T00:00:00Z'),
});

describe('the days of the simulation', () => {
  it('follow each other without a gap, each from 04:00 to 04:00', () => {
    fc.assert(
      fc.property(fc.constantFrom(...zones), times, (zone, at) => {
        const calendar = new Calendar(zone);
        const today = calendar.dayAt(at);
        expect(at >= today.from && at < today.to).toBe(true);
        expect(calendar.dayAt(today.from).number).toBe(today.number);
        expect(calendar.dayAt(today.to).number).toBe(today.number + 1);
        expect(calendar.day(today.number + 1).from).toBe(today.to);
        expect(calendar.hourOf(today.from)).toBe(4);
      }),
      { numRuns: 500 },
    );
  });

  it('know the day of the week', () => {
    const calendar = new Calendar('Asia/Shanghai');
    expect(calendar.dayAt(Date.parse('2026-01-05T12:00:00+08:00')).weekday).toBe(1);
    expect(calendar.dayAt(Date.parse('2026-01-05T03:00:00+08:00')).weekday).toBe(7);
  });

  it.each(['2026-03-28', '2026-10-24'])(
    'last 23 or 25 hours when the clocks change, and nobody notices (%s)',
    (date) => {
      const community = { ...oneHome, community: { ...oneHome.community, timezone: 'Europe/Berlin' } };
      const start = epochMs(Date.parse(`${date}T12:00:00Z`));
      const range = { from: start, to: plus(start, 2 * day) };
      expect(played(newWorld({ community, seed: 4, start }), range).alarms).toEqual([]);
      const told = toldBy(newWorld({ community, seed: 4, start }), range);
      expect(new Set(told.map(({ device, ts }) => `${device} ${ts}`)).size).toBe(told.length);
    },
  );
});
