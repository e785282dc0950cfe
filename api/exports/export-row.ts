import type { EpochMs } from '#model/brand.ts';
import { flag, type Value } from '#model/reading.ts';
import type { Aggregate, BucketSource } from '#store/history/history.ts';

/** What the rows of one series have in common. */
export interface ExportSeries {
  readonly device: string;
  readonly deviceName: string | null;
  readonly place: string;
  /** Ids from the community down to the place, with `/` between. */
  readonly placePath: string;
  readonly property: string;
  /** UCUM symbol of its numbers; null: none. */
  readonly unit: string | null;
}

/** A reading, or a bucket of readings. */
export interface ExportRow {
  readonly series: ExportSeries;
  /** When it was measured; of a bucket its start. */
  readonly at: EpochMs;
  readonly value: Value;
  /** Of a reading. */
  readonly receivedAt: EpochMs;
  /** Bits of `flag`; of a bucket 0. */
  readonly flags: number;
  /** Of a bucket: what it was made of. */
  readonly source: BucketSource;
}

/** How a file's buckets were made; null: it holds readings. */
export interface ExportBuckets {
  /** As it was asked for, such as `15m`. */
  readonly every: string;
  readonly everyMs: number;
  readonly fn: Aggregate;
}

/** The flags of a reading in words, in the order of their bits. */
const flagWords = [
  [flag.noTime, 'no-time'],
  [flag.clockReplaced, 'clock-replaced'],
  [flag.receivedLate, 'received-late'],
  [flag.state, 'state'],
  [flag.replayed, 'replayed'],
  [flag.unknownProperty, 'unknown-property'],
  [flag.past, 'past'],
] as const;

export const wordsOfFlags = (flags: number): readonly string[] =>
  flagWords.filter(([bit]) => (flags & bit) !== 0).map(([, word]) => word);

/** The unit of a row's value; a count has none, a detector that says yes or no neither. */
export const unitOfRow = ({ series, value }: ExportRow, buckets: ExportBuckets | null): string | null =>
  typeof value === 'number' && buckets?.fn !== 'count' ? series.unit : null;

export const typeOf = (value: Value): 'number' | 'boolean' | 'text' =>
  typeof value === 'string' ? 'text' : typeof value === 'number' ? 'number' : 'boolean';
