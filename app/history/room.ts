import { fairShare, freeSpace, waterMark } from '#broker/inbox/free-space.ts';
import { messageOf } from '#model/errors.ts';

/** How much history may write now. */
export interface HistoryRoom {
  /** Batches that it may take over in one transaction; 0: none. */
  readonly batches: number;
  /** Why none; null when some. */
  readonly reason: string | null;
}

/** History stops at so many times the inbox's mark, goes on at more, and takes large portions only far from it. */
const stopsAt = 2;
const goesOnAt = 2.5;
const roomyAt = 8;
const megabyte = 2 ** 20;

/** Keeps history off what the inbox needs: alarms come before curves. */
export class HistoryRoomJudge {
  readonly #directory: string;
  readonly #reserveBytes: number;
  #isStopped = false;

  /** `reserveBytes`: as the inbox has it. */
  constructor(directory: string, reserveBytes: number) {
    this.#directory = directory;
    this.#reserveBytes = reserveBytes;
  }

  now(): HistoryRoom {
    try {
      const space = freeSpace(this.#directory);
      const marks = space.freeBytes / waterMark(space, this.#reserveBytes);
      this.#isStopped = marks < (this.#isStopped ? goesOnAt : stopsAt);
      if (!this.#isStopped) return { batches: marks < roomyAt ? 1 : 64, reason: null };
      const free = (space.freeBytes / megabyte).toFixed(1);
      return {
        batches: 0,
        reason: `${free} MB of the disk are free, and they are kept for alarms; it goes on when there is room`,
      };
    } catch (error) {
      return { batches: 0, reason: `the disk does not answer: ${messageOf(error)}` };
    }
  }

  /** What DuckDB may write beside its file, so that neither a large question nor its log fills a small disk. */
  limits(): { readonly temporaryLimit: string; readonly logLimit: string } {
    const space = freeSpace(this.#directory);
    const inMegabytes = (bytes: number): string => `${Math.max(1, Math.floor(bytes / megabyte))}MB`;
    return {
      temporaryLimit: inMegabytes(space.totalBytes / 10),
      logLimit: inMegabytes(Math.min(16 * megabyte, fairShare(space))),
    };
  }

  /** Whether so many bytes more would leave it going on. */
  holds(bytes: number): boolean {
    try {
      const space = freeSpace(this.#directory);
      return space.freeBytes - bytes >= waterMark(space, this.#reserveBytes) * stopsAt;
    } catch {
      return false;
    }
  }
}
