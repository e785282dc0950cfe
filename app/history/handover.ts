import { Settling } from '#app/history/settling.ts';
import { day, type EpochMs, type Position, position } from '#model/brand.ts';
import type { Log } from '#model/log.ts';
import type { HistoryBatch } from '#store/history/history.ts';
import { isAnswer } from '#store/history/influxdb/server.ts';
import type { InfluxVitals } from '#store/history/influxdb/vitals.ts';

/** A server that holds less than it had acknowledged. */
export interface WentBack {
  /** By the machine's clock. */
  readonly at: EpochMs;
  /** The record up to which it had acknowledged all, and the one up to which it says that it has. */
  readonly from: Position;
  readonly to: Position;
  /** Readings of between that were kept, and are written again. */
  readonly again: number;
  /** Records of between whose readings were let go: these are lost. */
  readonly lost: number;
}

/** How far batches are handed over to a server; kept in the ops store with the batches. */
export interface HandoverState {
  /** Batches up to here are let go. */
  readonly released: Position;
  /** Batches up to here are written since the server began. */
  readonly written: Position;
  /** Batches up to here were written once. */
  readonly reached: Position;
  /** Events up to here are surely on its disk; null: it never had one. */
  readonly event: number | null;
  /** When the server began, as it said; null: it did not say. */
  readonly started: string | null;
  readonly wentBack: WentBack | null;
}

export interface HandoverParts {
  readonly state: HandoverState | null;
  /** Of the server that is open. */
  vitals(): Promise<InfluxVitals>;
  /** What is in the ops store. */
  readonly batches: {
    committed(): Position;
    firstBatch(): Position | undefined;
    batchesAfter(behind: Position, most: number): readonly HistoryBatch[];
    bytesBetween(behind: Position, upTo: Position): number;
  };
  /** How much of what is written may be kept. */
  readonly mostBytes: number;
  /** A change of the state; batches up to `released` may go. */
  keep(state: HandoverState): void;
  /** By a clock that only goes on, in ms. */
  readonly monotonic: () => number;
  readonly now: () => EpochMs;
  readonly log: Log;
}

/** Where taking over begins, and up to where batches were written before. */
export interface Beginning {
  readonly position: Position;
  readonly known: Position;
}

export interface HandoverStats {
  /** Of batches that are written and kept. */
  readonly keptBytes: number;
  readonly wentBack: WentBack | null;
}

/** Nothing is kept for longer, whatever the server says or does not say. */
const longestKeptMs = 7 * day;
/** What a cache says of its age is up to some seconds old. */
const ageMarginMs = 5_000;
const countedAtOnce = 64;

/**
 * Batches that a server acknowledged stay in the ops store until they are in its files of data, since influxd may drop of its log what it
 * acknowledged (docs/decisions/187). When it began anew, all that is kept is written again, over itself.
 */
export class Handover {
  readonly #parts: HandoverParts;
  readonly #batches = new Settling();
  readonly #events = new Settling();
  /** Each that was seen: behind a balancer there may be several. */
  readonly #starts = new Set<string>();
  #state: HandoverState | null;
  #hasBegun = false;
  /** Behind which event rows were written before anything was known of the server. */
  #firstEvent: number | null = null;

  constructor(parts: HandoverParts) {
    this.#parts = parts;
    this.#state = parts.state;
  }

  get stats(): HandoverStats {
    return { keptBytes: this.#batches.bytes, wentBack: this.#state?.wentBack ?? null };
  }

  /** From where batches are to be written to a server that says that it has them up to `reached`; `failure`: why it was opened anew. */
  async begin(reached: Position, failure: unknown): Promise<Beginning> {
    const { batches, log, monotonic } = this.#parts;
    const { started } = await this.#parts.vitals();
    if (started !== null) this.#starts.add(started);
    const committed = batches.committed();
    if (reached > committed)
      log.error(
        { reached, committed },
        'InfluxDB is ahead of the ops store: it holds another community, or the data directory is an older copy. All that waits is written; give each community a database of its own (history-database)',
      );
    const before = this.#state ?? firstState(batches.firstBatch(), reached, committed);
    const wentBack = reached < before.reached ? await this.#tellWentBack(before, reached) : null;
    const isSame = this.#isSame(before, started, failure) && wentBack === null;
    const from = isSame ? before.written : before.released;
    this.#hasBegun = true;
    this.#batches.forget();
    const kept = batches.bytesBetween(before.released, from);
    if (kept > 0) this.#batches.wrote(from, monotonic(), kept);
    this.#put({
      ...before,
      event: before.event ?? this.#firstEvent,
      written: from,
      reached: wentBack === null ? before.reached : reached,
      started,
      wentBack: wentBack ?? before.wentBack,
    });
    return { position: from, known: before.reached };
  }

  /** The server has batches up to here. */
  wrote(upTo: Position): void {
    const { batches, monotonic } = this.#parts;
    const state = this.#state;
    if (!state || upTo <= state.written) return;
    this.#batches.wrote(upTo, monotonic(), batches.bytesBetween(state.written, upTo));
    const reached = upTo > state.reached ? upTo : state.reached;
    this.#put({ ...state, written: upTo, reached });
    this.#letGo((_, bytes) => bytes > this.#parts.mostBytes);
  }

  /** Behind which event rows are to be written to a server that says that it has them up to `reached`. */
  eventsAfter(reached: number): number {
    const sure = this.#state?.event ?? null;
    this.#events.forget();
    if (sure !== null) return Math.min(sure, reached);
    this.#firstEvent = reached;
    if (this.#state) this.#put({ ...this.#state, event: reached });
    return reached;
  }

  /** The server has rows of events up to here. */
  wroteEvents(upTo: number): void {
    this.#events.wrote(upTo, this.#parts.monotonic());
  }

  /** Lets go of what is surely on its disk. True: the server began anew, and what is kept is to be written again. */
  async look(): Promise<boolean> {
    if (!this.#hasBegun) return false;
    // Before it is asked: what is written meanwhile is not meant.
    const asked = this.#parts.monotonic();
    const { caches, started } = await this.#parts.vitals();
    if (started !== null && !this.#starts.has(started)) return true;
    // Of a database that was written to there is one at least.
    const isSure = (atMs: number): boolean =>
      atMs <= asked &&
      caches !== null &&
      caches.length > 0 &&
      caches.every(({ ageMs, unwrittenBytes }) => unwrittenBytes === 0 || ageMs + ageMarginMs < asked - atMs);
    this.#letGo(
      (atMs, bytes) => isSure(atMs) || asked - atMs > longestKeptMs || bytes > this.#parts.mostBytes,
    );
    const event = this.#events.release((atMs) => isSure(atMs) || asked - atMs > longestKeptMs);
    if (event !== null && this.#state) this.#put({ ...this.#state, event });
    return false;
  }

  #letGo(may: (atMs: number, bytes: number) => boolean): void {
    const released = this.#batches.release(may);
    if (released !== null && this.#state) this.#put({ ...this.#state, released: position(released) });
  }

  /** Whether what was written since it began is there as it was. */
  #isSame({ started: before }: HandoverState, started: string | null, failure: unknown): boolean {
    if (started !== null) return started === before;
    // It does not say: then it may be another whenever the connection broke, or this process began.
    return this.#hasBegun && failure !== null && isAnswer(failure);
  }

  async #tellWentBack({ reached: from, released }: HandoverState, to: Position): Promise<WentBack> {
    const { log, now } = this.#parts;
    const again = await this.#countAfter(to < released ? released : to, from);
    const lost = Math.max(0, released - to);
    const wentBack = { at: now(), from, to, again, lost };
    if (lost === 0)
      log.warn(
        { ...wentBack },
        'InfluxDB has lost readings that it had acknowledged; they were kept, and are written again. If it was killed, this is a fault of its own: docs/history.md, When it is killed',
      );
    else
      log.error(
        { ...wentBack },
        'InfluxDB has lost readings that it had acknowledged long ago: was its database dropped, or put back from a copy? What is kept is written again; put the rest back from a backup of InfluxDB, or copy it from an older history with gridbell history copy',
      );
    return wentBack;
  }

  async #countAfter(behind: Position, upTo: Position): Promise<number> {
    let count = 0;
    for (let at = behind; ; ) {
      const batches = this.#parts.batches.batchesAfter(at, countedAtOnce);
      for (const { position: of, readings } of batches) if (of <= upTo) count += readings.length;
      const last = batches.at(-1);
      if (!last || last.position >= upTo) return count;
      at = last.position;
      // Others have their turn: it may be millions.
      await new Promise(setImmediate);
    }
  }

  #put(state: HandoverState): void {
    this.#state = state;
    this.#parts.keep(state);
  }
}

/** As it was kept; null: it never was, or not by this version. */
export function handoverIn(text: string | undefined): HandoverState | null {
  if (text === undefined) return null;
  const state = JSON.parse(text) as Partial<HandoverState>;
  const numbers = [state.released, state.written, state.reached];
  return numbers.every((each) => typeof each === 'number') ? (state as HandoverState) : null;
}

/** Of a server that nothing was handed over to yet, as far as is known: what it has before what waits, another history brought there. */
function firstState(first: Position | undefined, reached: Position, committed: Position): HandoverState {
  const begin = first === undefined ? committed : position(first - 1);
  const from = reached > committed || reached < begin ? begin : reached;
  return {
    released: from,
    written: from,
    reached: position(Math.min(reached, committed)),
    event: null,
    started: null,
    wentBack: null,
  };
}
