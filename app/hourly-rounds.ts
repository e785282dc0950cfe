import { hour } from '#model/brand.ts';

/** Has somebody look at once and each hour; one look follows the other. */
export class HourlyRounds {
  readonly #timer: NodeJS.Timeout;
  #looking: Promise<void>;

  /** `look` never rejects. */
  constructor({ look }: { readonly look: () => Promise<void> }) {
    this.#looking = look();
    this.#timer = setInterval(() => {
      this.#looking = this.#looking.then(look);
    }, hour);
    this.#timer.unref();
  }

  /** Waits for the look that is under way. */
  async stop(): Promise<void> {
    clearInterval(this.#timer);
    await this.#looking;
  }
}
