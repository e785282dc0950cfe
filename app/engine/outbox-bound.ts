/** What of readings waits for history in the ops store. */
export interface OutboxSize {
  readonly bytes: number;
  /** From here on only what is vital comes in. */
  readonly mostBytes: number;
}

/** So far below its bound all comes in again, so that the state does not flutter around it. */
const goesOnAt = 0.9;
const megabyte = 2 ** 20;

/** Bounds the readings that wait for history: what was acknowledged stays, so what has to wait is what comes. */
export class OutboxBound {
  readonly #mostBytes: number;
  readonly #holdBack: (reason: string | null) => void;
  #isFull = false;

  /** `holdBack` is told why only what is vital may come in; null: all may again. */
  constructor(mostBytes: number, holdBack: (reason: string | null) => void) {
    this.#mostBytes = mostBytes;
    this.#holdBack = holdBack;
  }

  look(bytes: number): void {
    const isFull = bytes >= this.#mostBytes * (this.#isFull ? goesOnAt : 1);
    if (isFull === this.#isFull) return;
    this.#isFull = isFull;
    this.#holdBack(
      isFull
        ? `${inMegabytes(bytes)} MB of readings wait for history, which takes none, and ${inMegabytes(this.#mostBytes)} MB may (history-outbox): only what is vital is written`
        : null,
    );
  }

  size(bytes: number): OutboxSize {
    return { bytes, mostBytes: this.#mostBytes };
  }
}

const inMegabytes = (bytes: number): string => (bytes / megabyte).toFixed(bytes < 10 * megabyte ? 1 : 0);
