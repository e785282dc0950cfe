import {
  categoryIssues,
  communityIssues,
  cycleAmong,
  deviceIssues,
  type Known,
  knownIn,
  personIssues,
  placeIssues,
  residentIssues,
  rosterIssues,
} from '#api/references.ts';
import type { Issue } from '#api/validation.ts';
import { type CommunityFile, rosterId } from '#model/community.ts';
import type { Configuration } from '#model/configuration.ts';

/** Everything in the file that refers to what neither the file nor the community has, or that contradicts itself. */
export function communityFileIssues(file: CommunityFile, configuration: Configuration): readonly Issue[] {
  const known = knownWith(file, configuration);
  return [
    ...below('community', communityIssues(file.community)),
    ...each('places', file.places, (place) => placeIssues(place, known)),
    ...each('people', file.people, (person) => personIssues(person, known)),
    ...each('residents', file.residents, (resident) => residentIssues(resident, known)),
    ...each('rosters', file.rosters, (roster) => rosterIssues(roster, known)),
    ...each('devices', file.devices, (device) => deviceIssues(device, known)),
    ...each('categories', file.categories, categoryIssues),
    ...twice('mappings', file.mappings, ({ id }) => id),
    ...twice('categories', file.categories, ({ id }) => id),
    ...twice('places', file.places, ({ id }) => id),
    ...twice('people', file.people, ({ id }) => id),
    ...twice('residents', file.residents, ({ id }) => id),
    ...twice('rosters', file.rosters, rosterId),
    ...twice('devices', file.devices, ({ id }) => id),
    ...each('places', file.places, (place) =>
      String(place.id) === file.community.id ? [{ path: 'id', message: 'is the id of the community' }] : [],
    ),
    ...cycleIssues(file, configuration),
  ];
}

function knownWith(file: CommunityFile, configuration: Configuration): Known {
  const standing = knownIn(configuration);
  const ids = (entries: readonly { readonly id: string }[] = []) => new Set(entries.map(({ id }) => id));
  const places = ids(file.places).add(file.community.id);
  const people = ids(file.people);
  const residents = ids(file.residents);
  return {
    hasPlace: (id) => places.has(id) || standing.hasPlace(id),
    hasPerson: (id) => people.has(id) || standing.hasPerson(id),
    hasResident: (id) => residents.has(id) || standing.hasResident(id),
  };
}

const below = (prefix: string, issues: readonly Issue[]): readonly Issue[] =>
  issues.map(({ path, message }) => ({ path: `${prefix}.${path}`, message }));

const each = <T>(
  name: string,
  entries: readonly T[] = [],
  issues: (entry: T) => readonly Issue[],
): readonly Issue[] => entries.flatMap((entry, index) => below(`${name}[${index}]`, issues(entry)));

function twice<T>(name: string, entries: readonly T[] = [], idOf: (entry: T) => string): readonly Issue[] {
  const seen = new Set<string>();
  return each(name, entries, (entry) => {
    const id = idOf(entry);
    if (seen.has(id)) return [{ path: 'id', message: `${id} is there twice` }];
    seen.add(id);
    return [];
  });
}

function cycleIssues(file: CommunityFile, configuration: Configuration): readonly Issue[] {
  const parents = new Map<string, string>([...configuration.places()].map(({ id, parent }) => [id, parent]));
  for (const { id, parent } of file.places ?? []) parents.set(id, parent);
  const start = cycleAmong(parents);
  return start === undefined ? [] : [{ path: 'places', message: `${start} lies within itself` }];
}
