import { IANAZone } from 'luxon';
import type { Issue } from '#api/validation.ts';
import type { Category } from '#model/category.ts';
import {
  type Community,
  type Device,
  type Person,
  type Place,
  type Resident,
  type Roster,
  rosterId,
} from '#model/community.ts';
import type { Configuration } from '#model/configuration.ts';
import { GridbellError } from '#model/errors.ts';
import { type Reference, referencesOf } from '#model/references.ts';
import type { Role } from '#model/role.ts';

/** What a resource may refer to: what stands already, and what comes in the same file. */
export interface Known {
  /** A place, or the community itself. */
  readonly hasPlace: (id: string) => boolean;
  readonly hasPerson: (id: string) => boolean;
  readonly hasResident: (id: string) => boolean;
}

/** What stands in the configuration as it is now; later changes are not seen. */
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

/** Each reference of the body that leads nowhere. */
const dangling = (put: Parameters<typeof referencesOf>[0], known: Known): readonly Issue[] =>
  referencesOf(put)
    .filter(({ id, to }) => !leadsSomewhere(known, to, id))
    .map(({ id, path, to }) => ({ path, message: `there is no ${to} ${id}` }));

function leadsSomewhere(known: Known, to: Reference['to'], id: string): boolean {
  switch (to) {
    case 'place':
      return known.hasPlace(id);
    case 'person':
      return known.hasPerson(id);
    case 'resident':
      return known.hasResident(id);
    case 'place-or-resident':
      return known.hasPlace(id) || known.hasResident(id);
    // A gateway or a mapping may stand below what names it in the same file: the engine looks at the whole.
    case 'device':
    case 'mapping':
      return true;
  }
}

export const communityIssues = (community: Community): readonly Issue[] =>
  community.timezone === undefined || IANAZone.isValidZone(community.timezone)
    ? []
    : [{ path: 'timezone', message: `${community.timezone} is no IANA time zone, such as Asia/Shanghai` }];

/** Each of these: what the resource refers to and is not known, with the path of the field; empty: all is well. */
export const placeIssues = (place: Place, known: Known): readonly Issue[] =>
  dangling({ op: 'put', resource: 'place', id: place.id, body: place }, known);

export const personIssues = (person: Person, known: Known): readonly Issue[] =>
  dangling({ op: 'put', resource: 'person', id: person.id, body: person }, known);

export const residentIssues = (resident: Resident, known: Known): readonly Issue[] =>
  dangling({ op: 'put', resource: 'resident', id: resident.id, body: resident }, known);

export const rosterIssues = (roster: Roster, known: Known): readonly Issue[] =>
  dangling({ op: 'put', resource: 'roster', id: rosterId(roster), body: roster }, known);

export const deviceIssues = (device: Device, known: Known): readonly Issue[] =>
  dangling({ op: 'put', resource: 'device', id: device.id, body: device }, known);

/** Roles that no task may be given to, or that may not say that work is done. */
export const categoryIssues = ({ owner, fallback = [], verifiers = [] }: Category): readonly Issue[] => {
  const isAuditor = (role: Role): boolean => role === 'auditor';
  const message = 'an auditor only looks: tasks are for others';
  return [
    ...(isAuditor(owner) ? [{ path: 'owner', message }] : []),
    ...(fallback.some(isAuditor) ? [{ path: 'fallback', message }] : []),
    ...(verifiers.some(isAuditor) ? [{ path: 'verifiers', message }] : []),
  ];
};

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
