import type { FastifyRequest } from 'fastify';
import { type TObject, Type } from 'typebox';
import { Compile } from 'typebox/compile';
import { filtered, idOf, isInScope, type Scope } from '#api/authorization/access.ts';
import { type Caller, callerOf } from '#api/caller.ts';
import type { Api, ApiContext } from '#api/context.ts';
import { mergePatch, patchSchema } from '#api/merge-patch.ts';
import { mapPage, visiblePage } from '#api/paging.ts';
import { knownIn } from '#api/references.ts';
import type { ResourceKind, StandingName } from '#api/resource-kind.ts';
import { answers, closed, Id, IdParams, NoContent, pageFields, pageOf, pageRequest } from '#api/schemas.ts';
import { invalidInput, issuesOf } from '#api/validation.ts';
import type { PlaceId } from '#model/brand.ts';
import type { ResourceChange, Resources } from '#model/command.ts';
import { GridbellError } from '#model/errors.ts';

type Fields = Readonly<Record<string, unknown>>;

/** GET (list and one), POST, PATCH and DELETE of one kind of resource. */
export function resourceRoutes<Name extends StandingName>(
  app: Api,
  context: ApiContext,
  kind: ResourceKind<Name>,
): void {
  const { name, path, schema } = kind;
  const check = Compile(schema);
  const tags = [path];
  const shown: TObject = Type.Object({ ...schema.properties, ...kind.shownBeside });
  const taken: TObject = closed({ ...schema.properties, ...kind.incoming });
  const fixed = name === 'roster' ? ['place', 'role'] : ['id'];
  const item = `/${path}/:id`;

  const standing = (id: string) => context.reader.get(name, id)?.body;
  const required = (id: string): Resources[Name] => {
    const body = standing(id);
    if (body === undefined) throw new GridbellError('not-found', `There is no ${name} ${id}.`);
    return body;
  };
  const isVisible = (body: Resources[Name], caller: Caller): boolean =>
    kind.mayRead?.(body, caller, context) ??
    kind.placesOf(body).every((place) => isInScope(caller, place, context));
  const view = (body: Resources[Name], caller: Caller) => kind.view(body, caller, context);

  const reading: Scope = {
    kind: 'checked',
    allows: (request, caller) => {
      const body = standing(idOf(request));
      return body === undefined || isVisible(body, caller);
    },
  };
  /** Where it stands and where it is put must both be the caller's. */
  const writing: Scope = {
    kind: 'checked',
    allows: (request, caller) =>
      [standing(idOf(request)), bodyOf(request)].every((body) =>
        placesIn(kind, body).every((place) => isInScope(caller, place, context)),
      ),
  };

  /** Splits what came in into what is kept and what goes elsewhere; checks both. */
  const sound = (candidate: Fields): Resources[Name] => {
    if (!check.Check(candidate)) throw invalidInput(issuesOf(check.Errors(candidate)));
    // The schema is that of Resources[Name]; the compiler cannot see it through the type parameter.
    const body = candidate as Resources[Name];
    const issues = kind.issues(body, knownIn(context.configuration), context.configuration);
    if (issues.length > 0) throw unknownReference(issues);
    return body;
  };
  const refuse = (fields: Fields, caller: Caller): void => {
    const why = kind.refusal?.(fields, caller);
    if (why !== undefined) throw new GridbellError('not-allowed', why);
  };

  app.get(
    `/${path}`,
    {
      config: { access: { roles: kind.readers, scope: filtered } },
      schema: {
        tags,
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
          isVisible(body, caller) &&
          (place === undefined ||
            kind.placesOf(body).some((at) => context.configuration.isWithin(at, place as PlaceId))),
      );
      return mapPage(page, ({ body }) => view(body, caller));
    },
  );

  app.get(
    item,
    {
      config: { access: { roles: kind.readers, scope: reading } },
      schema: { tags, summary: `One ${name}`, params: IdParams, response: answers({ 200: shown }) },
    },
    async (request) => view(required(request.params.id), callerOf(request)),
  );

  app.post(
    `/${path}`,
    {
      config: { access: { roles: kind.writers, scope: writing } },
      schema: {
        tags,
        summary: `Create a ${name}; 409 with what stands when it is there already`,
        body: taken,
        response: answers({ 201: shown }),
      },
    },
    async (request, reply) => {
      const caller = callerOf(request);
      refuse(request.body, caller);
      const { kept, incoming } = split(kind, request.body);
      const body = sound(kept);
      const id = kind.idOf(body);
      const alreadyExists = (cause?: unknown) => {
        const found = standing(id);
        return new GridbellError('already-exists', `The ${name} ${id} stands already.`, {
          cause,
          extra: found === undefined || !isVisible(found, caller) ? {} : { standing: view(found, caller) },
        });
      };
      if (standing(id) !== undefined) throw alreadyExists();
      const companions = await kind.onPut?.(body, incoming, true);
      try {
        await context.change(caller, {
          expect: 'absent',
          changes: [putOf(name, id, body), ...(companions?.changes ?? [])],
          reason: `create ${name} ${id}`,
        });
      } catch (error) {
        throw error instanceof GridbellError && error.code === 'already-exists'
          ? alreadyExists(error)
          : error;
      }
      return reply
        .code(201)
        .header('location', `/api/v1/${path}/${encodeURIComponent(id)}`)
        .send({ ...view(required(id), caller), ...companions?.shown });
    },
  );

  app.patch(
    item,
    {
      config: { access: { roles: kind.writers, scope: writing } },
      schema: {
        tags,
        summary: `Change fields of a ${name}; null takes an optional one away`,
        params: IdParams,
        body: closed({
          ...patchSchema(schema, fixed).properties,
          ...Object.fromEntries(Object.entries(kind.incoming).filter(([field]) => field !== 'token')),
        }),
        response: answers({ 200: shown }),
      },
    },
    async (request) => {
      const caller = callerOf(request);
      const { id } = request.params;
      refuse(request.body, caller);
      const { kept, incoming } = split(kind, request.body);
      const before = required(id);
      const body = sound(mergePatch(before, kept) as Fields);
      const companions = await kind.onPut?.(body, incoming, false);
      await context.change(caller, {
        expect: 'any',
        changes: [putOf(name, id, body), ...(companions?.changes ?? [])],
        reason: `change ${name} ${id}`,
      });
      return view(required(id), caller);
    },
  );

  app.delete(
    item,
    {
      config: { access: { roles: kind.writers, scope: writing } },
      schema: {
        tags,
        summary: `Delete a ${name}; 409 while something refers to it`,
        params: IdParams,
        response: answers({ 204: NoContent }),
      },
    },
    async (request, reply) => {
      const caller = callerOf(request);
      const { id } = request.params;
      required(id);
      const referrers = kind.referrers(id, context.configuration);
      if (referrers.length > 0)
        throw new GridbellError(
          'still-referenced',
          `${id} is still named by ${referrers.slice(0, 10).join(', ')}.`,
          {
            extra: { referrers },
          },
        );
      await context.change(caller, {
        expect: 'any',
        changes: [deleteOf(name, id), ...(kind.onDelete?.(id) ?? [])],
        reason: `delete ${name} ${id}`,
      });
      kind.afterDelete?.(id);
      return reply.code(204).send(null);
    },
  );
}

export const unknownReference = (issues: readonly { path: string; message: string }[]): GridbellError =>
  new GridbellError(
    'unknown-reference',
    issues
      .slice(0, 5)
      .map((issue) => `${issue.path}: ${issue.message}`)
      .join('; '),
    { extra: { issues } },
  );

// Name and body belong together by the type parameter, which the union of changes cannot express.
export const putOf = <Name extends StandingName>(
  resource: Name,
  id: string,
  body: Resources[Name],
): ResourceChange => ({ op: 'put', resource, id, body }) as unknown as ResourceChange;
const deleteOf = (resource: StandingName, id: string): ResourceChange => ({ op: 'delete', resource, id });

function split(
  kind: { readonly incoming: object },
  fields: Fields,
): { readonly kept: Fields; readonly incoming: Fields } {
  const isIncoming = ([field]: readonly [string, unknown]) => Object.hasOwn(kind.incoming, field);
  const entries = Object.entries(fields);
  return {
    kept: Object.fromEntries(entries.filter((entry) => !isIncoming(entry))),
    incoming: Object.fromEntries(entries.filter(isIncoming)),
  };
}

const bodyOf = (request: FastifyRequest): unknown => request.body ?? undefined;

/** The places that a body names, also when it is only a part of one (PATCH). */
function placesIn<Name extends StandingName>(kind: ResourceKind<Name>, body: unknown): readonly PlaceId[] {
  if (typeof body !== 'object' || body === null) return [];
  const isPart = !('places' in body) && !('place' in body) && !('parent' in body);
  return isPart ? [] : kind.placesOf(body as Resources[Name]);
}
