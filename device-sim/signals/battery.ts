import { rowOf } from '#device-sim/chance/chance.ts';
import { rounded } from '#device-sim/signals/drift.ts';

const dayMs = 86_400_000;
/** Somebody replaces it well before it is low: no battery alarm that no scenario announces. */
const replacedAt = 24;

/** The battery of a device in %, at any time: it lasts 2 to 4 years and is then replaced. Every device is at another point. */
export function batteryOf(name: string): (at: number) => number {
  const row = rowOf('battery', name);
  const lifeMs = (730 + 730 * row(0)) * dayMs;
  const phase = row(1);
  return (at) => {
    const turn = at / lifeMs + phase;
    return rounded(100 - (100 - replacedAt) * (turn - Math.floor(turn)), 1);
  };
}
