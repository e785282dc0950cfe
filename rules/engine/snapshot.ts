import type { Observation } from '#model/reading.ts';
import type { ModeTimeline } from '#rules/engine/holds.ts';
import type { KeptLog, LogPieces } from '#rules/engine/log-pieces.ts';
import { type MachineState, quietState } from '#rules/engine/machine.ts';
import { type ObservationJson, rowOf } from '#rules/engine/observation-json.ts';
import type { Told } from '#rules/engine/reconcile.ts';
import type { SeriesSnapshot } from '#rules/engine/series/series.ts';
import type { Stream } from '#rules/engine/stream.ts';
import type { StateDanger } from '#rules/engine/verification.ts';

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
  /** What it took in, as rows of the holder; none where `log` names it. */
  readonly entries: readonly Run[];
  /** What it took in rests in pieces (log-pieces.ts): all of that log from an ordinal on. */
  readonly log?: readonly [name: number, from: number];
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
  readonly #pieces: Pick<LogPieces, 'nameOf'> | null;

  constructor(pieces: Pick<LogPieces, 'nameOf'> | null) {
    this.#pieces = pieces;
  }

  /** Where a snapshot finds what one watch took in. */
  placeOf(stream: Stream): Pick<WatchSnapshot, 'entries' | 'log'> {
    const name = stream.length === 0 ? undefined : this.#pieces?.nameOf(stream.log);
    return name === undefined
      ? { entries: this.#runs(stream.entries) }
      : { entries: [], log: [name, stream.from] };
  }

  /** The entries of one watch as runs of rows. */
  #runs(entries: readonly Observation[]): readonly Run[] {
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
    this.#indexes.set(entry, this.rows.length);
    return this.rows.push(rowOf(entry)) - 1;
  }
}

/** Readings of a holder's snapshot. */
export interface KeptReadings {
  readonly rows: readonly Observation[];
  readonly logs: ReadonlyMap<number, KeptLog>;
}
export const noReadings: KeptReadings = { rows: [], logs: new Map() };

/** What a watch had taken in. */
export function entriesOf({ entries, log }: WatchSnapshot, kept: KeptReadings): readonly Observation[] {
  if (!log) return entries.flatMap(([first, count]) => kept.rows.slice(first, first + count));
  const [name, from] = log;
  const known = kept.logs.get(name);
  return known ? known.entries.slice(Math.max(0, from - known.first)) : [];
}

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
  ...table.placeOf(watch.stream),
  ...(watch.stream.states.length === 0
    ? {}
    : { states: watch.stream.states.map(([index, state]) => [index, packState(state)] as const) }),
  told: watch.book.told,
  ...(watch.voice.name === 'loud' ? {} : { voice: watch.voice.name }),
  ...(watch.dangers.length === 0 ? {} : { stateDangers: watch.dangers }),
});

/** A snapshot whose readings are not at hand any more: nothing before it is judged again. */
export const sealed = ({ log: _log, ...snapshot }: WatchSnapshot): WatchSnapshot => ({
  ...snapshot,
  base: snapshot.current,
  floor: snapshot.clock,
  entries: [],
  states: [],
});
