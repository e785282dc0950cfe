import { Type } from 'typebox';
import { admins, managers } from '#api/authorization/role-groups.ts';
import type { Api, ApiContext } from '#api/context.ts';
import { mappingText } from '#api/mappings/mapping-text.ts';
import { resourceRoutes } from '#api/resource-routes.ts';
import { mappingTrialRoutes } from '#api/routes/mapping-trial.ts';
import { compileMapping } from '#ingest/mapping/compile.ts';
import { Mapping } from '#model/mapping.ts';

/** How messages are read that no dialect knows: data of the whole installation. */
export function mappingRoutes(app: Api, context: ApiContext): void {
  resourceRoutes(app, context, {
    name: 'mapping',
    path: 'mappings',
    schema: Mapping,
    incoming: {},
    shownBeside: { text: Type.String({ description: 'The same as YAML, as a community file has it' }) },
    readers: managers,
    writers: admins,
    idOf: (mapping) => mapping.id,
    placesOf: () => [],
    view: (mapping) => ({ ...mapping, text: mappingText(mapping) }),
    issues: () => [],
    faults: (mapping) => compileMapping(mapping).faults,
  });
  mappingTrialRoutes(app, context);
}
