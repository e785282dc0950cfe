import { Chance } from '#device-sim/chance/chance.ts';
import { nameFor } from '#device-sim/fleet/names.ts';
import type { PersonId, PlaceId } from '#model/brand.ts';
import type { Person, Roster, Shift } from '#model/community.ts';
import type { Role } from '#model/role.ts';

/** Workers of every role, and rosters in which every role that a task may go to is on duty at every hour. */
export interface Staff {
  readonly people: readonly Person[];
  readonly rosters: readonly Roster[];
}

/** When a role hands over; a role with one person is on call around the clock. */
const handover: Partial<Record<Role, readonly [string, string]>> = {
  'grid-worker': ['08:00', '20:00'],
  'care-staff': ['07:00', '19:00'],
  'property-manager': ['06:00', '18:00'],
  'community-duty': ['08:00', '20:00'],
  'street-duty': ['08:00', '20:00'],
};
const skillsOf: Partial<Record<Role, readonly string[]>> = {
  'grid-worker': ['fire'],
  'care-staff': ['first-aid'],
  'property-manager': ['facilities'],
};
/** Property managers and care staff look after so many grids. */
const gridsEach = 3;

export interface StaffOptions {
  readonly seed: number;
  readonly community: string;
  /** Ids of places. */
  readonly grids: readonly string[];
  /** Begins every id. */
  readonly prefix: string;
}

/** The staff of a community with these grids. */
export function staffOf({ community, grids, prefix, seed }: StaffOptions): Staff {
  const people: Person[] = [];
  const rosters: Roster[] = [];
  const chance = new Chance(seed, 'staff');
  const hire = (role: Role, places: readonly string[], count: number): readonly Person[] => {
    const skills = skillsOf[role];
    const hired = Array.from({ length: count }, (_, index): Person => {
      const id = `${prefix}${role}-${people.filter((person) => person.role === role).length + index + 1}`;
      return {
        id: id as PersonId,
        name: nameFor(chance.whole(1968, 2000), chance),
        role,
        places: places.map((place) => place as PlaceId),
        ...(skills && { skills: [...skills] }),
      };
    });
    people.push(...hired);
    return hired;
  };
  const roster = (role: Role, place: string, hired: readonly Person[]): void => {
    rosters.push({ place: place as PlaceId, role, shifts: shiftsOf(role, hired) });
  };
  for (const grid of grids) {
    roster('grid-worker', grid, hire('grid-worker', [grid], 2));
    roster('grid-leader', grid, hire('grid-leader', [grid], 1));
    hire('volunteer', [grid], 1);
  }
  for (let first = 0; first < grids.length; first += gridsEach) {
    const share = grids.slice(first, first + gridsEach);
    for (const role of ['care-staff', 'property-manager'] as const) {
      const hired = hire(role, share, 2);
      for (const grid of share) roster(role, grid, hired);
    }
  }
  for (const role of ['community-duty', 'street-duty'] as const)
    roster(role, community, hire(role, [community], 2));
  hire('auditor', [community], 1);
  hire('admin', [community], 1);
  return { people, rosters };
}

function shiftsOf(role: Role, [day, night]: readonly Person[]): Shift[] {
  const [from, to] = handover[role] ?? ['00:00', '24:00'];
  if (!day) return [];
  if (!night) return [{ days: 'mon-sun', from: '00:00', to: '24:00', person: day.id }];
  return [
    { days: 'mon-sun', from, to, person: day.id },
    { days: 'mon-sun', from: to, to: from, person: night.id },
  ];
}
