import { statfs } from 'node:fs/promises';
import { waterMark } from '#broker/inbox/free-space.ts';

/** In marks of the inbox, below which only what is vital is written. History stops at two: flows go first. */
const endsAt = 3;
const startsAt = 3.5;

/**
 * Whether flows may go on, or be started: what they write must not take the room of alarms. Rejects where the disk does not answer.
 * `reserveBytes`: as the inbox has it.
 */
export async function hasRoomForFlows(
  directory: string,
  { isRunning, reserveBytes }: { readonly isRunning: boolean; readonly reserveBytes: number },
): Promise<boolean> {
  const { bavail, blocks, bsize } = await statfs(directory);
  const space = { totalBytes: blocks * bsize, freeBytes: bavail * bsize };
  return space.freeBytes >= waterMark(space, reserveBytes) * (isRunning ? endsAt : startsAt);
}

/** What was found last; looking waits for no disk, not even for one that does not answer. */
export class LatestRoom {
  readonly #ask: () => Promise<boolean>;
  #has = true;
  #isAsking = false;

  constructor(ask: () => Promise<boolean>) {
    this.#ask = ask;
  }

  look(): boolean {
    if (!this.#isAsking) void this.#find();
    return this.#has;
  }

  async #find(): Promise<void> {
    this.#isAsking = true;
    try {
      this.#has = await this.#ask();
    } catch {
      // It is as it was.
    } finally {
      this.#isAsking = false;
    }
  }
}
