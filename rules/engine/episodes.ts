import type { Effect } from '#rules/engine/machine.ts';
import type { Episode } from '#rules/engine/reconcile.ts';

/** Gathers the alarms of a run from its effects. */
export class Episodes {
  readonly #byNumber = new Map<number, Episode>();

  constructor(standing?: Episode) {
    if (standing) this.#byNumber.set(standing.number, standing);
  }

  get all(): readonly Episode[] {
    return [...this.#byNumber.values()];
  }

  add(effect: Effect | null): void {
    if (!effect) return;
    if (effect.type === 'raise') {
      const { number, at, severity, evidence, receivedLate, instant } = effect;
      const clearedAt = instant ? at : null;
      this.#byNumber.set(number, {
        number,
        startedAt: at,
        clearedAt,
        severity,
        evidence,
        receivedLate,
        instant,
      });
      return;
    }
    const episode = this.#byNumber.get(effect.number);
    if (!episode) return;
    const { severity, evidence } = effect.type === 'severity' ? effect : episode;
    const clearedAt = effect.type === 'clear' ? effect.at : episode.clearedAt;
    this.#byNumber.set(effect.number, { ...episode, clearedAt, severity, evidence });
  }
}
