import { clamped } from '#device-sim/signals/drift.ts';

/** How much goes on outside at an hour of the day: 0 at night, 1 at the rush hours. */
export function bustle(hour: number): number {
  const peak = (at: number, width: number): number => Math.exp(-(((hour - at) / width) ** 2));
  return clamped(
    peak(8, 1.5) + 0.6 * peak(11.5, 1.6) + 0.5 * peak(15, 1.8) + peak(18, 1.8) + 0.4 * peak(20.5, 1),
    0,
    1,
  );
}
