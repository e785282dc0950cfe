import { type EpochMs, epochMs } from '#model/brand.ts';

interface Entry {
  readonly at: EpochMs;
  readonly act: (now: EpochMs) => Promise<void>;
}

/** What people mean to do, in order of time; on the data clock and on the wall clock alike. */
export class Agenda {
  /** In order of time; of the same time, as they came. Never more than some dozens. */
  readonly #entries: Entry[] = [];

  get next(): EpochMs | undefined {
    return this.#entries[0]?.at;
  }

  add(at: number, act: Entry['act']): void {
    const index = this.#entries.findIndex((entry) => entry.at > at);
    this.#entries.splice(index < 0 ? this.#entries.length : index, 0, { at: epochMs(Math.round(at)), act });
  }

  /** Does what is due by `to`, one after the other; also what is added meanwhile. */
  async runUntil(to: EpochMs): Promise<void> {
    for (let entry = this.#entries[0]; entry && entry.at <= to; entry = this.#entries[0]) {
      this.#entries.shift();
      await entry.act(entry.at);
    }
  }
}
