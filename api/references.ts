import { IANAZone } from 'luxon';
import type { Issue } from '#api/validation.ts';
import type { Community, Device, Person, Place, Resident, Roster } from '#model/community.ts';
import type { Configuration } from '#model/configuration.ts';
import { GridbellError } from '#model/errors.ts';

/** What a resource may refer to: what stands already, and what comes in the same file. */
export interface Known {
  /** A place, or the community itself. */
  readonly hasPlace: (id: string) => boolean;
  readonly hasPerson: (id: string) => boolean;
  readonly hasResident: (id: string) => boolean;
}

export const knownIn = (configuration: Configuration): Known => {
  const ids = {
    places: new Set<string>([...configuration.places()].map((place) => place.id)),
    people: new Set<string>([...configuration.people()].map((person) => person.id)),
    residents: new Set<string>([...configuration.residents()].map((resident) => resident.id)),
  };
  return {
    hasPlace: (id) => ids.places.has(id) || id === configuration.communityId,
    hasPerson: (id) => ids.people.has(id),
    hasResident: (id) => ids.residents.has(id),
  };
};

const missing = (path: string, what: string, id: string, isKnown: boolean): readonly Issue[] =>
  isKnown ? [] : [{ path, message: `there is no ${what} ${id}` }];

export const communityIssues = (community: Community): readonly Issue[] =>
  community.timezone === undefined || IANAZone.isValidZone(community.timezone)
    ? []
    : [{ path: 'timezone', message: `${community.timezone} is no IANA time zone, such as Asia/Shanghai` }];

export const placeIssues = (place: Place, known: Known): readonly Issue[] =>
  missing('parent', 'place', place.parent, known.hasPlace(place.parent));

export const personIssues = (person: Person, known: Known): readonly Issue[] =>
  person.places.flatMap((place, index) => missing(`places[${index}]`, 'place', place, known.hasPlace(place)));

export const residentIssues = (resident: Resident, known: Known): readonly Issue[] =>
  missing('place', 'place', resident.place, known.hasPlace(resident.place));

export const rosterIssues = (roster: Roster, known: Known): readonly Issue[] => [
  ...missing('place', 'place', roster.place, known.hasPlace(roster.place)),
  ...roster.shifts.flatMap((shift, index) =>
    missing(`shifts[${index}].person`, 'person', shift.person, known.hasPerson(shift.person)),
  ),
];

export const deviceIssues = (device: Device, known: Known): readonly Issue[] => [
  ...missing('place', 'place', device.place, known.hasPlace(device.place)),
  ...(device.resident === undefined
    ? []
    : missing('resident', 'resident', device.resident, known.hasResident(device.resident))),
];

/** The first place that lies within itself; undefined when the parents form a tree. */
export function cycleAmong(parents: ReadonlyMap<string, string>): string | undefined {
  const sound = new Set<string>();
  for (const start of parents.keys()) {
    const path = new Set<string>();
    let next: string | undefined = start;
    while (next !== undefined && !sound.has(next)) {
      if (path.has(next)) return next;
      path.add(next);
      next = parents.get(next);
    }
    for (const id of path) sound.add(id);
  }
  return undefined;
}

/** 422 with each reference that leads nowhere. */
export const unknownReference = (issues: readonly Issue[]): GridbellError =>
  new GridbellError(
    'unknown-reference',
    issues
      .slice(0, 5)
      .map((issue) => `${issue.path}: ${issue.message}`)
      .join('; '),
    { extra: { issues } },
  );
