import { type DurationMs, durationMs, type EpochMs, hour, minute, plus, second } from '#model/brand.ts';

export interface Tries {
  readonly attempts: number;
  readonly lifeSafety: boolean;
  /** When the delivery was made. */
  readonly since: EpochMs;
  readonly now: EpochMs;
  /** As the receiver asked. */
  readonly afterMs: DurationMs | null;
  /** 0 ≤ x < 1. */
  readonly chance: number;
}

/**
 * What is a matter of life is tried sooner, and not so long: an hour later other people have it. `mostAsked`: so long a receiver
 * may ask to be left in peace; nobody may ask away the tries of a call for help.
 */
const patience = {
  usual: {
    first: second,
    longest: durationMs(10 * minute),
    mostAsked: hour,
    attempts: 15,
    forMs: durationMs(24 * hour),
  },
  lifeSafety: {
    first: durationMs(second / 2),
    longest: durationMs(30 * second),
    mostAsked: minute,
    attempts: 40,
    forMs: hour,
  },
} as const;

/**
 * When a delivery is tried again: twice as late each time, with full jitter so that what failed together does not come
 * again together, never sooner than the receiver asked, as far as it may ask. null: it is given up.
 */
export function nextTry({ afterMs, attempts, chance, lifeSafety, now, since }: Tries): EpochMs | null {
  const {
    attempts: most,
    first,
    forMs,
    longest,
    mostAsked,
  } = lifeSafety ? patience.lifeSafety : patience.usual;
  if (attempts >= most) return null;
  const ceiling = Math.min(first * 2 ** Math.min(attempts - 1, 30), longest);
  const waits = Math.max(Math.round(ceiling / 2 + (ceiling / 2) * chance), Math.min(afterMs ?? 0, mostAsked));
  const at = plus(now, waits);
  return at - since > forMs ? null : at;
}
