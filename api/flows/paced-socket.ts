import type { WebSocket } from 'ws';

/** More than an editor shows; a debug node in a loop says a thousand times as much. */
const bytesPerSecond = 2 * 1024 * 1024;
const turnMs = 100;
/** What may wait for a browser that reads slowly. */
const mostWaiting = 1024 * 1024;

/** Reads of the flows' process no faster than a browser takes it: what it says too much waits in its own memory, which is bounded. */
export class PacedSocket {
  readonly #source: WebSocket;
  readonly #target: WebSocket;
  #left = (bytesPerSecond * turnMs) / 1_000;

  /** `source`: the browser's; `target`: the process's, which is paused. */
  constructor(source: WebSocket, target: WebSocket) {
    this.#source = source;
    this.#target = target;
    target.on('message', (data: Buffer) => {
      this.#left -= data.length;
      if (!this.#mayGoOn()) target.pause();
    });
    const turns = setInterval(() => {
      this.#left = Math.min(0, this.#left) + (bytesPerSecond * turnMs) / 1_000;
      if (target.isPaused && this.#mayGoOn()) target.resume();
    }, turnMs);
    turns.unref();
    target.once('close', () => clearInterval(turns));
    source.once('close', () => clearInterval(turns));
  }

  #mayGoOn(): boolean {
    return this.#left > 0 && this.#source.bufferedAmount < mostWaiting && this.#target.readyState === 1;
  }
}
