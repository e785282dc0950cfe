import { Type } from 'typebox';
import { observers, planners } from '#api/authorization/role-groups.ts';
import type { Api, ApiContext } from '#api/context.ts';
import { rosterIssues } from '#api/references.ts';
import { resourceRoutes } from '#api/resource-routes.ts';
import { Roster, rosterId } from '#model/community.ts';

export const rosterRoutes = (app: Api, context: ApiContext): void =>
  resourceRoutes(app, context, {
    name: 'roster',
    path: 'rosters',
    schema: Roster,
    incoming: {},
    shownBeside: { id: Type.String({ description: '`PLACE.ROLE`' }) },
    readers: observers,
    writers: planners,
    idOf: rosterId,
    placesOf: (roster) => [roster.place],
    view: (roster) => ({ id: rosterId(roster), ...roster }),
    issues: (roster, known) => rosterIssues(roster, known),
  });
