import { isFull } from '#broker/inbox/free-space.ts';
import type { RoomJudge } from '#broker/inbox/room.ts';
import { Segment } from '#broker/inbox/segment.ts';
import { createSegment, listSegments, removeSegment, type SealedBatch } from '#broker/inbox/segment-files.ts';
import { type Position, position } from '#model/brand.ts';
import { stopwatch } from '#model/clock.ts';

export interface SegmentRowOptions {
  readonly directory: string;
  /** As InboxWriterOptions has them. */
  readonly segmentBytes: number;
  readonly segmentMs: number;
  /** Of the key. */
  readonly mark: number;
}

/** A segment with less in it is not worth a new one for want of room. */
const worthTrimming = 64 * 1_024;
/** How long a segment that could not be begun is not tried again. */
const patienceMs = 1_000;

/** The segments as their writer has them: the newest is open, and a new one is begun when that is due. */
export class SegmentRow {
  readonly #options: SegmentRowOptions;
  readonly #room: RoomJudge;
  #segment: Segment;
  #sinceMs = stopwatch();
  #count: number;
  #last: Position;
  /** A commit failed otherwise than for want of room: what SQLite and the system make of the file now is not relied upon. */
  #isSuspect = false;
  #isRotationDue = false;
  #rotateNotBeforeMs = 0;

  /** Opens the newest, which is there. Throws what SQLite or the file system says. */
  constructor(options: SegmentRowOptions, room: RoomJudge) {
    const segments = listSegments(options.directory);
    this.#options = options;
    this.#room = room;
    this.#segment = Segment.openForAppend(options.directory, segments.at(-1) ?? position(1));
    this.#segment.keepLogShort(room.shareBytes);
    this.#count = segments.length;
    this.#last = this.#segment.last;
  }

  get count(): number {
    return this.#count;
  }
  /** The last position that is on disk. */
  get last(): Position {
    return this.#last;
  }
  /** A commit failed, and the next one goes into a new segment. */
  get isSuspect(): boolean {
    return this.#isSuspect;
  }

  /** One transaction, behind `last`: when it returns, the batch is on disk; when it throws, nothing of it counts. */
  insert(batch: SealedBatch): void {
    try {
      this.#segment.insert(batch);
      this.#last = position(batch.first + batch.count - 1);
    } catch (error) {
      this.#isSuspect ||= !isFull(error);
      throw error;
    }
  }

  /** Whether a page that means nothing can be written, synced. */
  canWrite(): boolean {
    this.rotateWhenDue();
    try {
      this.#segment.tryWrite();
      return true;
    } catch {
      return false;
    }
  }

  /** Room got tight: a new segment, so that the old one can be trimmed, if it is worth it. */
  saveRoom(): void {
    this.#isRotationDue = true;
  }

  /** A reader found the segment that begins there damaged and wants to mend it: if it is the newest, a new one is begun. */
  leave(first: Position): void {
    if (this.#segment.first !== first || this.#last < first) return;
    this.#isSuspect = true;
    this.rotateWhenDue();
  }

  /** Unlinks the segments whose records are all at or before `upTo`; never the newest. */
  trim(upTo: Position): void {
    const segments = listSegments(this.#options.directory);
    for (const [index, first] of segments.entries()) {
      const next = segments[index + 1];
      if (next === undefined || next - 1 > upTo) break;
      // Oldest first, so that a crash in between leaves no gap.
      removeSegment(this.#options.directory, first);
      this.#count = segments.length - index - 1;
    }
  }

  /** Everything moved into the files. */
  close(): void {
    this.#segment.closeWhole();
  }

  /** A segment that cannot be begun is no reason to refuse records while the old one takes them. */
  rotateWhenDue(): void {
    const now = stopwatch();
    if (!this.#isRotationWanted(now) || now < this.#rotateNotBeforeMs) return;
    this.#rotateNotBeforeMs = now + patienceMs;
    try {
      if (this.#last < this.#segment.first) this.#reopen();
      else this.#beginSegment(position(this.#last + 1));
      this.#isSuspect = false;
      this.#isRotationDue = false;
      this.#rotateNotBeforeMs = 0;
      this.#sinceMs = now;
    } catch {
      // The commit that follows tells whether the disk takes anything at all.
    }
  }

  #isRotationWanted(now: number): boolean {
    if (this.#isSuspect) return true;
    const { bytes } = this.#segment;
    if (bytes === 0) return false;
    if (this.#isRotationDue && bytes >= worthTrimming) return true;
    return bytes >= this.#segmentBytes() || now - this.#sinceMs >= this.#options.segmentMs;
  }

  /** On a small disk, and where room is tight, smaller segments, so that something can be trimmed at all. */
  #segmentBytes(): number {
    const { markBytes, shareBytes, state } = this.#room;
    const most = state === 'ample' ? shareBytes : Math.max(worthTrimming, Math.ceil(markBytes / 4));
    return Math.min(this.#options.segmentBytes, most);
  }

  #beginSegment(first: Position): void {
    const full = this.#segment;
    this.#segment = beginSegment(this.#options.directory, first, this.#options.mark);
    this.#segment.keepLogShort(this.#room.shareBytes);
    this.#count++;
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
