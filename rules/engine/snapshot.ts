import type { DeviceId } from '#model/brand.ts';
import { epochMs, position } from '#model/brand.ts';
import type { Observation, Value } from '#model/reading.ts';
import type { ModeTimeline } from '#rules/engine/holds.ts';
import { type MachineState, quietState } from '#rules/engine/machine.ts';
import type { Told } from '#rules/engine/reconcile.ts';
import type { SeriesSnapshot } from '#rules/engine/series/series.ts';
import type { Stream } from '#rules/engine/stream.ts';
import type { StateDanger } from '#rules/engine/verification.ts';

/** Time, time of receipt, flags, position, values. */
type ObservationJson = readonly [number, number, number, number, readonly (readonly [string, Value])[]];

/** Observations of the device that follow one another: index of the first, and how many. */
type Run = readonly [first: number, count: number];

/** One rule's state for one device. */
export interface WatchSnapshot {
  readonly meaning: string;
  /** What differs from the quiet state. */
  readonly base: Partial<MachineState>;
  readonly current: Partial<MachineState>;
  /** Null: nothing happened yet. */
  readonly clock: number | null;
  readonly floor: number | null;
  readonly entries: readonly Run[];
  /** The states after those entries that changed it, by index; what differs from the quiet state. Absent: none. */
  readonly states?: readonly (readonly [index: number, state: Partial<MachineState>])[];
  readonly told: readonly Told[];
  /** Whom they were told to; absent: loud. */
  readonly voice?: string;
  /** Absent: none. */
  readonly stateDangers?: readonly StateDanger[];
}

/** Everything that the engine remembers of one subject of rules, but for what rests in pieces of its own. */
export interface HolderSnapshot {
  readonly tracks: SeriesSnapshot;
  /** Time of the newest that was heard; null: nothing was. Absent: written before this was kept. */
  readonly newestAt?: number | null;
  /** Of several devices: which one was heard last. */
  readonly heard?: string;
  /** Of a resident: which devices say the same again. */
  readonly heartbeats?: readonly string[];
  readonly modes: ReturnType<ModeTimeline['toJson']>;
  readonly observations: readonly ObservationJson[];
  readonly watches: Readonly<Record<string, WatchSnapshot>>;
}

/** Observations that several rules took in are written once. */
export class ObservationTable {
  readonly rows: ObservationJson[] = [];
  readonly #indexes = new Map<Observation, number>();

  /** The entries of one watch as runs of rows. */
  runs(entries: readonly Observation[]): readonly Run[] {
    const runs: Run[] = [];
    for (const entry of entries) {
      const index = this.#indexOf(entry);
      const last = runs.at(-1);
      if (last && last[0] + last[1] === index) runs[runs.length - 1] = [last[0], last[1] + 1];
      else runs.push([index, 1]);
    }
    return runs;
  }

  #indexOf(entry: Observation): number {
    const known = this.#indexes.get(entry);
    if (known !== undefined) return known;
    const { at, receivedAt, flags, position: record, values } = entry;
    this.#indexes.set(entry, this.rows.length);
    return this.rows.push([at, receivedAt, flags, record, [...values]]) - 1;
  }
}

/** The entries that runs stand for. */
export const readRuns = (
  runs: readonly Run[],
  observations: readonly Observation[],
): readonly Observation[] => runs.flatMap(([first, count]) => observations.slice(first, first + count));

/** Most states are quiet: only what is not is written. */
function packState(state: MachineState): Partial<MachineState> {
  const quiet: Readonly<Record<string, unknown>> = { ...quietState };
  return Object.fromEntries(
    Object.entries(state).filter(([name, value]) =>
      Array.isArray(value) ? value.length > 0 : value !== quiet[name],
    ),
  );
}
/** The state that was packed: what was not written is as in a quiet one. */
export const unpackState = (packed: Partial<MachineState>): MachineState => ({ ...quietState, ...packed });

const finite = (value: number): number | null => (Number.isFinite(value) ? value : null);

/** What of a watch is kept. */
interface Kept {
  readonly rule: { readonly meaning: string };
  readonly stream: Stream;
  readonly current: MachineState;
  readonly clock: number;
  readonly book: { readonly told: readonly Told[] };
  readonly voice: { readonly name: string };
  readonly dangers: readonly StateDanger[];
}

/** A watch as JSON; its readings go into `table`, once for all rules of the device. */
export const snapshotOf = (watch: Kept, table: ObservationTable): WatchSnapshot => ({
  meaning: watch.rule.meaning,
  base: packState(watch.stream.base),
  current: packState(watch.current),
  clock: finite(watch.clock),
  floor: finite(watch.stream.floor),
  entries: table.runs(watch.stream.entries),
  ...(watch.stream.states.length === 0
    ? {}
    : { states: watch.stream.states.map(([index, state]) => [index, packState(state)] as const) }),
  told: watch.book.told,
  ...(watch.voice.name === 'loud' ? {} : { voice: watch.voice.name }),
  ...(watch.dangers.length === 0 ? {} : { stateDangers: watch.dangers }),
});

/** A snapshot whose readings are not at hand any more: nothing before it is judged again. */
export const sealed = (snapshot: WatchSnapshot): WatchSnapshot => ({
  ...snapshot,
  base: snapshot.current,
  floor: snapshot.clock,
  entries: [],
  states: [],
});

/** The readings of a device's snapshot, back from JSON. */
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
