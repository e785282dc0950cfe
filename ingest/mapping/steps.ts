/** How much work a mapping may make of one message: what it asks for may grow much faster than the message. */
export class Steps {
  #left: number;

  constructor(most: number) {
    this.#left = most;
  }

  /** There is nothing left: whatever is asked for from now on finds nothing. */
  get isSpent(): boolean {
    return this.#left <= 0;
  }

  take(): boolean {
    this.#left -= 1;
    return this.#left > 0;
  }
}

/** Of one message, tens of milliseconds; one of 64 KiB with 200 values is read with a twentieth of it. */
export const mostSteps = 200_000;
