import { rowOf } from '#device-sim/chance/chance.ts';
import { driftOf, rounded } from '#device-sim/signals/drift.ts';

const hourMs = 3_600_000;
/** What changed is repeated by the link itself. */
const edgeRetryMs = { least: 1_500, most: 6_000 };
/** A routine report waits for the device's next window; of those that speak every minute for a moment only. */
const routineRetryMs = { least: 2_000, most: 45_000 };
const shareOfInterval = 0.08;

/**
 * The way from a device to the platform. Nothing is lost for good: a message that nobody heard comes again, with the time at
 * which it was measured. Later than its interval allows it never comes, so that no rule sees a silence, and what changed
 * comes within seconds, so that a `for: 60s` does not run out over a door that was closed in time.
 */
export class Radio {
  readonly #row: (index: number) => number;
  readonly #fading: (at: number) => number;
  readonly #base: number;
  readonly #everyMs: number;
  readonly #isWired: boolean;

  constructor(name: string, everyMs: number, isWired: boolean) {
    this.#row = rowOf('radio', name);
    this.#fading = driftOf(`radio ${name}`, 3 * hourMs);
    this.#base = -52 - 36 * this.#row(-1);
    this.#everyMs = everyMs;
    this.#isWired = isWired;
  }

  /** dBm. */
  rssi(at: number): number {
    return rounded(this.#base + 3 * this.#fading(at) + 3 * (this.#row(at) - 0.5), 1);
  }

  /** Milliseconds until what was said at `at` is heard; 0: at once, which is nearly always. */
  delayMs(at: number, isEdge: boolean): number {
    if (this.#isWired) return 0;
    const weakness = Math.max(0, -70 - this.#base) / 18;
    if (this.#row(at ^ 0x5bd1e995) >= 0.001 + 0.012 * weakness) return 0;
    const { least, most } = isEdge ? edgeRetryMs : routineRetryMs;
    const longest = Math.min(most, this.#everyMs * shareOfInterval);
    return Math.round(Math.max(edgeRetryMs.least, least + (longest - least) * this.#row(at ^ 0x2545f491)));
  }
}
