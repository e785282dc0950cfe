import { mkdirSync } from 'node:fs';
import { encodeRecord, sealBatch } from '#broker/inbox/batch.ts';
import { freeSpace, isFull, waterMark } from '#broker/inbox/free-space.ts';
import { keyMark, refuseForeignKey } from '#broker/inbox/key-mark.ts';
import { type Finding, mendInbox } from '#broker/inbox/mend.ts';
import { giveBackReserve, Reserve, reserveIn, withRoomNow } from '#broker/inbox/reserve.ts';
import { type DiskRoom, RoomJudge } from '#broker/inbox/room.ts';
import { finishSalvages } from '#broker/inbox/salvage.ts';
import {
  createSegment,
  listSegments,
  removeSegment,
  removeUnfinished,
  Segment,
} from '#broker/inbox/segment.ts';
import { apart, type Waiting, WaitingQueue } from '#broker/inbox/waiting.ts';
import type { Urgency } from '#broker/ports.ts';
import { type Position, position } from '#model/brand.ts';
import { stopwatch } from '#model/clock.ts';
import { type DurationCounts, Durations } from '#model/counting.ts';
import { GridbellError, messageOf } from '#model/errors.ts';
import type { InboxRecord } from '#model/record.ts';
import { Seal } from '#model/seal.ts';

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

/** Positions that were given once and whose records the inbox does not hold. */
export interface SkippedPositions {
  readonly from: Position;
  readonly to: Position;
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
/** A segment with less in it is not worth a new one for want of room. */
const worthTrimming = 64 * 1_024;
/** … and after so many bytes written. */
const lookEveryBytes = 256 * 1_024;
/** The reserve is made again while this many times the mark stays free beside it. */
const spareAbove = 1.25;

/**
 * The one writer of the inbox. A commit is synchronous and takes about as long as the disk's flush; everything that was
 * appended in the same turn of the event loop, or while a commit ran, shares the next one.
 */
export class InboxWriter {
  readonly #options: Required<InboxWriterOptions>;
  readonly #seal: Seal;
  readonly #mark: number;
  /** What `after` told to be missing when it was opened: to be said loudly. */
  readonly skipped: SkippedPositions | null;
  /** What was damaged when it was opened: to be said loudly. */
  readonly findings: readonly Finding[];
  readonly #reserve: Reserve;
  readonly #room: RoomJudge;
  readonly #queue = new WaitingQueue();
  readonly #looks: NodeJS.Timeout;
  #segment: Segment;
  #segmentSinceMs = stopwatch();
  #segments: number;
  #last: Position;
  #bytesSinceLook = 0;
  /** A commit failed otherwise than for want of room: what SQLite and the system make of the file now is not relied upon. */
  #isSuspect = false;
  #isRotationDue = false;
  #rotateNotBeforeMs = 0;
  #isScheduled = false;
  #isClosed = false;
  readonly #totals = { commits: 0, failedCommits: 0, records: 0, bytes: 0 };
  readonly #commitDurations = new Durations();

  private constructor(options: Required<InboxWriterOptions>, opened: Opened) {
    const segments = listSegments(options.directory);
    const segment = Segment.openForAppend(options.directory, segments.at(-1) ?? position(1));
    this.skipped = opened.skipped;
    this.findings = opened.findings;
    this.#options = options;
    this.#seal = opened.seal;
    this.#mark = keyMark(options.key);
    this.#segment = segment;
    this.#segments = segments.length;
    this.#last = segment.last;
    this.#reserve = new Reserve(
      reserveIn(options.directory),
      waterMark(freeSpace(options.directory), options.reserveBytes),
    );
    this.#room = new RoomJudge({
      ...options,
      onRoom: (room) => {
        if (room.state === 'tight') this.#isRotationDue = true;
        options.onRoom(room);
      },
    });
    this.#segment.keepLogShort(this.#room.shareBytes);
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
    return this.#last;
  }

  /** As it was at the last look: after larger commits, and each second. */
  get room(): DiskRoom {
    const { freeBytes, reason, state } = this.#room;
    return { state, freeBytes, reserveBytes: this.#reserve.bytes, reason };
  }

  get stats(): InboxStats {
    return {
      ...this.#totals,
      commitDurations: this.#commitDurations.counts,
      room: this.room,
      queued: this.#queue.length,
      segments: this.#segments,
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
      this.#schedule();
    });
  }

  /** Unlinks the segments whose records are all at or before `upTo`; never the newest. */
  trim(upTo: Position): void {
    const segments = listSegments(this.#options.directory);
    for (const [index, first] of segments.entries()) {
      const next = segments[index + 1];
      if (next === undefined || next - 1 > upTo) break;
      // Oldest first, so that a crash in between leaves no gap.
      removeSegment(this.#options.directory, first);
      this.#segments = segments.length - index - 1;
    }
  }

  /** Begins a new segment when the newest is that which begins at `first`: a reader found it damaged and wants to mend it. */
  leave(first: Position): void {
    if (this.#segment.first !== first || this.#last < first) return;
    this.#isSuspect = true;
    this.#rotateWhenDue();
  }

  /** Looks what room there is, tries a write when the last one failed, and makes the reserve again where it may. */
  look(): DiskRoom {
    this.#bytesSinceLook = 0;
    this.#reserve.refresh();
    const { bytes, missing } = this.#reserve;
    this.#room.look(missing, bytes);
    if (this.#room.state === 'none' && this.#tryWrite()) this.#room.worked(missing, bytes);
    if (this.#isRotationDue) this.#rotateWhenDue();
    this.#reserve.grow((this.#room.freeBytes ?? 0) - this.#room.markBytes * spareAbove);
    return this.room;
  }

  /** Commits what waits and closes the file. */
  async close(): Promise<void> {
    if (this.#isClosed) return;
    this.#isClosed = true;
    clearInterval(this.#looks);
    while (this.#queue.length > 0) this.#commitNext();
    this.#segment.closeWhole();
    await this.#reserve.settled();
  }

  #schedule(): void {
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
    if (failure !== null) this.#failed(batch, failure.cause);
    if (this.#bytesSinceLook > lookEveryBytes) this.look();
  }

  /** Null when all of it is on disk, else nothing of it is. */
  #commit(batch: readonly Waiting[]): { readonly cause: unknown } | null {
    const startedMs = stopwatch();
    this.#rotateWhenDue();
    const first = position(this.#last + 1);
    try {
      const encoded = batch.map((waiting) => waiting.encoded);
      const sealed = sealBatch(this.#seal, first, encoded);
      this.#segment.insert({ first, count: batch.length, sealed });
      this.#totals.bytes += sealed.length;
      this.#bytesSinceLook += sealed.length;
    } catch (cause) {
      this.#totals.failedCommits++;
      this.#isSuspect ||= !isFull(cause);
      return { cause };
    }
    this.#last = position(this.#last + batch.length);
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
      if (ordinary.length > 0 || this.#isSuspect) failure = this.#commit(vital);
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

  #tryWrite(): boolean {
    this.#rotateWhenDue();
    try {
      this.#segment.tryWrite();
      return true;
    } catch {
      return false;
    }
  }

  /** A segment that cannot be begun is no reason to refuse records while the old one takes them. */
  #rotateWhenDue(): void {
    const now = stopwatch();
    if (!this.#isRotationWanted(now) || now < this.#rotateNotBeforeMs) return;
    this.#isRotationDue = false;
    this.#rotateNotBeforeMs = now + lookEveryMs;
    try {
      if (this.#last < this.#segment.first) this.#reopen();
      else this.#beginSegment(position(this.#last + 1));
      this.#isSuspect = false;
      this.#rotateNotBeforeMs = 0;
      this.#segmentSinceMs = now;
    } catch {
      // The commit that follows tells whether the disk takes anything at all.
    }
  }

  #isRotationWanted(now: number): boolean {
    if (this.#isSuspect) return true;
    const { bytes } = this.#segment;
    if (bytes === 0) return false;
    if (this.#isRotationDue && bytes >= worthTrimming) return true;
    return bytes >= this.#segmentBytes() || now - this.#segmentSinceMs >= this.#options.segmentMs;
  }

  /** On a small disk, and where room is tight, smaller segments, so that something can be trimmed at all. */
  #segmentBytes(): number {
    const { markBytes, shareBytes, state } = this.#room;
    const most = state === 'ample' ? shareBytes : Math.max(worthTrimming, Math.ceil(markBytes / 4));
    return Math.min(this.#options.segmentBytes, most);
  }

  /** One commit must not take all that the mark of a small disk keeps free. */
  #batchBytes(): number {
    return Math.min(this.#options.batchBytes, Math.ceil(this.#room.shareBytes / 4));
  }

  #beginSegment(first: Position): void {
    const full = this.#segment;
    this.#segment = beginSegment(this.#options.directory, first, this.#mark);
    this.#segment.keepLogShort(this.#room.shareBytes);
    this.#segments++;
    full.closeWhole();
  }

  /** Of an empty segment, in whose place no other can be begun. */
  #reopen(): void {
    const reopened = Segment.openForAppend(this.#options.directory, this.#segment.first);
    reopened.keepLogShort(this.#room.shareBytes);
    this.#segment.close();
    this.#segment = reopened;
  }
}

interface Opened {
  readonly seal: Seal;
  readonly skipped: SkippedPositions | null;
  readonly findings: readonly Finding[];
}

/** Puts the directory into the state that a writer goes on from. */
function openDirectory({ after, directory, key }: Required<InboxWriterOptions>): Opened {
  const seal = new Seal(key, 'inbox');
  const mark = keyMark(key);
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  refuseForeignKey(directory, key, seal);
  finishSalvages(directory);
  removeUnfinished(directory);
  const { findings, given } = mendInbox(directory, { seal, mark });
  const skipped = ensureSegment(directory, { after, given, mark });
  return { seal, skipped, findings };
}

/**
 * Sees to it that the newest segment goes on behind `after`, and behind what else is known to have been given; answers
 * what it had to leave out for `after`.
 */
function ensureSegment(
  directory: string,
  { after, given, mark }: { readonly after: Position; readonly given: Position; readonly mark: number },
): SkippedPositions | null {
  const newest = listSegments(directory).at(-1);
  const last = newest === undefined ? position(0) : lastOf(directory, newest);
  const behind = Math.max(last, after, given);
  if (newest === undefined || last < behind) createSegment(directory, position(behind + 1), mark);
  return last < after && given < after ? { from: position(Math.max(last, given) + 1), to: after } : null;
}

function lastOf(directory: string, first: Position): Position {
  const segment = Segment.openForRead(directory, first);
  try {
    return segment.last;
  } finally {
    segment.close();
  }
}

/** A new segment, open; none at all when that fails, so that the old one goes on and no position stands in two. */
function beginSegment(directory: string, first: Position, mark: number): Segment {
  try {
    createSegment(directory, first, mark);
    return Segment.openForAppend(directory, first);
  } catch (error) {
    removeSegment(directory, first);
    throw error;
  }
}

function notWritten(directory: string, cause: unknown): GridbellError {
  return new GridbellError(
    'disk-full',
    `the inbox in ${directory} could not be written (${messageOf(cause)}): make room on the disk or check it`,
    { cause },
  );
}
