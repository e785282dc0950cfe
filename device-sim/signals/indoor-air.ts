import { rowOf } from '#device-sim/chance/chance.ts';
import { clamped, driftOf } from '#device-sim/signals/drift.ts';
import type { Sky } from '#device-sim/signals/weather.ts';

const hourMs = 3_600_000;

/** How closely the air inside follows the air outside. */
const shells = {
  flat: { base: 22.5, gain: 0.22 },
  hall: { base: 19, gain: 0.6 },
  garage: { base: 17.5, gain: 0.42 },
} as const;
export type Shell = keyof typeof shells;

/** The air behind walls: it follows the weather late and damped, each room a little in its own way. */
export class IndoorAir {
  readonly #sky: Sky;
  readonly #shell: { readonly base: number; readonly gain: number };
  readonly #offset: number;
  readonly #drift: (at: number) => number;

  constructor(name: string, shell: Shell, sky: Sky) {
    this.#sky = sky;
    this.#shell = shells[shell];
    this.#offset = 2.4 * (rowOf('air', name)(0) - 0.5);
    this.#drift = driftOf(`air ${name}`, 2 * hourMs);
  }

  /** °C. */
  temperature(at: number): number {
    const late = [2, 5, 8].map((hours) => this.#sky.at(at - hours * hourMs).temperature);
    const outside = late.reduce((sum, value) => sum + value, 0) / late.length;
    const { base, gain } = this.#shell;
    return base + this.#offset + gain * (outside - 17) + 0.5 * this.#drift(at);
  }

  /** Relative humidity, %. */
  humidity(at: number): number {
    const { humidity, temperature } = this.#sky.at(at);
    return clamped(humidity + 2.2 * (temperature - this.temperature(at)) * 0.6 + 2 * this.#drift(at), 20, 95);
  }
}
