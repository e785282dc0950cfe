import type { EpochMs } from '#model/brand.ts';
import { type CommunityFile, timezoneOf } from '#model/community.ts';
import type { Role } from '#model/role.ts';
import { isOnDuty } from '#model/roster.ts';

/** Who is on duty where, by the rosters of a community file: what a visitor of the demo is told, and who verifies. */
export class Duty {
  readonly #community: CommunityFile;
  readonly #parents: ReadonlyMap<string, string>;

  constructor(community: CommunityFile) {
    this.#community = community;
    this.#parents = new Map((community.places ?? []).map(({ id, parent }) => [id, parent]));
  }

  /** The people of a role at the nearest place upwards where one of them is on duty. */
  at(place: string, role: Role, at: EpochMs): readonly string[] {
    const zone = timezoneOf(this.#community.community);
    for (let here: string | undefined = place; here !== undefined; here = this.#parents.get(here)) {
      const shifts = (this.#community.rosters ?? [])
        .filter((roster) => roster.role === role && String(roster.place) === here)
        .flatMap((roster) => roster.shifts);
      const people = shifts.filter((shift) => isOnDuty(shift, at, zone)).map(({ person }) => String(person));
      if (people.length > 0) return people;
    }
    return [];
  }

  /** Who may close a task at a place: a property manager on duty, else a grid leader; never one of its handlers. */
  verifier(place: string, at: EpochMs, handlers: ReadonlySet<string>): string | undefined {
    return [...this.at(place, 'property-manager', at), ...this.at(place, 'grid-leader', at)].find(
      (person) => !handlers.has(person),
    );
  }
}
