import { encodeRecord, sealBatch } from '#broker/inbox/batch.ts';
import { freeSpace, isFull, waterMark } from '#broker/inbox/free-space.ts';
import type { Finding } from '#broker/inbox/mend.ts';
import { type OpenedDirectory, openDirectory, type SkippedPositions } from '#broker/inbox/open-directory.ts';
import { giveBackReserve, Reserve, reserveIn, withRoomNow } from '#broker/inbox/reserve.ts';
import { type DiskRoom, RoomJudge } from '#broker/inbox/room.ts';
import { SegmentRow } from '#broker/inbox/segment-row.ts';
import { apart, type Waiting, WaitingQueue } from '#broker/inbox/waiting.ts';
import type { Urgency } from '#broker/ports.ts';
import { type Position, position } from '#model/brand.ts';
import { stopwatch } from '#model/clock.ts';
import { type DurationCounts, Durations } from '#model/counting.ts';
import { GridbellError, messageOf } from '#model/errors.ts';
import type { InboxRecord } from '#model/record.ts';
import type { Seal } from '#model/seal.ts';

export interface InboxWriterOptions {
  readonly directory: string;
  /** The installation's inbox key, 32 bytes. */
  readonly key: Uint8Array;
  /** A new segment begins when the newest holds this many sealed bytes; default 64 MiB, and at most 5 % of the file system. */
  readonly segmentBytes?: number;
  /** … or when it is this old and not empty, so that a quiet inbox can be trimmed too; default one hour. */
  readonly segmentMs?: number;
  /** Most bytes of records in one commit; default 8 MiB. A larger record is a batch of its own. */
  readonly batchBytes?: number;
  /**
   * What is ordinary waits for company until the last commit is so long ago: each commit writes whole pages and costs
   * the same for one record as for a hundred. 0: each turn of the event loop; default 5.
   */
  readonly commitEveryMs?: number;
  /**
   * A position that is known to have been given (the ops store's): none up to it is given again, also when the inbox was
   * lost; default 0.
   */
  readonly after?: Position;
  /**
   * Free space below which only what is vital is written, and the size of a reserve of the disk beside it; each at most
   * 5 % of the file system. Default 0: neither.
   */
  readonly reserveBytes?: number;
  /** Called when `room.state` changes from what it was when it was opened. */
  readonly onRoom?: (room: DiskRoom) => void;
}

/** Totals since it was opened; `queued` and `segments` as they are now. */
export interface InboxStats {
  readonly commits: number;
  readonly failedCommits: number;
  readonly records: number;
  /** Sealed bytes written. */
  readonly bytes: number;
  readonly commitDurations: DurationCounts;
  readonly room: DiskRoom;
  /** Records that wait for their commit. */
  readonly queued: number;
  readonly segments: number;
}

const lookEveryMs = 1_000;
/** So many records are company enough. */
const enough = 64;
/** … and after so many bytes written. */
const lookEveryBytes = 256 * 1_024;
/** The reserve is made again while this many times the mark stays free beside it. */
const spareAbove = 1.25;

/**
 * The one writer of the inbox. A commit is synchronous and takes about as long as the disk's flush; everything that was
 * appended in the same turn of the event loop, while a commit ran, or shortly after one, shares the next. What is vital
 * never waits, and what waits goes with it.
 */
export class InboxWriter {
  readonly #options: Required<InboxWriterOptions>;
  readonly #seal: Seal;
  /** What `after` told to be missing when it was opened: to be said loudly. */
  readonly skipped: SkippedPositions | null;
  /** What was damaged when it was opened: to be said loudly. */
  readonly findings: readonly Finding[];
  readonly #reserve: Reserve;
  readonly #room: RoomJudge;
  readonly #queue = new WaitingQueue();
  readonly #looks: NodeJS.Timeout;
  readonly #segments: SegmentRow;
  #bytesSinceLook = 0;
  #isScheduled = false;
  #pause: NodeJS.Timeout | null = null;
  #committedMs = Number.NEGATIVE_INFINITY;
  #isClosed = false;
  readonly #totals = { commits: 0, failedCommits: 0, records: 0, bytes: 0 };
  readonly #commitDurations = new Durations();

  private constructor(options: Required<InboxWriterOptions>, opened: OpenedDirectory) {
    this.skipped = opened.skipped;
    this.findings = opened.findings;
    this.#options = options;
    this.#seal = opened.seal;
    this.#reserve = new Reserve(
      reserveIn(options.directory),
      waterMark(freeSpace(options.directory), options.reserveBytes),
    );
    this.#room = new RoomJudge({
      ...options,
      onRoom: (room) => {
        if (room.state === 'tight') this.#segments.saveRoom();
        options.onRoom(room);
      },
    });
    this.#segments = new SegmentRow({ ...options, mark: opened.mark }, this.#room);
    this.#looks = setInterval(() => this.look(), lookEveryMs).unref();
  }

  /**
   * Continues after the last record that is on disk, or after `after` when that is further; what is damaged at the end is
   * cut off first (`findings`). Throws GridbellError: `invalid-input` when the directory is sealed with another key (then
   * nothing in it was touched), `disk-full` when it cannot be written.
   */
  static open(options: InboxWriterOptions): InboxWriter {
    const defaults = {
      segmentBytes: 64 * 2 ** 20,
      segmentMs: 3_600_000,
      batchBytes: 8 * 2 ** 20,
      commitEveryMs: 2,
      after: position(0),
      reserveBytes: 0,
      onRoom: () => undefined,
    };
    const full = { ...defaults, ...options };
    try {
      return withRoomNow(
        () => giveBackReserve(full.directory, full.reserveBytes),
        () => new InboxWriter(full, openDirectory(full)),
      );
    } catch (error) {
      throw error instanceof GridbellError ? error : notWritten(full.directory, error);
    }
  }

  /** The last record that is on disk; 0 in an empty inbox. */
  get lastPosition(): Position {
    return this.#segments.last;
  }

  /** As it was at the last look: after larger commits, and each second. */
  get room(): DiskRoom {
    const { freeBytes, isHeldBack, reason, state } = this.#room;
    return { state, freeBytes, reserveBytes: this.#reserve.bytes, reason, isHeldBack };
  }

  get stats(): InboxStats {
    return {
      ...this.#totals,
      commitDurations: this.#commitDurations.counts,
      room: this.room,
      queued: this.#queue.length,
      segments: this.#segments.count,
    };
  }

  /**
   * Resolves with the record's position when it is on disk; resolutions come in the order of the calls. The record is
   * encoded at once, so it may be reused. Rejects with GridbellError: `invalid-input` (cannot be encoded), `disk-full`
   * (it was not written; a later append may succeed, see `room`: while that is not ample an ordinary record is refused
   * without being tried, `extra.room`: the state), `not-ready` (closed).
   */
  append(record: InboxRecord, urgency: Urgency = 'ordinary'): Promise<Position> {
    if (urgency === 'ordinary' && this.#room.state !== 'ample') return Promise.reject(this.#room.refusal());
    return new Promise((resolve, reject) => {
      if (this.#isClosed) throw new GridbellError('not-ready', 'the inbox is closed');
      this.#queue.push({ encoded: encodeRecord(record), urgency, resolve, reject });
      if (urgency === 'vital' || this.#queue.length >= enough) this.#schedule();
      else this.#scheduleWithCompany();
    });
  }

  /** Unlinks the segments whose records are all at or before `upTo`; never the newest. */
  trim(upTo: Position): void {
    this.#segments.trim(upTo);
  }

  /** A reader found the segment that begins there damaged and wants to mend it: if it is the newest, a new one is begun. */
  leave(first: Position): void {
    this.#segments.leave(first);
  }

  /** As if the disk had little room: what comes behind the inbox takes no more. Null: it does. */
  holdBack(reason: string | null): void {
    this.#room.holdBack(reason);
    this.look();
  }

  /** Looks what room there is, tries a write when the last one failed, and makes the reserve again where it may. */
  look(): DiskRoom {
    this.#bytesSinceLook = 0;
    this.#reserve.refresh();
    const { bytes, missing } = this.#reserve;
    this.#room.look(missing, bytes);
    if (this.#room.state === 'none' && this.#segments.canWrite()) this.#room.worked(missing, bytes);
    this.#segments.rotateWhenDue();
    this.#reserve.grow((this.#room.freeBytes ?? 0) - this.#room.markBytes * spareAbove);
    return this.room;
  }

  /** Commits what waits and closes the file. */
  async close(): Promise<void> {
    if (this.#isClosed) return;
    this.#isClosed = true;
    clearInterval(this.#looks);
    this.#endPause();
    while (this.#queue.length > 0) this.#commitNext();
    this.#segments.close();
    await this.#reserve.stop();
  }

  #scheduleWithCompany(): void {
    if (this.#isScheduled || this.#pause !== null) return;
    const waitMs = this.#committedMs + this.#options.commitEveryMs - stopwatch();
    if (waitMs > 0) this.#pause = setTimeout(() => this.#schedule(), waitMs);
    else this.#schedule();
  }

  #endPause(): void {
    if (this.#pause !== null) clearTimeout(this.#pause);
    this.#pause = null;
  }

  #schedule(): void {
    this.#endPause();
    if (this.#isScheduled) return;
    this.#isScheduled = true;
    // After the poll phase: all that the sockets brought in this turn shares the commit.
    setImmediate(() => {
      this.#isScheduled = false;
      if (this.#isClosed) return;
      this.#commitNext();
      if (this.#queue.length > 0) this.#schedule();
    });
  }

  #commitNext(): void {
    if (this.#room.state !== 'ample')
      for (const waiting of this.#queue.takeOrdinary()) waiting.reject(this.#room.refusal());
    const batch = this.#queue.take(this.#batchBytes());
    if (batch.length === 0) return;
    const failure = this.#commit(batch);
    this.#committedMs = stopwatch();
    if (failure !== null) this.#failed(batch, failure.cause);
    if (this.#bytesSinceLook > lookEveryBytes) this.look();
  }

  /** Null when all of it is on disk, else nothing of it is. */
  #commit(batch: readonly Waiting[]): { readonly cause: unknown } | null {
    const startedMs = stopwatch();
    this.#segments.rotateWhenDue();
    const first = position(this.#segments.last + 1);
    try {
      const encoded = batch.map((waiting) => waiting.encoded);
      const sealed = sealBatch(this.#seal, first, encoded);
      this.#segments.insert({ first, count: batch.length, sealed });
      this.#totals.bytes += sealed.length;
      this.#bytesSinceLook += sealed.length;
    } catch (cause) {
      this.#totals.failedCommits++;
      return { cause };
    }
    this.#totals.commits++;
    this.#totals.records += batch.length;
    this.#commitDurations.observe(stopwatch() - startedMs);
    for (const [index, waiting] of batch.entries()) waiting.resolve(position(first + index));
    return null;
  }

  /** What is vital is tried again by itself, and in the room that the reserve gives back. */
  #failed(batch: readonly Waiting[], cause: unknown): void {
    const { ordinary, vital } = apart(batch);
    let failure: { readonly cause: unknown } | null = { cause };
    if (vital.length > 0) {
      // Alone, or in a new segment.
      if (ordinary.length > 0 || this.#segments.isSuspect) failure = this.#commit(vital);
      while (failure !== null && isFull(failure.cause) && this.#reserve.giveBack())
        failure = this.#commit(vital);
    }
    const { bytes } = this.#reserve;
    const isVitalWritten = vital.length > 0 && failure === null;
    if (isVitalWritten || (vital.length === 0 && isFull(cause) && bytes > 0))
      this.#room.onlyVital(cause, bytes);
    else this.#room.failed(failure?.cause ?? cause, bytes);
    const error = notWritten(this.#options.directory, cause);
    for (const waiting of isVitalWritten ? ordinary : batch) waiting.reject(error);
  }

  /** One commit must not take all that the mark of a small disk keeps free. */
  #batchBytes(): number {
    return Math.min(this.#options.batchBytes, Math.ceil(this.#room.shareBytes / 4));
  }
}

function notWritten(directory: string, cause: unknown): GridbellError {
  return new GridbellError(
    'disk-full',
    `the inbox in ${directory} could not be written (${messageOf(cause)}): make room on the disk or check it`,
    { cause },
  );
}
