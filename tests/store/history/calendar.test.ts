import { DateTime } from 'luxon';
import { describe, expect, it } from 'vitest';
import { ZoneCalendar } from '#store/history/duckdb/calendar.ts';
import { fc } from '#tests/support/properties.ts';

const day = 86_400_000;
/** Midnights that are skipped (Beirut, Cairo, Havana), repeated (Havana), half hours, quarters, and a date that never was (Apia). */
const zones = [
  'Asia/Shanghai',
  'Europe/Berlin',
  'Asia/Beirut',
  'Africa/Cairo',
  'America/Havana',
  'Asia/Kathmandu',
  'Pacific/Apia',
  'Australia/Lord_Howe',
  'UTC',
];

describe('the calendar of a zone', () => {
  it('cuts at the first moment of every date, also where the clock skips or repeats midnight', () => {
    const from = Date.parse('1990-01-01T00:00:00Z');
    fc.assert(
      fc.property(fc.constantFrom(...zones), fc.integer({ min: 0, max: 45 * 365 }), (zone, offset) => {
        const start = from + offset * day;
        const segments = new ZoneCalendar(zone).segments(start, start + 3 * day, day);
        expect(segments[0]?.lo).toBe(start);
        expect(segments.at(-1)?.hi).toBe(start + 3 * day);
        for (const [index, { lo, hi }] of segments.entries()) {
          if (index > 0) expect(lo).toBe(segments[index - 1]?.hi);
          const date = (at: number): string => DateTime.fromMillis(at, { zone }).toISODate() ?? '';
          expect(date(lo)).toBe(date(hi - 1));
          if (index > 0) expect(date(lo - 1)).not.toBe(date(lo));
        }
      }),
      { numRuns: 400 },
    );
  });
});
