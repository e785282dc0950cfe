import { describe, expect, it } from 'vitest';
import { epochMs } from '#model/brand.ts';
import { type DayState, dayOf, dayTable, dueReason, quietMs, startOfDay } from '#store/history/duckdb/day.ts';

const day = dayOf(epochMs(Date.parse('2026-02-01T12:00:00Z')));
const end = startOfDay(day + 1);
const unsorted: DayState = {
  day,
  generation: 0,
  sorted: false,
  isRolled: false,
  sortedRows: 0,
  lateRows: 10,
  nextSeq: 11,
  touchedAt: epochMs(end - 1),
};
const reason = (state: Partial<DayState>, afterEndMs: number) =>
  dueReason({ ...unsorted, ...state }, epochMs(end + afterEndMs));

describe('when a day is put in order', () => {
  it('waits until the data is an hour past its end', () => {
    expect(reason({}, quietMs - 1)).toBeNull();
    expect(reason({}, quietMs)).toBe('first-sort');
  });

  it('leaves a day in order alone', () => {
    const inOrder = { sorted: true, isRolled: true, sortedRows: 10, lateRows: 0 };
    expect(reason(inOrder, 30 * quietMs)).toBeNull();
  });

  it('makes the roll-ups of a day in order that is over and has none', () => {
    const inOrder = { sorted: true, sortedRows: 10, lateRows: 0 };
    expect(reason(inOrder, quietMs)).toBe('no-roll-ups');
    expect(reason(inOrder, quietMs - 1)).toBeNull();
  });

  it('does it again at once for much late data, and for little when no more has come for an hour', () => {
    const touchedAt = epochMs(end + 5 * quietMs);
    expect(reason({ sortedRows: 1_000, lateRows: 63, touchedAt }, 5 * quietMs)).toBe('much-late-data');
    expect(reason({ sortedRows: 1_000, lateRows: 62, touchedAt }, 5 * quietMs)).toBeNull();
    expect(reason({ sortedRows: 1_000, lateRows: 62, touchedAt }, 6 * quietMs)).toBe('late-data-ended');
  });

  it('does not wait for the end when a query would read a million rows out of order', () => {
    expect(reason({ lateRows: 999_999 }, -quietMs)).toBeNull();
    expect(reason({ lateRows: 1_000_000 }, -quietMs)).toBe('long-tail');
    expect(reason({ sortedRows: 4_000_000, lateRows: 1_999_999 }, -quietMs)).toBeNull();
    expect(reason({ sortedRows: 4_000_000, lateRows: 2_000_000 }, -quietMs)).toBe('long-tail');
  });
});

describe("the name of a day's table", () => {
  it('is the date, and a generation once rewritten, also far from now', () => {
    expect(dayTable(day, 0)).toBe('readings_20260201');
    expect(dayTable(day, 3)).toBe('readings_20260201_3');
    expect(dayTable(-1, 0)).toBe('readings_19691231');
    expect(dayTable(-800_000, 0)).toMatch(/^readings_n\d+$/);
    expect(dayTable(5_000_000, 0)).toMatch(/^readings_p\d+$/);
  });
});
