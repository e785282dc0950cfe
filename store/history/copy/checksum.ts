import { createHash } from 'node:crypto';
import type { Reading } from '#model/reading.ts';

/** What a series holds of a stretch of time. */
export interface SeriesSum {
  readonly count: number;
  /** Over time, receipt, value, its type, and flags. */
  readonly checksum: string;
}

const columns = 5;
const kinds = { number: 0, boolean: 1, string: 2 } as const;

/** Counts and checksums by `device\nproperty`; of one series the readings must rise in time. */
export function sumsOf(readings: Iterable<Reading>): ReadonlyMap<string, SeriesSum> {
  const series = new Map<string, Reading[]>();
  for (const reading of readings) {
    const name = `${reading.device}\n${reading.property}`;
    const those = series.get(name);
    if (those) those.push(reading);
    else series.set(name, [reading]);
  }
  return new Map(
    [...series].map(([name, those]) => [name, { count: those.length, checksum: checksumOf(those) }]),
  );
}

function checksumOf(readings: readonly Reading[]): string {
  const numbers = new Float64Array(readings.length * columns);
  const hash = createHash('sha256');
  for (const [index, { at, flags, receivedAt, value }] of readings.entries()) {
    const isText = typeof value === 'string';
    const kind = isText ? kinds.string : typeof value === 'boolean' ? kinds.boolean : kinds.number;
    numbers.set([at, receivedAt, isText ? value.length : Number(value), kind, flags], index * columns);
    if (isText) hash.update(value);
  }
  return hash.update(numbers).digest('hex').slice(0, 16);
}
