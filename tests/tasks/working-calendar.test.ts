import { spawnSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { type EpochMs, epochMs, hour } from '#model/brand.ts';
import { parseLimit } from '#model/limit.ts';
import { isAnnounced, unannouncedYears, WorkingCalendar } from '#tasks/working-calendar.ts';
import { fc } from '#tests/support/properties.ts';

const hours = '08:30-12:00,14:00-17:30';
const calendar = new WorkingCalendar({ zone: 'Asia/Shanghai', hours });
const at = (text: string): EpochMs => epochMs(Date.parse(`${text}+08:00`));
const shown = (time: EpochMs): string => new Date(time + 8 * hour).toISOString().slice(0, 16);
const end = (text: string, from: string, of = calendar): string => {
  const limit = parseLimit(text);
  if (!limit) throw new Error(`${text} is no limit`);
  return shown(of.end(limit, at(from)));
};

describe('the working calendar', () => {
  it('knows public holidays, and the weekends on which people work for them', () => {
    const works = (day: string) => calendar.isWorkingDay(at(`${day}T09:00`));
    // Spring festival 2026: off from 15 to 23 February, with work on Saturday 14 and Saturday 28.
    expect(['2026-02-13', '2026-02-14', '2026-02-28', '2026-02-24'].map(works)).toEqual([
      true,
      true,
      true,
      true,
    ]);
    expect(['2026-02-15', '2026-02-16', '2026-02-23', '2026-03-01'].map(works)).toEqual([
      false,
      false,
      false,
      false,
    ]);
    // National day 2025, and the Sunday before it.
    expect(['2025-09-28', '2025-10-01', '2025-10-08', '2025-10-11'].map(works)).toEqual([
      true,
      false,
      false,
      true,
    ]);
  });

  it('knows the holidays of a fixed date also of a year that is not announced, and says that it is not', () => {
    // 2049: no announcement reaches as far. Fridays and Mondays that would be worked.
    const works = (day: string) => calendar.isWorkingDay(at(`${day}T09:00`));
    expect(['2049-01-01', '2048-05-01', '2049-10-01', '2048-10-02'].map(works)).toEqual([
      false,
      false,
      false,
      false,
    ]);
    expect(['2049-01-04', '2048-05-05', '2049-10-04', '2048-10-05'].map(works)).toEqual([
      true,
      true,
      true,
      true,
    ]);
    expect([2025, 2026, 2048].map(isAnnounced)).toEqual([true, true, false]);
    // In an announced year what was announced counts: 3 May 2025, a Saturday, and the make-up day of 27 April.
    expect(['2025-04-27', '2025-05-02'].map(works)).toEqual([true, false]);
    expect(unannouncedYears(at('2026-01-20T00:00'), 'Asia/Shanghai')).toEqual([]);
    expect(unannouncedYears(at('2048-11-20T00:00'), 'Asia/Shanghai')).toEqual([2048, 2049]);
  });

  it('counts time that passes as it is', () => {
    expect(end('15m', '2026-02-14T23:50')).toBe('2026-02-15T00:05');
  });

  it('counts working hours while people work', () => {
    expect(end('2wh', '2026-03-04T09:00')).toBe('2026-03-04T11:00');
    expect(end('2wh', '2026-03-04T11:00')).toBe('2026-03-04T15:00');
    expect(end('1wh', '2026-03-04T12:30')).toBe('2026-03-04T15:00');
    expect(end('4wh', '2026-03-06T17:00')).toBe('2026-03-09T12:00');
    expect(end('1wh', '2026-03-07T03:00')).toBe('2026-03-09T09:30');
    expect(end('3.5wh', '2026-03-04T08:30')).toBe('2026-03-04T12:00');
    expect(end('0.5wh', '2026-03-04T17:00')).toBe('2026-03-04T17:30');
    // Over the festival: an hour on Saturday 14, the next on Tuesday 24.
    expect(end('2wh', '2026-02-14T16:30')).toBe('2026-02-24T09:30');
  });

  it('counts working days from the next one to its end', () => {
    expect(end('1wd', '2026-03-04T00:10')).toBe('2026-03-05T17:30');
    expect(end('1wd', '2026-03-04T23:50')).toBe('2026-03-05T17:30');
    expect(end('3wd', '2026-03-04T10:00')).toBe('2026-03-09T17:30');
    expect(end('1wd', '2026-03-07T10:00')).toBe('2026-03-09T17:30');
    expect(end('2wd', '2026-02-13T10:00')).toBe('2026-02-24T17:30');
    expect(end('1.5wd', '2026-03-04T10:00')).toBe('2026-03-06T12:00');
    expect(end('0.5wd', '2026-03-04T08:30')).toBe('2026-03-04T12:00');
  });

  it('keeps the hours of the community by its own clock', () => {
    const shops = new WorkingCalendar({ zone: 'Asia/Urumqi', hours: '10:00-18:00' });
    expect(end('1wh', '2026-03-04T08:00', shops)).toBe('2026-03-04T13:00');
    const always = new WorkingCalendar({ zone: 'Asia/Shanghai', hours: '00:00-24:00' });
    expect(end('30wh', '2026-03-06T20:00', always)).toBe('2026-03-10T02:00');
  });

  it('ends, however long the limit is', () => {
    expect(end('99999999wd', '2026-03-04T10:00')).toBe('2036-03-11T10:00');
  });

  it('a later beginning never ends earlier, and no limit ends before it begins', () => {
    const moment = fc.integer({ min: at('2026-01-01T00:00'), max: at('2026-12-31T00:00') });
    const limit = fc.oneof(
      fc.integer({ min: 1, max: 400 }).map((n) => ({ kind: 'working-hours', hours: n / 10 }) as const),
      fc.integer({ min: 1, max: 40 }).map((n) => ({ kind: 'working-days', days: n / 2 }) as const),
    );
    fc.assert(
      fc.property(moment, fc.nat(20 * 24 * hour), limit, (from, later, of) => {
        const first = calendar.end(of, epochMs(from));
        expect(first).toBeGreaterThan(from);
        expect(calendar.end(of, epochMs(from + later))).toBeGreaterThanOrEqual(first);
      }),
      { numRuns: 200 },
    );
  });

  it('is the same wherever the machine stands', () => {
    const script = `
      import { WorkingCalendar } from '#tasks/working-calendar.ts';
      const calendar = new WorkingCalendar({ zone: 'Asia/Shanghai', hours: '${hours}' });
      // A year that is announced, with a holiday and days of work for it ahead; one that is not.
      const from = [${at('2026-02-10T10:00')}, ${at('2048-09-20T10:00')}];
      console.log(from.flatMap((at) => [1, 5, 20].map((days) => calendar.end({ kind: 'working-days', days }, at))).join());`;
    const run = (TZ: string) =>
      spawnSync(process.execPath, ['--input-type=module-typescript', '--eval', script], {
        env: { ...process.env, TZ },
        encoding: 'utf8',
      }).stdout.trim();
    const [here, east, west] = ['Asia/Shanghai', 'Pacific/Kiritimati', 'America/New_York'].map(run);
    expect(here).toMatch(/^(\d+,){5}\d+$/);
    expect([east, west]).toEqual([here, here]);
  });
});
