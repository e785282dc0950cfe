import { type EpochMs, minute, type PersonId, type PlaceId, plus } from '#model/brand.ts';
import type { Shift } from '#model/community.ts';
import type { Configuration } from '#model/configuration.ts';
import { dutyAt } from '#model/roster.ts';

/** Somebody whose shifts follow one another without a gap for so long never goes home as far as we know. */
const mostShifts = 14;

/**
 * Until when somebody who is on duty at `at` for a place, by any roster that covers it, stays on duty there without a gap;
 * null: not on duty then, or without an end.
 */
export function dutyEnd(
  configuration: Configuration,
  { at, person, place }: { readonly person: PersonId; readonly place: PlaceId; readonly at: EpochMs },
): EpochMs | null {
  const shifts = shiftsOf(configuration, person, place);
  let end: EpochMs | null = null;
  for (let n = 0; n < mostShifts; n++) {
    const next = latestEnd(shifts, end ?? at, configuration.timezone);
    if (next === null) return end;
    end = next;
  }
  return null;
}

function shiftsOf(configuration: Configuration, person: PersonId, place: PlaceId): readonly Shift[] {
  const path = configuration.path(place);
  return [...configuration.rosters()]
    .filter((roster) => path.includes(roster.place))
    .flatMap(({ shifts }) => shifts.filter((shift) => shift.person === person));
}

/** A minute on top: 24:00 and 00:00 are one moment, 23:59 and 00:00 nearly. */
function latestEnd(shifts: readonly Shift[], at: EpochMs, zone: string): EpochMs | null {
  const ends = shifts.flatMap((shift) => {
    const window = dutyAt(shift, at, zone) ?? dutyAt(shift, plus(at, minute), zone);
    return window ? [window.to] : [];
  });
  return ends.length === 0 ? null : (Math.max(...ends) as EpochMs);
}
