import { type DurationMs, day, type EpochMs } from '#model/brand.ts';

/** How a property grows. */
export interface Growing {
  readonly bytesADay: number;
  /** Its oldest reading; null: there is none. */
  readonly oldest: EpochMs | null;
  /** How long it is kept; null: for good. */
  readonly keptMs: DurationMs | null;
}

/**
 * In how many days so much room is used up when as much comes in as of late, and what is older than it is kept goes; null: never.
 * A property grows until its oldest reading is as old as it is kept.
 */
export function daysUntilFull(growing: readonly Growing[], roomBytes: number, now: EpochMs): number | null {
  if (roomBytes <= 0) return 0;
  const grown = growing
    .filter(({ bytesADay }) => bytesADay > 0)
    .map(({ bytesADay, keptMs, oldest }) => ({ bytesADay, untilDay: growsUntil(keptMs, oldest, now) }))
    .sort((a, b) => a.untilDay - b.untilDay);
  let rate = grown.reduce((sum, { bytesADay }) => sum + bytesADay, 0);
  let left = roomBytes;
  let at = 0;
  for (const { bytesADay, untilDay } of grown) {
    if (left <= rate * (untilDay - at)) return at + left / rate;
    left -= rate * (untilDay - at);
    rate -= bytesADay;
    at = untilDay;
  }
  return null;
}

/** How many bytes come on top of what there is in so many days, when it goes on so. */
export const grownIn = (growing: readonly Growing[], days: number, now: EpochMs): number =>
  growing.reduce(
    (sum, { bytesADay, keptMs, oldest }) => sum + bytesADay * Math.min(days, growsUntil(keptMs, oldest, now)),
    0,
  );

/** Days from now on. */
function growsUntil(keptMs: DurationMs | null, oldest: EpochMs | null, now: EpochMs): number {
  if (keptMs === null) return Number.POSITIVE_INFINITY;
  return Math.max(0, (keptMs - (oldest === null ? 0 : now - oldest)) / day);
}
