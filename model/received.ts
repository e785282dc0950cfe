import type { Value } from '#model/reading.ts';

/**
 * Readings in the order of their receipt, in columns: threads hand millions of them on without copying. Row n of each
 * column belongs to the same reading; times are epoch ms.
 */
export interface ReceivedReadings {
  readonly length: number;
  /** Index into the series that came with them. */
  readonly series: Int32Array;
  readonly at: Float64Array;
  readonly receivedAt: Float64Array;
  /** A boolean is 0 or 1, a text 0. */
  readonly value: Float64Array;
  /** How the value was said (0 number, 1 boolean, 2 text), and above it the flags: kind + 4 · flags. */
  readonly marks: Int32Array;
  /** By row. */
  readonly texts: ReadonlyMap<number, string>;
}

/** The value of a row as it came in. */
export function valueAt(readings: ReceivedReadings, row: number): Value {
  const value = readings.value[row] ?? 0;
  const kind = (readings.marks[row] ?? 0) & 3;
  if (kind === 0) return value;
  return kind === 1 ? value === 1 : (readings.texts.get(row) ?? '');
}

/** The flags of a row (model/reading.ts). */
export const flagsAt = (readings: ReceivedReadings, row: number): number => (readings.marks[row] ?? 0) >> 2;
