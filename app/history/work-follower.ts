import { allOfAlarm, allOfTask, ToldWork } from '#app/history/told-work.ts';
import type { Alarm } from '#model/alarm.ts';
import type { EpochMs, PlaceId } from '#model/brand.ts';
import { messageOf } from '#model/errors.ts';
import type { Log } from '#model/log.ts';
import type { StreamEvent } from '#model/stream.ts';
import type { Task } from '#model/task.ts';
import type { Placement } from '#store/history/influxdb/lines.ts';
import type { WorkRow } from '#store/history/influxdb/work-lines.ts';
import type { WorkLog } from '#store/history/influxdb/work-log.ts';

/** The ops store's events. */
export interface EventSource {
  /** In order; at most `most`. */
  eventsAfter(seq: number, most: number): readonly StreamEvent[];
  /** Undefined: it is gone, or never was. */
  timeOfEvent(seq: number): EpochMs | undefined;
  /** 0: there never was one. */
  lastEvent(): number;
  /** Alarms as they are, in the order in which they came, from behind the number of one (0: the first); at most `most`. */
  alarmsAfter(n: number, most: number): readonly { readonly n: number; readonly alarm: Alarm }[];
  /** The same of tasks, each with all of its history. */
  tasksAfter(n: number, most: number): readonly { readonly n: number; readonly task: Task }[];
}

export interface WorkFollowerParts {
  readonly log: Log;
  readonly target: Pick<WorkLog, 'position' | 'since' | 'put' | 'write'>;
  readonly source: EventSource;
  readonly placement: (place: PlaceId) => Placement;
  /** What of it is to be written again: behind which event to go on where rows are kept up to `kept`. Default: there. */
  after?(kept: number): number;
  /** Rows of events up to here are written. */
  wrote?(seq: number): void;
  /** Runs `task` after the pause between two tries; gives what calls it off. */
  later(task: () => void): () => void;
}

/** Totals since the start, and how it is now. */
export interface WorkFollowerStats {
  /** Events of the ops store that are not written yet; null: not known, since it never answered. */
  readonly waiting: number | null;
  readonly rows: number;
  readonly refused: number;
  /** Why the last try failed; null: it did not. */
  readonly failure: string | null;
}

/** Events read at a time: each holds a whole task. */
const page = 200;

interface Place {
  readonly seq: number;
  readonly told: ToldWork;
}

/**
 * Follows the ops store's events and writes what happened to alarms and tasks for the boards, one page at a time. Its place is kept where
 * it writes: after a crash or a failure it goes on from there, and what was written already is written over itself.
 */
export class WorkFollower {
  readonly #parts: WorkFollowerParts;
  readonly #totals = { rows: 0, refused: 0 };
  /** Null: not asked for yet, or not known any more. */
  #place: Place | null = null;
  /** The last event that is known to be written. */
  #reached: number | null = null;
  #failure: string | null = null;
  #isMore = false;
  #isAnew = false;
  #isStopped = false;
  #running: Promise<void> | null = null;
  #callOff: (() => void) | null = null;

  constructor(parts: WorkFollowerParts) {
    this.#parts = parts;
  }

  get stats(): WorkFollowerStats {
    const { source } = this.#parts;
    return {
      ...this.#totals,
      waiting: this.#reached === null ? null : Math.max(0, source.lastEvent() - this.#reached),
      failure: this.#failure,
    };
  }

  /** There is more. While it waits for the next try this is only noted. */
  wake(): void {
    this.#isMore = true;
    if (this.#isStopped || this.#running !== null || this.#callOff !== null) return;
    this.#running = this.#run().finally(() => {
      this.#running = null;
      if (this.#isMore) this.wake();
    });
  }

  /** Where it writes began anew: where to go on is asked again. */
  anew(): void {
    this.#isAnew = true;
    this.wake();
  }

  /** Ends what is under way. Never rejects. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    this.#callOff?.();
    await this.#running;
  }

  async #run(): Promise<void> {
    this.#isMore = false;
    try {
      while (!this.#isStopped && (await this.#writePage())) this.#failure = null;
    } catch (error) {
      if (this.#failure === null)
        this.#parts.log.error(
          { error: messageOf(error) },
          'what happened to alarms and tasks cannot be written for the boards; it waits in the ops store',
        );
      this.#failure = messageOf(error);
      // What was written of it is not known: it goes on from the place that is kept there.
      this.#place = null;
      this.#callOff = this.#parts.later(() => {
        this.#callOff = null;
        this.wake();
      });
    }
  }

  /** False: there is no more. */
  async #writePage(): Promise<boolean> {
    const { log, source, target } = this.#parts;
    if (this.#isAnew) this.#place = null;
    this.#isAnew = false;
    this.#place ??= await this.#placeKept();
    const { seq, told } = this.#place;
    const events = source.eventsAfter(seq, page);
    const last = events.at(-1);
    if (!last) return false;
    const rows = events.flatMap((event) => told.rowsOf(event));
    const refused = await target.write(rows, { seq: last.seq, at: last.at });
    if (refused.length > 0)
      log.error({ count: refused.length, example: refused[0] }, 'InfluxDB refuses rows for the boards');
    this.#totals.rows += rows.length - refused.length;
    this.#totals.refused += refused.length;
    this.#place = { seq: last.seq, told };
    this.#reached = last.seq;
    this.#parts.wrote?.(last.seq);
    return true;
  }

  /** Writes what happened from one time until before another, as alarms and tasks themselves say; how many rows. */
  async #goThroughAll(from: EpochMs | null, to: EpochMs): Promise<number> {
    const { placement, source, target } = this.#parts;
    let written = 0;
    const put = async (rows: readonly WorkRow[]): Promise<void> => {
      const meant = rows.filter(({ at }) => (from === null || at >= from) && at < to);
      const refused = meant.length === 0 ? [] : await target.put(meant);
      written += meant.length - refused.length;
      this.#totals.rows += meant.length - refused.length;
      this.#totals.refused += refused.length;
    };
    for (let n = 0; !this.#isStopped; ) {
      const alarms = source.alarmsAfter(n, page);
      const last = alarms.at(-1);
      if (!last) break;
      await put(alarms.flatMap(({ alarm }) => allOfAlarm(alarm, placement(alarm.place))));
      n = last.n;
    }
    for (let n = 0; !this.#isStopped; ) {
      const tasks = source.tasksAfter(n, page);
      const last = tasks.at(-1);
      if (!last) break;
      await put(tasks.flatMap(({ task }) => allOfTask(task, placement(task.place))));
      n = last.n;
    }
    return written;
  }

  async #placeKept(): Promise<Place> {
    const { log, placement, source, target } = this.#parts;
    const kept = await target.position();
    const from = this.#parts.after?.(kept) ?? kept;
    const last = source.lastEvent();
    const seq = Math.min(from, last);
    if (kept > last)
      log.warn(
        { kept, last },
        'InfluxDB has rows of later events than there are: another copy of the data directory, or another community?',
      );
    const [next] = source.eventsAfter(seq, 1);
    this.#reached = seq;
    const at = source.timeOfEvent(seq) ?? null;
    if (next !== undefined && next.seq > seq + 1) {
      log.warn(
        { from: seq + 1, to: next.seq - 1 },
        'events are gone that the boards do not know of: alarms and tasks are gone through instead',
      );
      const rows = await this.#goThroughAll((await target.since()) ?? null, next.at);
      log.info({ rows }, 'the boards have what happened to alarms and tasks meanwhile');
    }
    return { seq, told: new ToldWork(placement, at) };
  }
}
