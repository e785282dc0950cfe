import type { DeviceId, EpochMs, Position } from '#model/brand.ts';
import type { Reading, Value } from '#model/reading.ts';
import type { ReceivedReadings } from '#model/received.ts';

/** What one ops transaction hands to history: the readings of the inbox up to `position`, in order. */
export interface HistoryBatch {
  /** The last inbox record of the batch; batches come in rising order. */
  readonly position: Position;
  readonly readings: readonly Reading[];
  readonly context: readonly ContextChange[];
}

/** Presence and modes as they were, kept beside the readings so that a backtest sees what the rules saw. */
export interface ContextChange {
  readonly at: EpochMs;
  readonly kind: 'presence' | 'mode';
  /** Device id, or the mode's target. */
  readonly subject: string;
  /** `online`, `offline`, or the mode with `+` or `-` before it; after `+` perhaps ` until ` and its end (ISO 8601). */
  readonly state: string;
}

/** In UTF-16 code units, of a value or a property's name; longer ones are rejected. As long as a plain device's payload. */
export const longestText = 65_536;

/** A reading that can never be stored; of a change of context `device` is its subject and `property` its kind. */
export interface Rejected {
  /** Null: a change of context. */
  readonly reading: Reading | null;
  /** Whether it is of a time that is not kept any more, and not what it says. */
  readonly isTooOld: boolean;
  readonly device: string;
  readonly property: string;
  /** As it came: it may be no time. */
  readonly at: number;
  /** For people: why, without the value, and what helps. */
  readonly reason: string;
}

/** Keeps what can never be stored where people find it. Rejects when a later try may succeed. */
export type KeepRejected = (rejected: readonly Rejected[]) => Promise<void>;

export interface Appended {
  readonly rejected: readonly Rejected[];
}

export interface Point {
  readonly at: EpochMs;
  readonly value: Value;
}

export interface Page {
  readonly points: readonly Point[];
  /** Give it back as `cursor` for the rest; null when this was all. */
  readonly next: string | null;
}

export const aggregates = ['avg', 'min', 'max', 'sum', 'count', 'first', 'last'] as const;
export type Aggregate = (typeof aggregates)[number];

/** What buckets were made of: readings, roll-ups of a length, or several of these. */
export const bucketSources = ['raw', '1m', '15m', '1h', '1d', 'mixed'] as const;
export type BucketSource = (typeof bucketSources)[number];

export interface BucketAnswer {
  /** Rising in time, `at` = the bucket's start, empty buckets left out. */
  readonly points: readonly Point[];
  /** Of an empty answer `raw`. */
  readonly source: BucketSource;
}

export interface RawQuery {
  readonly device: DeviceId;
  readonly property: string;
  /** from ≤ t < to. */
  readonly from: EpochMs;
  readonly to: EpochMs;
  /** At most 100,000. */
  readonly limit: number;
  readonly cursor?: string;
}

export interface BucketQuery {
  readonly device: DeviceId;
  readonly property: string;
  readonly from: EpochMs;
  readonly to: EpochMs;
  /**
   * A length in ms. Below a day it is elapsed time, counted anew from each midnight of `timezone`; above it must be whole
   * days, which follow the calendar there (23, 24 or 25 h); several days are counted from a Monday.
   */
  readonly everyMs: number;
  readonly fn: Aggregate;
  /** IANA zone to whose midnight the buckets align. */
  readonly timezone: string;
}

/** Buckets of one property of many devices; as BucketQuery else. */
export interface HeatQuery extends Omit<BucketQuery, 'device'> {
  readonly devices: readonly DeviceId[];
}

export interface HeatAnswer {
  /** Those that have a reading in the range, in the order in which they were asked for. */
  readonly rows: readonly { readonly device: DeviceId; readonly points: readonly Point[] }[];
  readonly source: BucketSource;
}

/** From when on a property is kept: what is older goes, by whole UTC days. Null: nothing goes. */
export interface KeptProperty {
  readonly property: string;
  readonly readingsFrom: EpochMs | null;
  /** Not after `readingsFrom`. */
  readonly rollupsFrom: EpochMs | null;
}

export interface PurgeOrder {
  readonly kept: readonly KeptProperty[];
  /** The same of presence and modes. */
  readonly contextFrom: EpochMs | null;
}

/** What went of what was to be erased. */
export interface Erasure {
  readonly readings: number;
  readonly rollups: number;
}

/** How history is. */
export interface HistoryStatus {
  /** Of its files, the write-ahead log included; 0: not known (a server tells it to admins alone, or not at all). */
  readonly bytes: number;
  readonly days: number;
  /** Days that are not in order; the newest always is one of them. */
  readonly unsortedDays: number;
  /** Days that are over and have no roll-ups yet. */
  readonly daysWithoutRollups: number;
  readonly series: number;
  /** The UTC day of the oldest reading; null: there is none. */
  readonly oldest: EpochMs | null;
  /** The time of the newest reading; null: there is none. */
  readonly newest: EpochMs | null;
  /** Whether data waits to be erased. */
  readonly isErasing: boolean;
}

/** What there is of a property. */
export interface Holding {
  readonly property: string;
  readonly readings: number;
  /** Of them, those measured since the day that was asked for. */
  readonly recent: number;
  /** The UTC day of the oldest reading; null: there is none. */
  readonly oldest: EpochMs | null;
  readonly rollups: number;
  /** The UTC day of the oldest roll-up; null: there is none. */
  readonly oldestRollup: EpochMs | null;
}

export interface Holdings {
  readonly properties: readonly Holding[];
  /** Of its files, what is free in them and `compact` gives back; null: it does not say. */
  readonly freeBytes: number | null;
}

/** What went of a property. */
export interface Purged {
  readonly property: string;
  readonly readings: number;
  readonly rollups: number;
  /** Readings from here on are there still. */
  readonly until: EpochMs | null;
}

export interface ContextQuery {
  /** from ≤ t < to. */
  readonly from: EpochMs;
  readonly to: EpochMs;
  /** Only these; default: both. */
  readonly kind?: ContextChange['kind'];
}

export interface ReceivedQuery {
  /** Whose readings, and of which properties; null: all that the device ever said. */
  readonly of: readonly { readonly device: DeviceId; readonly properties: readonly string[] | null }[];
  /** from ≤ time of receipt < to. */
  readonly from: EpochMs;
  readonly to: EpochMs;
}

export interface SeriesName {
  readonly device: DeviceId;
  readonly property: string;
}

export interface MeasuredQuery {
  readonly series: readonly SeriesName[];
  /** from ≤ t < to. */
  readonly from: EpochMs;
  readonly to: EpochMs;
}

/** Readings with all that is kept of them. */
export interface Received {
  /** What the rows' `series` count. */
  readonly series: readonly SeriesName[];
  /**
   * Read as they are asked for, each batch of one moment; nothing is held open between two. The columns of a batch are used
   * again for the next but one.
   */
  readonly batches: AsyncIterableIterator<ReceivedReadings>;
}

/** The times of the first and the last reading. */
export interface Extent {
  readonly first: EpochMs;
  readonly last: EpochMs;
}

/**
 * The time series store. Adapters: store/history/duckdb (embedded), store/history/influxdb. All pass tests/store/history.contract.ts.
 * Guarantees: what can be stored of a batch is stored whole or not at all, together with its position; a batch at or below `position()` is
 * ignored (exactly once); identical readings (device, property, time, value) count once; for the same device, property
 * and time the last received wins.
 */
export interface History {
  /** The last batch that is durable; 0 when empty. */
  position(): Promise<Position>;
  /**
   * Resolves when all batches are durable but for what can never be stored, which it answers: so the position goes on.
   * Rejects when a later try may succeed (the disk is full, …); nothing of the batches is stored then.
   * `keep` is awaited before the position goes on, if there is anything to keep: after a crash between the two it is asked for the same again. When
   * it rejects, so does this.
   */
  append(batches: readonly HistoryBatch[], keep?: KeepRejected): Promise<Appended>;
  /** Rising in time. */
  readings(query: RawQuery): Promise<Page>;
  /**
   * From readings or from roll-ups, whichever is less to read; the answer is the same (sums but for the order of adding).
   * Booleans count as 0 and 1; text only with `first`, `last` and `count`.
   */
  buckets(query: BucketQuery): Promise<BucketAnswer>;
  /** The same of many devices at once: as a building's heat map wants it. */
  heat(query: HeatQuery): Promise<HeatAnswer>;
  /** Rising in time; of the same time, in the order of receipt. */
  context(query: ContextQuery): Promise<readonly ContextChange[]>;
  /**
   * Readings in the order of receipt, to be judged again; those of one message follow one another. What was said twice or
   * corrected comes as it came until its day is sorted, then once: the last received. Of what was measured more than a month before `from`
   * nothing comes.
   */
  received(query: ReceivedQuery): Promise<Received>;
  /**
   * Readings by their time, of the same time in the order in which the series were asked for; each time of a series once, the last received.
   * What comes in or goes meanwhile may be in it or not.
   */
  measured(query: MeasuredQuery): Promise<Received>;
  /** What these devices ever said: in their order, each one's properties by name. */
  series(devices: readonly DeviceId[]): Promise<readonly SeriesName[]>;
  /** Null when nothing is stored. */
  extent(): Promise<Extent | null>;
  /** Number of distinct stored readings, for checks: of one device, or of all. */
  count(device?: DeviceId): Promise<number>;
  /** Names of all properties that anything was ever stored of. */
  properties(): Promise<readonly string[]>;
  /** Takes out what is older than what is kept; answers what went. Safe to be killed: the next one goes on. */
  purge(order: PurgeOrder): Promise<readonly Purged[]>;
  /**
   * Erases all that was ever said by these devices, and presence and modes of these subjects: readings, roll-ups, names of series. Resolves
   * when no byte of it is left in the files. Once it was asked for it happens: a history that was killed meanwhile goes on with it in `maintain`.
   */
  erase(subjects: readonly string[]): Promise<Erasure>;
  /** Makes all roll-ups of days that are over anew, from the readings that there are. */
  rebuild(): Promise<void>;
  /** Writes what there is anew, so that the disk gets back what is free in the files. Appends wait meanwhile. */
  compact(): Promise<void>;
  status(): Promise<HistoryStatus>;
  /** What there is of each property; counts all that there is, so not for every second. `recentFrom` counts from the start of its UTC day. */
  holdings(recentFrom: EpochMs): Promise<Holdings>;
  /** Sorts and de-duplicates closed periods; safe at any time, safe to be killed. */
  maintain(): Promise<void>;
  /** Days that are not in order; the newest always is one of them. Also when it is closed. */
  unsortedDays(): number;
  close(): Promise<void>;
}
