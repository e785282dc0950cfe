import { type Effect, isOpen, type MachineState } from '#rules/engine/machine.ts';
import type { Episode } from '#rules/engine/reconcile.ts';

/** Gathers the alarms of a run from its effects. */
export class Episodes {
  readonly #byNumber = new Map<number, Episode>();

  /** An alarm that stands in the state before the run belongs to it. */
  constructor(before: MachineState) {
    if (!isOpen(before)) return;
    const { count: number, since: startedAt, severity, evidence, receivedLate } = before;
    this.#byNumber.set(number, {
      number,
      startedAt,
      clearedAt: null,
      severity,
      evidence,
      receivedLate,
      instant: false,
    });
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
