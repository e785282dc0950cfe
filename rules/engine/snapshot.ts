import type { DeviceId } from '#model/brand.ts';
import { epochMs, position } from '#model/brand.ts';
import type { Observation, Value } from '#model/reading.ts';
import type { ModeTimeline } from '#rules/engine/holds.ts';
import type { MachineState } from '#rules/engine/machine.ts';
import type { Told } from '#rules/engine/reconcile.ts';
import type { Stream } from '#rules/engine/stream.ts';
import { type Downtime, type Entry, isDowntime } from '#rules/engine/stream.ts';

/** Time, time of receipt, flags, position, values. */
type ObservationJson = readonly [number, number, number, number, readonly (readonly [string, Value])[]];

/** One rule's state for one device. An entry is an index into the observations of the device, or a time of ours. */
export interface WatchSnapshot {
  readonly meaning: string;
  readonly base: MachineState;
  readonly current: MachineState;
  /** Null: nothing happened yet. */
  readonly clock: number | null;
  readonly floor: number | null;
  readonly entries: readonly (number | Downtime)[];
  readonly told: readonly Told[];
}

/** Everything that the engine remembers of one device. */
export interface DeviceSnapshot {
  readonly tracks: Readonly<Record<string, readonly (readonly [number, Value])[]>>;
  readonly modes: ReturnType<ModeTimeline['toJson']>;
  readonly observations: readonly ObservationJson[];
  readonly watches: Readonly<Record<string, WatchSnapshot>>;
}

/** Observations that several rules took in are written once. */
export class ObservationTable {
  readonly rows: ObservationJson[] = [];
  readonly #indexes = new Map<Observation, number>();

  indexOf(entry: Entry): number | Downtime {
    if (isDowntime(entry)) return entry;
    const known = this.#indexes.get(entry);
    if (known !== undefined) return known;
    const { at, receivedAt, flags, position: record, values } = entry;
    this.#indexes.set(entry, this.rows.length);
    return this.rows.push([at, receivedAt, flags, record, [...values]]) - 1;
  }
}

const finite = (value: number): number | null => (Number.isFinite(value) ? value : null);

/** What of a watch is kept. */
interface Kept {
  readonly rule: { readonly meaning: string };
  readonly stream: Stream;
  readonly current: MachineState;
  readonly clock: number;
  readonly book: { readonly told: readonly Told[] };
}

export const snapshotOf = (watch: Kept, table: ObservationTable): WatchSnapshot => ({
  meaning: watch.rule.meaning,
  base: watch.stream.base,
  current: watch.current,
  clock: finite(watch.clock),
  floor: finite(watch.stream.floor),
  entries: watch.stream.entries.map((entry) => table.indexOf(entry)),
  told: watch.book.told,
});

/** A snapshot whose readings are not at hand any more: nothing before it is judged again. */
export const sealed = (snapshot: WatchSnapshot): WatchSnapshot => ({
  ...snapshot,
  base: snapshot.current,
  floor: snapshot.clock,
  entries: [],
});

export const readObservations = (
  device: DeviceId,
  rows: readonly ObservationJson[],
): readonly Observation[] =>
  rows.map(([at, receivedAt, flags, record, values]) => ({
    device,
    at: epochMs(at),
    receivedAt: epochMs(receivedAt),
    flags,
    position: position(record),
    values: new Map(values),
  }));
