import type { Device } from '#model/community.ts';
import type { AnswerSheet } from '#rules/engine/answer-sheet.ts';
import type { Home } from '#rules/engine/habits/home.ts';
import type { ModeTimeline } from '#rules/engine/holds.ts';
import type { Lane } from '#rules/engine/lane.ts';
import { leewayMs } from '#rules/engine/leeway.ts';
import { LogPieces, type PieceSizes, readLogs } from '#rules/engine/log-pieces.ts';
import { readObservations } from '#rules/engine/observation-json.ts';
import { Series } from '#rules/engine/series/series.ts';
import {
  type HolderSnapshot,
  type KeptReadings,
  noReadings,
  ObservationTable,
  snapshotOf,
  type WatchSnapshot,
} from '#rules/engine/snapshot.ts';
import type { AskedAgain, Subject } from '#rules/engine/subject.ts';
import type { Watch } from '#rules/engine/watch.ts';
import type { Clockface } from '#rules/engine/zone.ts';
import type { Frame, Past } from '#rules/language/frame.ts';
import type { BaselineNeed, CountNeed, OthersNeed, WindowNeed } from '#rules/language/needs.ts';
import type { Rule } from '#rules/language/rule.ts';

/** What was kept of a holder, and its pieces by name. */
export interface KeptHolder {
  readonly snapshot: HolderSnapshot;
  readonly pieces: ReadonlyMap<string, string>;
}

/** What every holder works with. */
export interface HolderSurroundings {
  readonly clockface: Clockface;
  /** What conditions are answered, for the trace. */
  readonly answers: AnswerSheet;
  readonly pieceSizes: PieceSizes;
  /** To be called before a holder changes. */
  readonly changing: (holder: Holder) => void;
  readonly kept?: KeptHolder;
}

/** Rules that are judged for one subject, and the readings that they look at. */
export abstract class Holder implements Subject {
  abstract readonly key: string;
  abstract readonly id: string;
  abstract readonly device: Device;
  abstract readonly isLifeSafety: boolean;
  readonly watches = new Map<string, Watch>();
  /** Its state has to be written. */
  isDirty = false;
  /** State of rules that are not loaded now, by rule id: restored, or of a rule that is broken. */
  readonly dormant = new Map<string, WatchSnapshot>();
  readonly series: Series;
  /** What rules share that readings of one property wake, by that property. */
  readonly lanes = new Map<string, Lane>();
  readonly home: Home | undefined = undefined;
  protected readonly answers: AnswerSheet;
  /** Readings that the restored rules took in, until they are woken up. */
  #restored: KeptHolder | null;
  readonly #logPieces: LogPieces;
  readonly #changing: (holder: Holder) => void;
  /** Time of the newest that was heard. */
  #newestAt = Number.NEGATIVE_INFINITY;

  constructor({ clockface, answers, changing, kept, pieceSizes }: HolderSurroundings) {
    this.answers = answers;
    this.#changing = changing;
    this.series = kept ? Series.restore(clockface, kept.snapshot.tracks, kept.pieces) : new Series(clockface);
    this.#restored = kept ?? null;
    this.#logPieces = new LogPieces(pieceSizes, kept?.pieces.keys());
    for (const [rule, watch] of Object.entries(kept?.snapshot.watches ?? {})) this.dormant.set(rule, watch);
    const known = kept?.snapshot.newestAt;
    if (known !== undefined) {
      this.#newestAt = known ?? Number.NEGATIVE_INFINITY;
      return;
    }
    for (const { newestAt } of this.series.tracks) this.#newestAt = Math.max(this.#newestAt, newestAt ?? 0);
    for (const { clock } of this.dormant.values()) this.#newestAt = Math.max(this.#newestAt, clock ?? 0);
  }

  changing(): void {
    this.#changing(this);
  }

  abstract get modes(): ModeTimeline;
  abstract fill(frame: Frame): void;
  /** What changed of what is written in pieces, by name; null: gone. */
  *takePieces(): Iterable<readonly [name: string, state: string | null]> {
    yield* this.series.takePieces();
    // Rules that a late reading made go on by themselves took in the same by now: it is written once.
    for (const lane of this.lanes.values()) lane.gather();
    yield* this.#logPieces.take([...this.watches.values()].map(({ stream }) => stream.log));
  }
  /** How many others said so. */
  protected abstract countOthers(need: OthersNeed, at: number): number | undefined;
  /** From when on they are counted as they were then. */
  protected abstract othersKnownSince(need: OthersNeed, asked: AskedAgain): number;

  /** Something is heard at `at`. Answers whether what was heard before lies further ahead than any clock may. */
  hear(at: number, receivedAt: number): boolean {
    const isAhead = this.#newestAt > receivedAt + leewayMs;
    if (at > this.#newestAt) this.#newestAt = at;
    return isAhead;
  }
  get newestAt(): number {
    return this.#newestAt;
  }

  /**
   * The clock that gave the times was ahead and was set back to `at`: what it gave later is set aside. Answers the
   * watches that changed.
   */
  setBack(at: number): readonly Watch[] {
    const limit = at + leewayMs;
    this.#newestAt = Math.min(this.#newestAt, at);
    // So long before, so that what is heard from now on is newer.
    this.series.setBack(at - leewayMs, limit);
    for (const lane of this.lanes.values()) lane.part();
    return [...this.watches.values()].filter((watch) => watch.setBack(at, limit));
  }

  valueAt(property: string, at: number): ReturnType<Past['valueAt']> {
    return this.series.track(property)?.valueAt(at);
  }
  timeAt(property: string, at: number): number | undefined {
    return this.series.track(property)?.timeAt(at);
  }
  valueBefore(property: string, at: number): ReturnType<Past['valueBefore']> {
    return this.series.track(property)?.valueBefore(at);
  }
  ask(need: WindowNeed | CountNeed | OthersNeed, at: number): number | undefined {
    const answer = need.kind === 'others' ? this.countOthers(need, at) : this.series.ask(need, at);
    this.answers.note(need, answer);
    return answer;
  }
  usual(need: BaselineNeed, at: number): ReturnType<Past['usual']> {
    const baseline = this.series.usual(need, at);
    this.answers.note(need, baseline.mean);
    return baseline;
  }

  knownSince({ looksBack, latenessMs, needs, properties, references, unless }: Rule, now: number): number {
    let since = unless.size > 0 ? this.modes.knownSince : Number.NEGATIVE_INFINITY;
    const look = (property: string, lengthMs: number): void => {
      since = Math.max(since, this.series.track(property)?.knownSince(lengthMs, latenessMs) ?? since);
    };
    for (const property of references) look(property, 0);
    if (looksBack) for (const property of properties) look(property, 1);
    for (const need of needs) {
      if (need.kind === 'others') since = Math.max(since, this.othersKnownSince(need, { latenessMs, now }));
      else if (need.kind !== 'baseline') look(need.property, need.lengthMs);
    }
    return since;
  }

  /** Readings of the snapshot, for the rules that go on from it. */
  restoredReadings(): KeptReadings {
    const restored = this.#restored;
    if (!restored) return noReadings;
    this.#restored = null;
    const read = (rows: HolderSnapshot['observations']) => readObservations(this.device.id, rows);
    return { rows: read(restored.snapshot.observations), logs: readLogs(restored.pieces, read) };
  }

  snapshot(): HolderSnapshot {
    const table = new ObservationTable(this.#logPieces);
    const watches = new Map<string, WatchSnapshot>(this.dormant);
    for (const [rule, watch] of this.watches) watches.set(rule, snapshotOf(watch, table));
    return {
      tracks: this.series.toJson(),
      newestAt: Number.isFinite(this.#newestAt) ? this.#newestAt : null,
      modes: this.modes.toJson(),
      observations: table.rows,
      watches: Object.fromEntries(watches),
    };
  }
}
