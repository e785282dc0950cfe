import type { ServerResponse } from 'node:http';
import { type EpochMs, minute } from '#model/brand.ts';
import type { Clock } from '#model/clock.ts';

/** A client that takes not even one slice in this time does not read. */
const patienceMs = minute;
const sliceBytes = 64 * 1024;

/**
 * What goes out to one client. How slow a client is shows in the time in which it takes nothing, not in how much waits
 * for it: one event may be larger than any limit, and who reads it slowly gets it all the same.
 */
export class StreamOutlet {
  readonly #response: ServerResponse;
  readonly #clock: Clock;
  #waitingSince: EpochMs | null = null;
  #isMidBlock = false;

  constructor(response: ServerResponse, clock: Clock) {
    this.#response = response;
    this.#clock = clock;
  }

  /** What was written waits in memory: nothing more before `hasRoom`. */
  get isFull(): boolean {
    return this.#response.writableNeedDrain;
  }
  get isStalled(): boolean {
    return this.#waitingSince !== null && this.#clock.now() - this.#waitingSince > patienceMs;
  }
  /** Only a part of a block is out. */
  get isMidBlock(): boolean {
    return this.#isMidBlock;
  }

  write(text: string): void {
    if (!this.#isOver) this.#response.write(text);
  }

  /** Slice by slice, each when the client took the one before. */
  async writeWhole(text: string): Promise<void> {
    const bytes = Buffer.from(text);
    for (let at = 0; at < bytes.length && !this.#isOver; at += sliceBytes) {
      const end = at + sliceBytes;
      this.#isMidBlock = end < bytes.length;
      this.#response.write(bytes.subarray(at, end));
      if (this.isFull) await this.hasRoom();
    }
  }

  /** Resolves when the client took what was written, or is gone; never at once, so that others have their turn. */
  hasRoom(): Promise<void> {
    const response = this.#response;
    if (!this.isFull || this.#isOver) return new Promise((resolve) => setImmediate(resolve));
    this.#waitingSince = this.#clock.now();
    return new Promise((resolve) => {
      const done = () => {
        response.off('drain', done);
        response.off('close', done);
        this.#waitingSince = null;
        resolve();
      };
      response.on('drain', done);
      response.on('close', done);
    });
  }

  get #isOver(): boolean {
    return this.#response.destroyed || this.#response.writableEnded;
  }
}
