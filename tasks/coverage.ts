import type { EpochMs, PlaceId } from '#model/brand.ts';
import type { Configuration } from '#model/configuration.ts';
import { type Role, roles } from '#model/role.ts';
import { isOnDuty } from '#model/roster.ts';
import { dutyChain } from '#tasks/duty-roles.ts';

/** A task of this category at this place would find nobody, of any role that was looked for. */
export interface UnroutedPlace {
  readonly category: string;
  readonly place: PlaceId;
  readonly roles: readonly Role[];
}

/**
 * Whether the dispatcher (dispatch.ts) would find somebody now, without asking it: people are looked up once for each role
 * and not for each of some ten thousand pairs of a category and a place (docs/decisions/146).
 */
export class Reach {
  readonly #configuration: Configuration;
  readonly #staffed: ReadonlyMap<Role, ReadonlySet<PlaceId>>;

  constructor(configuration: Configuration, now: EpochMs) {
    this.#configuration = configuration;
    this.#staffed = new Map(roles.map((role) => [role, placesWith(configuration, role, now)]));
  }

  /** `chain`: the roles that are looked for, as duty-roles.ts has them. */
  findsSomebody(place: PlaceId, chain: readonly Role[]): boolean {
    const path = this.#configuration.path(place);
    return chain.some((role) => {
      const staffed = this.#staffed.get(role);
      return staffed !== undefined && path.some((each) => staffed.has(each));
    });
  }
}

/** Every category at every place, the community itself included, whose tasks would find nobody now. */
export function unroutedPlaces(configuration: Configuration, reach: Reach): readonly UnroutedPlace[] {
  const places = everyPlace(configuration);
  return [...configuration.categories()]
    .map((category) => ({ category: category.id, roles: dutyChain(category.owner, category) }))
    .flatMap(({ category, roles: chain }) =>
      places
        .filter((place) => !reach.findsSomebody(place, chain))
        .map((place) => ({ category, place, roles: chain })),
    );
}

function everyPlace(configuration: Configuration): readonly PlaceId[] {
  const { communityId } = configuration;
  const places = [...configuration.places()].map(({ id }) => id);
  return communityId === undefined ? places : [communityId as string as PlaceId, ...places];
}

/** Where people of a role work, or are on duty now by roster: what lies below is reached. */
function placesWith(configuration: Configuration, role: Role, now: EpochMs): ReadonlySet<PlaceId> {
  const found = new Set<PlaceId>();
  for (const person of configuration.people()) {
    if (person.role === role) for (const place of person.places) found.add(place);
  }
  for (const roster of configuration.rosters()) {
    if (roster.role !== role || found.has(roster.place)) continue;
    const isStaffed = roster.shifts.some((shift) => {
      const person = configuration.person(shift.person);
      return person && person.role !== 'auditor' && isOnDuty(shift, now, configuration.timezone);
    });
    if (isStaffed) found.add(roster.place);
  }
  return found;
}
