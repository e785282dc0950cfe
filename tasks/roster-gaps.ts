import { day, type EpochMs, type PlaceId, plus } from '#model/brand.ts';
import type { Shift } from '#model/community.ts';
import type { Configuration } from '#model/configuration.ts';
import type { Role } from '#model/role.ts';
import { type DutyWindow, dutiesBetween } from '#model/roster.ts';

/** Nobody of this role is on duty for this place from ≤ t < to. */
export interface RosterGap extends DutyWindow {
  readonly place: PlaceId;
  readonly role: Role;
}

/** How far ahead gaps are looked for. */
const aheadMs = 14 * day;

/**
 * The gaps of the next 14 days: in every roster, less what rosters of the role for places around it cover, and, for the
 * owner of a category for whom nobody stands in, in the community as a whole where it has no roster of that role.
 * Neighbouring gaps are one. By place and role, then by time.
 */
export function rosterGaps(configuration: Configuration, now: EpochMs): readonly RosterGap[] {
  const span = { from: now, to: plus(now, aheadMs) };
  const windows = new WindowsOfShifts(configuration.timezone, span);
  return watched(configuration).flatMap(({ place, role }) => {
    const path = configuration.path(place);
    const shifts = [...configuration.rosters()]
      .filter((roster) => roster.role === role && path.includes(roster.place))
      .flatMap((roster) => roster.shifts.filter((shift) => isStaffed(configuration, shift)));
    const covered = shifts.flatMap((shift) => windows.of(shift));
    return without(span, covered).map((gap) => ({ place, role, ...gap }));
  });
}

function watched(configuration: Configuration): readonly Pick<RosterGap, 'place' | 'role'>[] {
  const found = new Map<string, Pick<RosterGap, 'place' | 'role'>>();
  for (const { place, role } of configuration.rosters()) found.set(`${place} ${role}`, { place, role });
  const community = configuration.communityId as string | undefined;
  for (const { fallback, owner } of configuration.categories()) {
    const hasRoster = [...configuration.rosters()].some(({ role }) => role === owner);
    if (fallback.length === 0 && !hasRoster && community !== undefined)
      found.set(`${community} ${owner}`, { place: community as PlaceId, role: owner });
  }
  return [...found.values()].sort((a, b) => order(a.place, b.place) || order(a.role, b.role));
}

const order = (a: string, b: string): number => (a === b ? 0 : a < b ? -1 : 1);

const isStaffed = (configuration: Configuration, { person }: Shift): boolean => {
  const found = configuration.person(person);
  return found !== undefined && found.role !== 'auditor';
};

/** Many shifts of a city have the same hours: each pattern is laid out once. */
class WindowsOfShifts {
  readonly #known = new Map<string, readonly DutyWindow[]>();
  readonly #zone: string;
  readonly #span: DutyWindow;

  constructor(zone: string, span: DutyWindow) {
    this.#zone = zone;
    this.#span = span;
  }

  of(shift: Shift): readonly DutyWindow[] {
    const pattern = `${shift.days} ${shift.from} ${shift.to}`;
    const known = this.#known.get(pattern);
    if (known) return known;
    const windows = dutiesBetween(shift, this.#span, this.#zone);
    this.#known.set(pattern, windows);
    return windows;
  }
}

/** What of a span no window covers. */
function without(span: DutyWindow, windows: readonly DutyWindow[]): readonly DutyWindow[] {
  const gaps: DutyWindow[] = [];
  let reached = span.from;
  for (const { from, to } of windows.toSorted((a, b) => a.from - b.from)) {
    if (from > reached) gaps.push({ from: reached, to: from });
    if (to > reached) reached = to;
  }
  if (reached < span.to) gaps.push({ from: reached, to: span.to });
  return gaps;
}
