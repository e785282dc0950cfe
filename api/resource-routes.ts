import { type TObject, Type } from 'typebox';
import { filtered } from '#api/authorization/access.ts';
import { callerOf } from '#api/caller.ts';
import type { Api, ApiContext } from '#api/context.ts';
import { mapPage, visiblePage } from '#api/paging.ts';
import { changeRoutes } from '#api/resource-changes.ts';
import { ResourceDesk } from '#api/resource-desk.ts';
import type { ResourceKind, StandingName } from '#api/resource-kind.ts';
import { answers, closed, Id, IdParams, pageFields, pageOf, pageRequest } from '#api/schemas.ts';
import type { PlaceId } from '#model/brand.ts';

/** GET (list and one), POST, PATCH and DELETE of one kind of resource. */
export function resourceRoutes<Name extends StandingName>(
  app: Api,
  context: ApiContext,
  kind: ResourceKind<Name>,
): void {
  const { name, path, schema } = kind;
  const desk = new ResourceDesk(kind, context);
  const tags = [path];
  const shown: TObject = Type.Object({ ...schema.properties, ...kind.shownBeside });

  if (!kind.isListedElsewhere) listRoute(app, context, { kind, desk, shown });

  app.get(
    `/${path}/:id`,
    {
      config: { access: { roles: kind.readers, scope: desk.reading } },
      schema: { tags, summary: `One ${name}`, params: IdParams, response: answers({ 200: shown }) },
    },
    async (request) => desk.view(desk.required(request.params.id), callerOf(request)),
  );

  changeRoutes(app, context, { kind, desk, shown });
}

/** GET of all of a kind, by id. */
function listRoute<Name extends StandingName>(
  app: Api,
  context: ApiContext,
  { desk, kind, shown }: { kind: ResourceKind<Name>; desk: ResourceDesk<Name>; shown: TObject },
): void {
  const { name, path } = kind;
  app.get(
    `/${path}`,
    {
      config: { access: { roles: kind.readers, scope: filtered } },
      schema: {
        tags: [path],
        summary: `All ${path} that lie in your places, by id`,
        querystring: closed({ ...pageFields, place: Type.Optional(Id) }),
        response: answers({ 200: pageOf(shown) }),
      },
    },
    async (request) => {
      const caller = callerOf(request);
      const { place } = request.query;
      const page = visiblePage(
        pageRequest(request.query),
        (wanted) => context.reader.list(name, wanted),
        ({ body }) =>
          desk.isVisible(body, caller) &&
          (place === undefined ||
            kind.placesOf(body).some((at) => context.configuration.isWithin(at, place as PlaceId))),
      );
      return mapPage(page, ({ body }) => desk.view(body, caller));
    },
  );
}
