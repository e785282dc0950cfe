import { type EpochMs, epochMs, minute } from '#model/brand.ts';
import type { CareLadder, OnTheWay } from '#model/care-ladder.ts';
import type { TaskRow } from '#tasks/ports.ts';

/** There is a rung above the one that is on. */
export const hasNext = (ladder: CareLadder): boolean => ladder.at < ladder.rungs.length - 1;

/**
 * Until when nobody more is called because somebody is on their way: until they have to be there, with the grace; 0: nobody is. In a matter
 * of life no promise holds others back for longer than a quarter of an hour.
 */
export function heldUntil({
  coming = [],
  ladder,
  lifeSafety,
}: Pick<TaskRow, 'coming' | 'ladder' | 'lifeSafety'>): EpochMs {
  const graceMs = ladder?.graceMs ?? usualGraceMs;
  const heldBy = ({ at, until }: OnTheWay): number =>
    (lifeSafety ? Math.min(until, at + mostHeldMs) : until) + graceMs;
  return epochMs(Math.max(0, ...coming.filter(isExpected).map(heldBy)));
}

const mostHeldMs = 15 * minute;

const usualGraceMs = 60_000;
const isExpected = ({ isMissed }: OnTheWay): boolean => !isMissed;

/**
 * When the ladder climbs on by itself; null: it does not. Who accepted has it in hand, unless they said when they would be
 * there: then they have to begin by that time.
 */
export function nextRungAt(row: Pick<TaskRow, 'ladder' | 'coming' | 'lifeSafety' | 'state'>): EpochMs | null {
  const { ladder, state } = row;
  if (!ladder || ladder.stopped || !hasNext(ladder)) return null;
  const held = heldUntil(row);
  const isWaiting = state === 'filed' || state === 'dispatched';
  if (!isWaiting && !(state === 'accepted' && held > 0)) return null;
  const withinMs = ladder.rungs[ladder.at]?.withinMs ?? 0;
  return epochMs(Math.max(ladder.since + withinMs, held));
}

/** The same ladder and promises after the clock was set back to `to`: nothing waits longer than its whole length. */
export function cutLadder(
  { coming, ladder }: TaskRow,
  to: EpochMs,
): Partial<Pick<TaskRow, 'ladder' | 'coming'>> {
  const back = (at: EpochMs): EpochMs => epochMs(Math.min(at, to));
  const isAhead =
    ladder !== undefined && (ladder.since > to || (ladder.cancelUntil ?? 0) - longestWindowMs > to);
  const isPromiseAhead = coming?.some(({ at }) => at > to) === true;
  return {
    ...(isAhead
      ? {
          ladder: {
            ...ladder,
            startedAt: back(ladder.startedAt),
            since: back(ladder.since),
            cancelUntil:
              ladder.cancelUntil === null
                ? null
                : epochMs(Math.min(ladder.cancelUntil, to + longestWindowMs)),
          },
        }
      : {}),
    ...(isPromiseAhead
      ? {
          coming: coming.map((each) =>
            each.at > to ? { ...each, at: to, until: epochMs(each.until - (each.at - to)) } : each,
          ),
        }
      : {}),
  };
}

const longestWindowMs = 30_000;
