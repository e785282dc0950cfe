import { closedHistory } from '#app/history/closed-history.ts';
import type { Beginning } from '#app/history/handover.ts';
import type { HistoryRoom } from '#app/history/room.ts';
import { type Position, position } from '#model/brand.ts';
import { stopwatch } from '#model/clock.ts';
import { type DurationCounts, Durations } from '#model/counting.ts';
import { messageOf } from '#model/errors.ts';
import type { Log } from '#model/log.ts';
import type { History, HistoryBatch, Rejected } from '#store/history/history.ts';

export interface TakeOverParts {
  /** Opens the history, also anew: DuckDB closes itself after some failures (a full disk). */
  open(): Promise<History>;
  /** Where to go on in a history that was opened, and `failure`: why it was; null: it is the first, or began anew. Default: at its position. */
  beginAt?(history: History, failure: unknown): Promise<Beginning>;
  /** It is a server: it may be away when this begins. Default: no. */
  readonly isElsewhere?: boolean;
  /** What waits above `position`, in order; at most `most` batches. */
  batchesAfter(position: Position, most: number): readonly HistoryBatch[];
  /** Keeps what history can never store, before it goes on; rejects when a later try may succeed. */
  keep(batches: readonly HistoryBatch[], rejected: readonly Rejected[]): Promise<void>;
  /** What room the disk has for it. */
  room(): HistoryRoom;
  /** Batches up to here are taken over. */
  stored(position: Position): void;
  /** Runs `task` after the pause between two tries; gives what calls it off. */
  later(task: () => void): () => void;
  readonly log: Log;
}

/** Totals since the start, and how it is now. */
export interface TakeOverStats {
  readonly position: Position;
  readonly state: State;
  readonly isPaused: boolean;
  /** Why there is no room on the disk for history; null: there is. */
  readonly waiting: string | null;
  /** Why the last try failed; null: it did not. */
  readonly failure: string | null;
  readonly failures: number;
  /** Since the last append that succeeded. */
  readonly failuresInARow: number;
  readonly appends: DurationCounts;
  readonly readings: number;
  readonly rejected: number;
  /** Of what is open now. */
  readonly unsortedDays: number;
}

/** `waiting`: for room on the disk. */
type State = 'idle' | 'working' | 'waiting' | 'failing' | 'stopped';

/** How many of the readings that were left out a line of the log names. */
const examplesTold = 5;

/**
 * Takes batches over into the history, one append at a time. After a failure it closes the history, opens it anew and
 * goes on from the position found there, until that succeeds; the batches wait in the ops store. So they do while the
 * disk has no room for history.
 */
export class TakeOver {
  readonly #parts: TakeOverParts;
  #history: History;
  #position: Position;
  /** Up to where batches were ever taken over. */
  #known: Position;
  #isAnew = false;
  #lastFailure: unknown = null;
  #state: State = 'idle';
  #isMore = false;
  #isPaused = false;
  #failures = 0;
  #failure: string | null = null;
  readonly #appends = new Durations();
  readonly #totals = { failures: 0, readings: 0, rejected: 0 };
  #waiting: string | null = null;
  /** What is under way: an append or a start-over. */
  #running: Promise<void> = Promise.resolve();
  #callOff: (() => void) | null = null;

  /**
   * Opens the history; rejects when that fails the first time, but for want of room, or of a server that is
   * elsewhere: then it is opened when that is there.
   * Nothing is taken over before `wake`.
   */
  static async open(parts: TakeOverParts): Promise<TakeOver> {
    try {
      const history = await parts.open();
      return new TakeOver(parts, history, await beginningOf(parts, history, null));
    } catch (error) {
      const { isElsewhere = false } = parts;
      if (parts.room().reason === null && !isElsewhere) throw error;
      const takeOver = new TakeOver(parts, closedHistory(error), nowhere);
      takeOver.#fail(
        error,
        isElsewhere
          ? 'history does not answer; readings wait in the ops store, all else goes on'
          : 'history cannot be opened for want of room; all else goes on',
      );
      return takeOver;
    }
  }

  private constructor(parts: TakeOverParts, history: History, begin: Beginning) {
    this.#parts = parts;
    this.#history = history;
    this.#position = begin.position;
    this.#known = begin.known;
  }

  /** The one that is open; while failing it may be closed and then refuses with `not-ready`. */
  get history(): History {
    return this.#history;
  }

  get position(): Position {
    return this.#position;
  }

  get stats(): TakeOverStats {
    return {
      ...this.#totals,
      position: this.#position,
      state: this.#state,
      isPaused: this.#isPaused,
      waiting: this.#waiting,
      failure: this.#failure,
      failuresInARow: this.#failures,
      appends: this.#appends.counts,
      unsortedDays: this.#history.unsortedDays(),
    };
  }

  /** There is more to take over. While failing this is only noted. */
  wake(): void {
    this.#isMore = true;
    if (this.#state !== 'idle' || this.#isPaused) return;
    this.#state = 'working';
    this.#running = this.#work();
  }

  /** What is behind it began anew: where to go on is asked again. While failing nothing has to be done. */
  anew(): void {
    if (this.#state === 'failing' || this.#state === 'stopped') return;
    this.#isAnew = true;
    this.wake();
  }

  /** No further append until `resume`; one that is under way ends. */
  pause(): void {
    this.#isPaused = true;
  }

  resume(): void {
    this.#isPaused = false;
    this.wake();
  }

  /** Ends what is under way and closes the history. Never rejects: a history that cannot close says so in the log. */
  async stop(): Promise<void> {
    this.#state = 'stopped';
    this.#callOff?.();
    await this.#running;
    await this.#history
      .close()
      .catch((error: unknown) =>
        this.#parts.log.error({ error: messageOf(error) }, 'history could not be closed in order'),
      );
  }

  async #work(): Promise<void> {
    try {
      while (this.#mayAppend() && this.#isMore) {
        this.#isMore = false;
        if (this.#isAnew) await this.#beginAgain(null);
        await this.#takeAll();
      }
      if (this.#state === 'working') this.#state = 'idle';
    } catch (error) {
      this.#fail(error, 'history cannot take readings over; they wait in the ops store');
    }
  }

  async #takeAll(): Promise<void> {
    while (this.#mayAppend() && !this.#isAnew) {
      const room = this.#roomNow();
      // One alone after a failure, so that as much as can be gets in.
      const most = this.#failures === 0 ? room : Math.min(1, room);
      const batches = most === 0 ? [] : this.#parts.batchesAfter(this.#position, most);
      const last = batches.at(-1);
      if (!last) return;
      const began = stopwatch();
      // What is taken over once more was refused and kept before.
      const news = (each: Rejected): boolean =>
        each.reading === null ? last.position > this.#known : each.reading.position > this.#known;
      const answer = await this.#history.append(batches, async (refused) => {
        const fresh = refused.filter(news);
        if (fresh.length > 0) await this.#parts.keep(batches, fresh);
      });
      const rejected = answer.rejected.filter(news);
      this.#appends.observe(stopwatch() - began);
      for (const { readings } of batches) this.#totals.readings += readings.length;
      this.#totals.rejected += rejected.length;
      if (rejected.length > 0) {
        // Without the value: it may be somebody's.
        const examples = rejected
          .slice(0, examplesTold)
          .map(({ at, device, property, reason }) => ({ device, property, at, reason }));
        const fields = { count: rejected.length, examples };
        this.#parts.log.error(fields, 'history left out readings that it can never store: see quarantine');
      }
      this.#failures = 0;
      this.#failure = null;
      this.#reach(last.position);
    }
  }

  /** How many batches; waits when none. */
  #roomNow(): number {
    const { batches, reason } = this.#parts.room();
    this.#tellRoom(reason);
    if (reason === null) return batches;
    this.#state = 'waiting';
    this.#isMore = true;
    this.#callOff = this.#parts.later(() => {
      this.#callOff = null;
      this.#state = 'idle';
      this.wake();
    });
    return 0;
  }

  #tellRoom(reason: string | null): void {
    const { log } = this.#parts;
    if (reason !== null && this.#waiting === null)
      log.warn({ reason }, 'history takes nothing over: readings wait in the ops store');
    if (reason === null && this.#waiting !== null) log.info({}, 'the disk has room for history again');
    this.#waiting = reason;
  }

  #mayAppend(): boolean {
    return this.#state === 'working' && !this.#isPaused;
  }

  #reach(position: Position): void {
    this.#position = position;
    if (position > this.#known) this.#known = position;
    this.#parts.stored(position);
  }

  async #beginAgain(failure: unknown): Promise<void> {
    this.#isAnew = false;
    const { known, position } = await beginningOf(this.#parts, this.#history, failure);
    if (known > this.#known) this.#known = known;
    this.#reach(position);
  }

  #fail(error: unknown, message: string): void {
    this.#failures += 1;
    this.#totals.failures += 1;
    this.#failure = messageOf(error);
    this.#lastFailure = error;
    this.#isMore = true;
    this.#parts.log.error({ error: messageOf(error), failures: this.#failures }, message);
    if (this.#state === 'stopped') return;
    this.#state = 'failing';
    this.#startOverLater();
  }

  #startOverLater(): void {
    this.#callOff = this.#parts.later(() => {
      this.#callOff = null;
      const { reason } = this.#parts.room();
      this.#tellRoom(reason);
      // To open it may take as much room as to write.
      if (reason !== null) this.#startOverLater();
      else this.#running = this.#startOver();
    });
  }

  async #startOver(): Promise<void> {
    try {
      // It may be closed already, or not be able to: what counts is whether it opens.
      await this.#history.close().catch(() => undefined);
      this.#history = await this.#parts.open();
      await this.#beginAgain(this.#lastFailure);
    } catch (error) {
      this.#fail(error, 'history cannot be opened again yet');
      return;
    }
    if (this.#state !== 'failing') return;
    this.#state = 'idle';
    this.wake();
  }
}

const nowhere: Beginning = { position: position(0), known: position(0) };

async function beginningOf(
  { beginAt }: Pick<TakeOverParts, 'beginAt'>,
  history: History,
  failure: unknown,
): Promise<Beginning> {
  if (beginAt) return await beginAt(history, failure);
  const reached = await history.position();
  return { position: reached, known: reached };
}
