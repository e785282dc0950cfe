import { describe, expect, it } from 'vitest';
import { day, epochMs, plus } from '#model/brand.ts';
import { dutiesBetween, dutyAt, isOnDuty } from '#model/roster.ts';
import { fc } from '#tests/support/properties.ts';

const shanghai = 'Asia/Shanghai';
/** `mon-fri 08:00-20:00` */
const on = (text: string, at: string, zone = shanghai): boolean => {
  const [days = '', hours = ''] = text.split(' ');
  const [from = '', to = ''] = hours.split('-');
  return isOnDuty({ days, from, to }, epochMs(Date.parse(at)), zone);
};

// 2026-03-02 is a Monday.
describe('a shift', () => {
  it('is on from its first minute until just before its end, by the wall clock of the community', () => {
    expect(on('mon-sun 08:00-20:00', '2026-03-02T07:59:59.999+08:00')).toBe(false);
    expect(on('mon-sun 08:00-20:00', '2026-03-02T08:00+08:00')).toBe(true);
    expect(on('mon-sun 08:00-20:00', '2026-03-02T19:59:59.999+08:00')).toBe(true);
    expect(on('mon-sun 08:00-20:00', '2026-03-02T20:00+08:00')).toBe(false);
    expect(on('mon-sun 08:00-20:00', '2026-03-02T08:00Z')).toBe(true);
    expect(on('mon-sun 08:00-20:00', '2026-03-02T23:30Z')).toBe(false);
  });

  it.each([
    ['mon', '2026-03-02', true],
    ['mon', '2026-03-03', false],
    ['mon-fri', '2026-03-06', true],
    ['mon-fri', '2026-03-07', false],
    ['mon-fri,sun', '2026-03-08', true],
    ['mon-fri,sun', '2026-03-07', false],
    ['sat-mon', '2026-03-08', true],
    ['sat-mon', '2026-03-02', true],
    ['sat-mon', '2026-03-04', false],
  ])('of %s on %s: %s', (days, date, expected) => {
    expect(on(`${days} 08:00-20:00`, `${date}T12:00+08:00`)).toBe(expected);
  });

  it('over midnight belongs to the day on which it begins', () => {
    expect(on('fri 22:00-06:00', '2026-03-06T22:00+08:00')).toBe(true);
    expect(on('fri 22:00-06:00', '2026-03-07T05:59+08:00')).toBe(true);
    expect(on('fri 22:00-06:00', '2026-03-07T06:00+08:00')).toBe(false);
    expect(on('fri 22:00-06:00', '2026-03-06T05:00+08:00')).toBe(false);
    expect(on('fri 22:00-06:00', '2026-03-07T23:00+08:00')).toBe(false);
  });

  it('until 24:00 ends at midnight', () => {
    expect(on('mon 16:00-24:00', '2026-03-02T23:59:59.999+08:00')).toBe(true);
    expect(on('mon 16:00-24:00', '2026-03-03T00:00+08:00')).toBe(false);
    expect(on('mon 00:00-24:00', '2026-03-02T00:00+08:00')).toBe(true);
    expect(on('mon 00:00-24:00', '2026-03-03T00:00+08:00')).toBe(false);
  });

  it('whose end is its begin is a whole day long', () => {
    expect(on('mon 08:00-08:00', '2026-03-03T07:59+08:00')).toBe(true);
    expect(on('mon 08:00-08:00', '2026-03-03T08:00+08:00')).toBe(false);
  });

  // Berlin: 2026-03-29 02:00 → 03:00, 2026-10-25 03:00 → 02:00.
  it('keeps its wall-clock times on the days when the clock changes', () => {
    const berlin = 'Europe/Berlin';
    expect(on('mon-sun 08:00-20:00', '2026-03-29T05:59Z', berlin)).toBe(false);
    expect(on('mon-sun 08:00-20:00', '2026-03-29T06:00Z', berlin)).toBe(true);
    expect(on('sat 22:00-06:00', '2026-03-29T03:59Z', berlin)).toBe(true);
    expect(on('sat 22:00-06:00', '2026-03-29T04:00Z', berlin)).toBe(false);
    expect(on('sat 22:00-06:00', '2026-10-25T04:59Z', berlin)).toBe(true);
    expect(on('sat 22:00-06:00', '2026-10-25T05:00Z', berlin)).toBe(false);
    expect(on('sun 00:00-24:00', '2026-10-25T22:59Z', berlin)).toBe(true);
    expect(on('sun 00:00-24:00', '2026-10-25T23:00Z', berlin)).toBe(false);
  });

  it('takes a time that occurs twice for the first, and one that never occurs for an hour later', () => {
    const berlin = 'Europe/Berlin';
    expect(on('sun 00:00-02:30', '2026-10-25T00:29Z', berlin)).toBe(true);
    expect(on('sun 00:00-02:30', '2026-10-25T00:30Z', berlin)).toBe(false);
    expect(on('sun 02:30-08:00', '2026-03-29T01:29Z', berlin)).toBe(false);
    expect(on('sun 02:30-08:00', '2026-03-29T01:30Z', berlin)).toBe(true);
  });

  it('in a zone that does not exist is never on', () => {
    expect(on('mon-sun 00:00-24:00', '2026-03-02T12:00Z', 'Mars/Olympus')).toBe(false);
  });

  it('is on in one of its windows and at no other time, in whatever order that is asked', () => {
    const clock = fc.integer({ min: 0, max: 24 * 4 }).map((quarters) => {
      const two = (part: number): string => String(part).padStart(2, '0');
      return `${two(Math.floor(quarters / 4))}:${two((quarters % 4) * 15)}`;
    });
    const shift = fc.record({
      days: fc.constantFrom('mon-sun', 'mon-fri,sun', 'sat-mon'),
      from: clock,
      to: clock,
    });
    const zone = fc.constantFrom(shanghai, 'Europe/Berlin', 'America/St_Johns', 'Pacific/Apia');
    // Over both changes of the clocks of a year.
    const time = fc
      .integer({ min: Date.UTC(2026, 2, 1), max: Date.UTC(2026, 10, 15) })
      .map((ms) => epochMs(ms));
    fc.assert(
      fc.property(fc.array(fc.tuple(shift, zone, time), { maxLength: 60 }), (questions) => {
        for (const [hours, where, at] of questions) {
          const windows = dutiesBetween(hours, { from: epochMs(at - day), to: plus(at, day) }, where);
          expect(dutyAt(hours, at, where)).toEqual(windows.find(({ from, to }) => at >= from && at < to));
        }
      }),
      { numRuns: 60 },
    );
  });
});
