import { type EpochMs, epochMs, minute } from '#model/brand.ts';
import type { Clock } from '#model/clock.ts';
import { messageOf } from '#model/errors.ts';

export interface TickerOptions {
  readonly clock: Clock;
  append(at: EpochMs): Promise<unknown>;
  /** Once, until it works again. */
  onFailure(error: string): void;
}

/** A tick that could not be written, and is waited for, is tried again after so long. */
const retryMs = 1_000;

/**
 * Writes time into the inbox when nothing else does: at the moment the engine waits for, and once a minute, so that
 * after a crash it is known until when Gridbell lived.
 */
export class Ticker {
  readonly #options: TickerOptions;
  #due: EpochMs | null = null;
  #lastRecordAt: EpochMs;
  #timer: NodeJS.Timeout | null = null;
  #running = false;
  #isFailing = false;

  constructor(options: TickerOptions) {
    this.#options = options;
    this.#lastRecordAt = options.clock.now();
  }

  start(): void {
    this.#running = true;
    this.#arm();
  }

  stop(): void {
    this.#running = false;
    if (this.#timer) clearTimeout(this.#timer);
  }

  wakeAt(due: EpochMs | null): void {
    this.#due = due;
    this.#arm();
  }

  /** Follows the records also backwards: after the clock was set back the minute counts from there. */
  sawRecord(at: EpochMs): void {
    this.#lastRecordAt = at;
    if (this.#due !== null && at >= this.#due) this.#due = null;
  }

  #arm(): void {
    if (!this.#running) return;
    if (this.#timer) clearTimeout(this.#timer);
    const now = this.#options.clock.now();
    const next = Math.min(this.#due ?? Number.POSITIVE_INFINITY, this.#lastRecordAt + minute);
    this.#timer = setTimeout(() => void this.#tick(), Math.min(Math.max(next - now, 0), minute));
  }

  async #tick(): Promise<void> {
    const now = this.#options.clock.now();
    const due = this.#due;
    const isDue = due !== null && due <= now;
    // A last record in the future: the clock was set back, and nobody has told the engine yet.
    const isSetBack = now < this.#lastRecordAt;
    if (isDue || isSetBack || now - this.#lastRecordAt >= minute) {
      if (isDue) this.#due = null;
      try {
        await this.#options.append(epochMs(now));
        this.#isFailing = false;
      } catch (error) {
        if (!this.#isFailing) this.#options.onFailure(messageOf(error));
        this.#isFailing = true;
        this.#lastRecordAt = now;
        // The engine waits for it still, unless it has said otherwise meanwhile.
        if (isDue) this.#due ??= epochMs(Math.max(due, now + retryMs));
      }
    }
    this.#arm();
  }
}
