import { randomFillSync } from 'node:crypto';
import { statSync, truncateSync } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { join } from 'node:path';
import { freeSpace, isFull, waterMark } from '#broker/inbox/free-space.ts';

/** The reserve of an inbox. */
export const reserveIn = (directory: string): string => join(directory, 'reserve');

/** Given back in so many parts, so that the first alarm does not open all of it to whoever filled the disk. */
const parts = 16;
const leastPart = 256 * 1_024;
/** Written at a time, so that nothing else waits long for the disk. */
const writtenAtOnce = 2 ** 20;

/**
 * Gives a part of a reserve back to the file system, from any thread; false when nothing is left, or when it cannot be.
 * `wanted`: its whole size.
 */
function giveBack(file: string, wanted: number): boolean {
  const bytes = sizeOf(file);
  if (bytes === 0) return false;
  try {
    truncateSync(file, Math.max(0, bytes - Math.max(leastPart, Math.ceil(wanted / parts))));
    return true;
  } catch {
    return false;
  }
}

/** As `giveBack`, of the reserve of an inbox that is kept with `reserveBytes`. */
export function giveBackReserve(directory: string, reserveBytes: number): boolean {
  try {
    return giveBack(reserveIn(directory), waterMark(freeSpace(directory), reserveBytes));
  } catch {
    return false;
  }
}

/** Does `work` again as long as it fails on a full disk and `makeRoom` gives some. */
export async function withRoom<T>(makeRoom: () => boolean, work: () => Promise<T>): Promise<T> {
  for (;;) {
    try {
      return await work();
    } catch (error) {
      if (!isFull(error) || !makeRoom()) throw error;
    }
  }
}

/** As `withRoom`, of what is not awaited. */
export function withRoomNow<T>(makeRoom: () => boolean, work: () => T): T {
  for (;;) {
    try {
      return work();
    } catch (error) {
      if (!isFull(error) || !makeRoom()) throw error;
    }
  }
}

function sizeOf(file: string): number {
  return statSync(file, { throwIfNoEntry: false })?.size ?? 0;
}

/**
 * A file that does nothing but hold blocks of the disk, for the time when somebody else has filled it: what is vital is
 * then written into the room that it gives back. Random bytes, which no file system packs or shares.
 */
export class Reserve {
  readonly #file: string;
  readonly #wanted: number;
  #bytes: number;
  #growing: Promise<void> | null = null;
  #isStopped = false;

  /** `wanted`: bytes; 0 makes none and gives back one that is there. */
  constructor(file: string, wanted: number) {
    this.#file = file;
    this.#wanted = wanted;
    this.#bytes = sizeOf(file);
    if (this.#bytes > wanted) truncateSync(file, wanted);
    this.refresh();
  }

  /** What it held at the last look. */
  get bytes(): number {
    return this.#bytes;
  }
  get missing(): number {
    return Math.max(0, this.#wanted - this.#bytes);
  }

  refresh(): void {
    if (this.#wanted > 0) this.#bytes = sizeOf(this.#file);
  }

  /** False when nothing is left of it. */
  giveBack(): boolean {
    const given = giveBack(this.#file, this.#wanted);
    this.refresh();
    return given;
  }

  /** Makes it again as far as `spareBytes` allow, in the background; nothing while that is under way. Never throws. */
  grow(spareBytes: number): void {
    const growth = Math.min(this.missing, spareBytes);
    if (growth < Math.min(this.missing, leastPart) || growth <= 0 || this.#growing) return;
    this.#growing = this.#write(growth)
      .catch(() => this.#cutBack())
      .finally(() => {
        this.#growing = null;
      });
  }

  /** Grows no more; resolves when the portion that is under way is written. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    await this.#growing;
  }

  async #write(growth: number): Promise<void> {
    await using handle = await open(this.#file, 'a', 0o600);
    for (let written = 0; written < growth && !this.#isStopped; ) {
      const expected = this.#bytes;
      const portion = Math.min(writtenAtOnce, growth - written);
      await writePortion(handle, portion);
      // Somebody needed room meanwhile.
      if (sizeOf(this.#file) !== expected + portion) break;
      this.#bytes = expected + portion;
      written += portion;
    }
    this.refresh();
  }

  /** What a full disk took of a portion counts for nothing. */
  #cutBack(): void {
    try {
      truncateSync(this.#file, Math.min(this.#bytes, sizeOf(this.#file)));
    } catch {
      // It is not there, or the disk is read-only.
    }
    this.refresh();
  }
}

async function writePortion(handle: FileHandle, bytes: number): Promise<void> {
  await handle.writeFile(randomFillSync(Buffer.allocUnsafe(bytes)));
  await handle.datasync();
}
