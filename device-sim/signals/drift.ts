import { rowOf } from '#device-sim/chance/chance.ts';

/**
 * A slow, smooth wandering between -1 and 1 that has no memory: knots of chance every `periodMs`, and between them the
 * cubic ease of value noise. Answers the value at any time.
 */
export function driftOf(name: string, periodMs: number): (at: number) => number {
  const row = rowOf('drift', name);
  const knot = (index: number): number => 2 * row(index) - 1;
  return (at) => {
    const index = Math.floor(at / periodMs);
    const part = at / periodMs - index;
    const ease = part * part * (3 - 2 * part);
    return knot(index) * (1 - ease) + knot(index + 1) * ease;
  };
}

/** To the sensor's resolution (0.1, 0.01, 5 …), without the dust of binary fractions. */
export function rounded(value: number, resolution: number): number {
  const steps = Math.round(value / resolution);
  return resolution < 1 ? steps / Math.round(1 / resolution) : steps * resolution;
}

export const clamped = (value: number, low: number, high: number): number =>
  Math.min(high, Math.max(low, value));
