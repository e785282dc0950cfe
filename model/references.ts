import type { ResourceChange, ResourceName } from '#model/command.ts';
import { modeId, rosterId } from '#model/community.ts';
import type { Configuration } from '#model/configuration.ts';

/** What one resource says of another: `places[1]` of a person names a place. A `place` may be the community itself. */
export interface Reference {
  /** Where in the body. */
  readonly path: string;
  readonly to: 'place' | 'person' | 'resident' | 'device' | 'mapping' | 'place-or-resident';
  readonly id: string;
}

type Put = ResourceChange & { readonly op: 'put' };

const one = (path: string, to: Reference['to'], id: string | undefined): readonly Reference[] =>
  id === undefined ? [] : [{ path, to, id }];

/** Everything that the body of a resource refers to; the one place that knows. */
export function referencesOf(put: Put): readonly Reference[] {
  switch (put.resource) {
    case 'place':
      return one('parent', 'place', put.body.parent);
    case 'person':
      return put.body.places.flatMap((id, index) => one(`places[${index}]`, 'place', id));
    case 'resident':
      return one('place', 'place', put.body.place);
    case 'roster':
      return [
        ...one('place', 'place', put.body.place),
        ...put.body.shifts.flatMap(({ person }, index) => one(`shifts[${index}].person`, 'person', person)),
      ];
    case 'device':
      return [
        ...one('place', 'place', put.body.place),
        ...one('resident', 'resident', put.body.resident),
        ...one('gateway', 'device', put.body.gateway),
        ...one('mapping', 'mapping', put.body.mapping),
      ];
    case 'mode':
      return one('target', 'place-or-resident', put.body.target);
    case 'silence':
      return [
        ...one('matcher.place', 'place', put.body.matcher.place),
        ...one('matcher.person', 'person', put.body.matcher.person),
      ];
    case 'preference':
      return one('person', 'person', put.body.person);
    case 'credential':
      return one('device', 'device', put.id);
    case 'account':
      return one('person', 'person', put.body.person);
    case 'community':
    case 'category':
    case 'mapping':
    case 'rule':
    case 'api-token':
      return [];
  }
}

/** Those of the configuration that refer to the resource. */
export function* referrersOf(
  configuration: Configuration,
  resource: ResourceName,
  id: string,
): Iterable<Put> {
  for (const put of referringIn(configuration)) {
    if (referencesOf(put).some((reference) => reference.id === id && mayName(reference.to, resource)))
      yield put;
  }
}

function mayName(to: Reference['to'], resource: ResourceName): boolean {
  switch (to) {
    case 'place':
      return resource === 'place' || resource === 'community';
    case 'place-or-resident':
      return resource === 'place' || resource === 'community' || resource === 'resident';
    case 'person':
    case 'resident':
    case 'device':
    case 'mapping':
      return to === resource;
  }
}

/** Every resource of the configuration that may refer to another. */
function* referringIn(configuration: Configuration): Iterable<Put> {
  const op = 'put';
  for (const body of configuration.places()) yield { op, resource: 'place', id: body.id, body };
  for (const body of configuration.people()) yield { op, resource: 'person', id: body.id, body };
  for (const body of configuration.residents()) yield { op, resource: 'resident', id: body.id, body };
  for (const body of configuration.rosters()) yield { op, resource: 'roster', id: rosterId(body), body };
  for (const body of configuration.devices()) yield { op, resource: 'device', id: body.id, body };
  for (const body of configuration.modes()) yield { op, resource: 'mode', id: modeId(body), body };
}
