import { admins, observers } from '#api/authorization/role-groups.ts';
import type { Api, ApiContext } from '#api/context.ts';
import { cycleAmong, placeIssues } from '#api/references.ts';
import { resourceRoutes } from '#api/resource-routes.ts';
import type { Issue } from '#api/validation.ts';
import { Place } from '#model/community.ts';
import type { Configuration } from '#model/configuration.ts';

export const placeRoutes = (app: Api, context: ApiContext): void =>
  resourceRoutes(app, context, {
    name: 'place',
    path: 'places',
    schema: Place,
    incoming: {},
    readers: observers,
    writers: admins,
    idOf: (place) => place.id,
    // A place that does not stand yet lies where its parent lies.
    placesOf: (place) => (context.configuration.place(place.id) ? [place.id] : [place.parent]),
    view: (place) => place,
    issues: (place, known, configuration) => [
      ...placeIssues(place, known),
      ...cycleIssues(place, configuration),
      ...(place.id === (configuration.communityId as string | undefined)
        ? [{ path: 'id', message: 'is the id of the community' }]
        : []),
    ],
  });

function cycleIssues(place: Place, configuration: Configuration): readonly Issue[] {
  const parents = new Map<string, string>([...configuration.places()].map((each) => [each.id, each.parent]));
  parents.set(place.id, place.parent);
  return cycleAmong(parents) === undefined ? [] : [{ path: 'parent', message: 'lies within this place' }];
}
