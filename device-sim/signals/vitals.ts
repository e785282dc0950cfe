import { rowOf } from '#device-sim/chance/chance.ts';
import type { Doing } from '#device-sim/people/act.ts';
import { clamped, driftOf, rounded } from '#device-sim/signals/drift.ts';

/** Beats and breaths a minute, and steps a minute, that an activity adds to those at rest. */
const efforts: Readonly<
  Record<Doing, { readonly beats: number; readonly breaths: number; readonly steps: number }>
> = {
  asleep: { beats: -8, breaths: -1.5, steps: 0 },
  siesta: { beats: -5, breaths: -1, steps: 0 },
  toilet: { beats: 4, breaths: 0.5, steps: 6 },
  washing: { beats: 7, breaths: 1, steps: 4 },
  shower: { beats: 12, breaths: 1.5, steps: 2 },
  cooking: { beats: 10, breaths: 1, steps: 12 },
  eating: { beats: 4, breaths: 0.5, steps: 0 },
  chores: { beats: 15, breaths: 2, steps: 22 },
  tv: { beats: 0, breaths: 0, steps: 0.3 },
  resting: { beats: -1, breaths: 0, steps: 0.3 },
  out: { beats: 22, breaths: 2.5, steps: 62 },
  lying: { beats: 30, breaths: 3.5, steps: 0 },
};
export const stepsPerMinute = (doing: Doing): number => efforts[doing].steps;

const minuteMs = 60_000;

/**
 * What body sensors read of a healthy person: no value comes near the limits of NEWS2 (docs/rules.md), whatever the person
 * does, so that no alarm comes that no scenario announces.
 */
export class Vitals {
  readonly #restingRate: number;
  readonly #drift: (at: number) => number;
  readonly #row: (index: number) => number;

  constructor(name: string, restingRate: number) {
    this.#restingRate = restingRate;
    this.#drift = driftOf(`vitals ${name}`, 11 * minuteMs);
    this.#row = rowOf('vitals', name);
  }

  /** /min. */
  heartRate(doing: Doing, at: number): number {
    const beats = this.#restingRate + efforts[doing].beats + 3 * this.#drift(at) + 3 * (this.#row(at) - 0.5);
    return rounded(clamped(beats, 44, 106), 1);
  }

  /** /min. */
  respiration(doing: Doing, at: number): number {
    const breaths = 14.5 + efforts[doing].breaths + 1.2 * this.#drift(at + 7) + this.#row(at ^ 1) - 0.5;
    return rounded(clamped(breaths, 11, 19.5), 0.1);
  }

  /** %. */
  spo2(at: number): number {
    return rounded(clamped(97 + 0.9 * this.#drift(at + 13) + this.#row(at ^ 2) - 0.5, 95, 99), 1);
  }

  /** °C at the wrist, corrected to the body's by the device. */
  temperature(at: number): number {
    return rounded(36.5 + 0.25 * this.#drift(at / 12) + 0.2 * (this.#row(at ^ 3) - 0.5), 0.1);
  }

  /** mmHg, systolic and diastolic. */
  bloodPressure(at: number): readonly [number, number] {
    const systolic = 124 + 12 * (this.#row(-1) - 0.5) + 8 * this.#drift(at);
    return [rounded(systolic, 1), rounded(0.45 * systolic + 21 + 4 * (this.#row(at ^ 4) - 0.5), 1)];
  }
}
