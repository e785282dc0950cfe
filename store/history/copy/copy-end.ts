import { type DeviceId, type EpochMs, type Position, position } from '#model/brand.ts';
import type { Reading } from '#model/reading.ts';
import type { ContextChange, History, Rejected } from '#store/history/history.ts';

/** All that some devices said in from ≤ t < to. */
export interface CopyPart {
  readonly devices: readonly DeviceId[];
  readonly from: EpochMs;
  readonly to: EpochMs;
}

/** The record of what is copied: the one that it had is of the place that it came from. */
export const nowhere: Position = position(0);

/** One end of a copy between engines. Days are UTC days, counted from 1970-01-01. */
export interface CopyEnd {
  position(): Promise<Position>;
  /** The days that hold anything, each with what is another when the day has changed: of this engine only. */
  days(): Promise<ReadonlyMap<number, string>>;
  /** About how many readings the devices have on a day; who has none is not in it. */
  counts(day: number): Promise<ReadonlyMap<DeviceId, number>>;
  /** Each (device, property, time) once, the last received; of one series rising in time. */
  readings(part: CopyPart): Promise<readonly Reading[]>;
  /** Presence and modes of a day, in order. */
  context(day: number): Promise<readonly ContextChange[]>;
  /** Writes readings over what there is of their series and times. Resolves when they are durable; answers what can never be stored. */
  put(readings: readonly Reading[]): Promise<readonly Rejected[]>;
  /** Writes changes that are not there yet. `places`: of each, its place among those of its millisecond. */
  putContext(changes: readonly ContextChange[], places: readonly number[]): Promise<void>;
  /** Which days were copied to here whole, with what `days` of the other end said of them. */
  copied(): Promise<ReadonlyMap<number, string>>;
  keepCopied(day: number, version: string): Promise<void>;
  /** Batches up to here are in what was copied; never goes back. */
  reach(position: Position): Promise<void>;
}

/** A history that can be copied from and to; its end is of use until `close`, which does not wait for it. */
export interface Copyable extends History {
  copyEnd(): CopyEnd;
}
