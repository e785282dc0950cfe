import type { EngineCounts } from '#app/engine/engine-counts.ts';
import { type EpochMs, epochMs, type Position } from '#model/brand.ts';
import { stopwatch } from '#model/clock.ts';
import type { Snapshotted, StateRow } from '#model/snapshot.ts';
import type { OpsWriter } from '#store/ops/writer.ts';

/** How often there is a snapshot, and how long everything waits for a slice of it. */
export interface SnapshotPace {
  readonly everyMs: number;
  /** It takes no more of the engine's time than one part in so many. */
  readonly rest: number;
  /** … but comes after so many records, so that a start after a crash has no more than these to play again. */
  readonly everyRecords: number;
  readonly betweenSlicesMs: number;
  /** Nothing else is done meanwhile: alarms wait. */
  readonly sliceMs: number;
  /** The same when the next snapshot should be there already. */
  readonly lateSliceMs: number;
  /** Rows of which what they supersede is taken away between two looks at the watch. */
  readonly cleanedAtOnce: number;
}

export const usualPace: SnapshotPace = {
  everyMs: 5_000,
  rest: 100,
  everyRecords: 100_000,
  betweenSlicesMs: 20,
  sliceMs: 6,
  lateSliceMs: 40,
  cleanedAtOnce: 100,
};

interface SnapshotsParts {
  readonly ops: OpsWriter;
  readonly snapshotted: readonly Snapshotted[];
  readonly counts: EngineCounts;
  readonly pace?: SnapshotPace | undefined;
}

/** Up to where everything was applied, and what time it was then. */
interface Moment {
  readonly position: Position;
  readonly now: EpochMs | undefined;
}

/** A snapshot that is being written. */
interface Writing {
  readonly moment: Moment;
  readonly rows: Iterator<readonly [component: string, row: StateRow]>;
}

const engineState = 'engine';

/**
 * Writes the memory of the engine's parts to the ops store: a slice now and then of what it was at one moment, behind the
 * snapshot before, which counts until the last slice; or all of it at once. What it supersedes is taken away in slices, too
 * (docs/decisions/236).
 */
export class Snapshots {
  readonly #parts: SnapshotsParts;
  readonly #pace: SnapshotPace;
  #position: Position;
  #state: 'idle' | 'cleaning' | Writing = 'idle';
  #tookMs = 0;
  #lastTookMs = 0;
  #beganAt = stopwatch();

  constructor(parts: SnapshotsParts) {
    this.#parts = parts;
    this.#pace = parts.pace ?? usualPace;
    this.#position = parts.ops.snapshotPosition();
  }

  /** Of the one that counts. */
  get position(): Position {
    return this.#position;
  }
  /** The engine's now at that position. */
  get now(): EpochMs | undefined {
    for (const [key, value] of this.#parts.ops.memory.of(engineState))
      if (key === 'now') return epochMs(Number(value));
    return undefined;
  }
  get betweenSlicesMs(): number {
    return this.#pace.betweenSlicesMs;
  }
  /** More slices are to be written. */
  get isUnderWay(): boolean {
    return this.#state !== 'idle';
  }

  isDue({ position }: Moment): boolean {
    if (this.isUnderWay) return false;
    const { everyMs, everyRecords, rest } = this.#pace;
    return (
      stopwatch() - this.#beganAt >= Math.max(everyMs, this.#lastTookMs * rest) ||
      position - this.#position >= everyRecords
    );
  }

  /** From here on it is written as of now. */
  begin(moment: Moment): void {
    const { snapshotted } = this.#parts;
    this.#beganAt = stopwatch();
    this.#tookMs = 0;
    this.#state = { moment, rows: rowsOf(snapshotted, moment) };
    this.#tookMs = stopwatch() - this.#beganAt;
  }

  /** Into the open transaction. Answers whether from its commit on another snapshot counts. */
  writeSlice({ position }: Moment): boolean {
    const began = stopwatch();
    const { everyRecords, lateSliceMs, sliceMs } = this.#pace;
    const mostMs = position - this.#position >= everyRecords ? lateSliceMs : sliceMs;
    const isOver = (): boolean => stopwatch() - began >= mostMs;
    const isWhole = this.#write(isOver);
    if (this.#state === 'cleaning') this.#clean(isOver);
    this.#tookMs += stopwatch() - began;
    if (!this.isUnderWay) this.#done();
    return isWhole;
  }

  /** The same of all, as of now. */
  writeWhole(moment: Moment): void {
    const began = stopwatch();
    if (!this.isUnderWay) this.#tookMs = 0;
    // Of one that is not whole all counts, too: what was not read of it is said now, and so is what has changed since.
    const rows = rowsOf(this.#parts.snapshotted, moment);
    for (let next = rows.next(); next.done !== true; next = rows.next()) this.#put(next.value);
    this.#accept(moment);
    this.#beganAt = began;
    this.#tookMs += stopwatch() - began;
  }

  /** Answers whether that was all. */
  #write(isOver: () => boolean): boolean {
    const state = this.#state;
    if (typeof state !== 'object') return false;
    do {
      const next = state.rows.next();
      if (next.done === true) {
        this.#accept(state.moment);
        return true;
      }
      this.#put(next.value);
    } while (!isOver());
    return false;
  }

  #put([component, [key, state]]: readonly [component: string, row: StateRow]): void {
    const { counts, ops } = this.#parts;
    ops.memory.put(component, key, state);
    counts.snapshotBytes += state?.length ?? 0;
  }

  #accept({ position }: Moment): void {
    const { ops } = this.#parts;
    ops.memory.accept();
    ops.setSnapshotPosition(position);
    this.#position = position;
    this.#state = 'cleaning';
  }

  #clean(isOver: () => boolean): void {
    const { memory } = this.#parts.ops;
    do {
      if (memory.clean(this.#pace.cleanedAtOnce)) continue;
      this.#state = 'idle';
      return;
    } while (!isOver());
  }

  #done(): void {
    this.#lastTookMs = this.#tookMs;
    this.#parts.counts.snapshots.observe(this.#tookMs);
  }
}

/** As of now, however late they are read. */
function rowsOf(snapshotted: readonly Snapshotted[], { now }: Moment): Writing['rows'] {
  const taken = snapshotted.map((part) => [part.component, part.takeDirty()] as const);
  return (function* () {
    if (now !== undefined) yield [engineState, ['now', String(now)]] as const;
    for (const [component, rows] of taken) for (const row of rows) yield [component, row] as const;
  })();
}
