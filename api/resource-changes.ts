import type { TObject } from 'typebox';
import { type Caller, callerOf } from '#api/caller.ts';
import type { Api, ApiContext } from '#api/context.ts';
import { mergeFresh } from '#api/fresh-merge.ts';
import { mergePatch, patchSchema } from '#api/merge-patch.ts';
import type { ResourceDesk } from '#api/resource-desk.ts';
import type { ResourceKind, StandingName } from '#api/resource-kind.ts';
import { answers, closed, IdParams, NoContent } from '#api/schemas.ts';
import type { ResourceChange, Resources } from '#model/command.ts';
import { GridbellError } from '#model/errors.ts';
import { referrersOf } from '#model/references.ts';

export interface ChangeParts<Name extends StandingName> {
  readonly kind: ResourceKind<Name>;
  readonly desk: ResourceDesk<Name>;
  /** How it is answered. */
  readonly shown: TObject;
}

type PatchParts = ReturnType<ResourceDesk<StandingName>['split']>;

/** POST, PATCH and DELETE of one kind of resource. */
export function changeRoutes<Name extends StandingName>(
  app: Api,
  context: ApiContext,
  { kind, desk, shown }: ChangeParts<Name>,
): void {
  const { name, path, schema } = kind;
  const tags = [path];
  const item = `/${path}/:id`;
  const patchOnce = async (id: string, parts: PatchParts, caller: Caller): Promise<void> => {
    const before = desk.stored(id);
    desk.refuseElsewhere(before.body, caller);
    const why = kind.fixedBecause?.(before.body);
    if (why !== undefined) throw new GridbellError('wrong-state', why);
    const body = desk.sound(mergePatch(before.body, parts.kept));
    desk.refuseTaking(body, before.body, caller);
    const companions = await kind.onPut?.(body, parts.incoming, false);
    const beside = companions?.changes ?? [];
    try {
      await context.change(caller, {
        // An account that comes with a person may be new; that the person is still there, its version says.
        expect: beside.length === 0 ? 'present' : 'any',
        changes: [putOf(name, id, body), ...beside],
        versions: { [`${name} ${id}`]: before.version },
        reason: `change ${name} ${id}`,
      });
    } catch (error) {
      throw desk.inSight(error, caller);
    }
  };
  const ours: readonly string[] = kind.ours ?? [];
  const theirs = Object.entries(schema.properties).filter(([field]) => !ours.includes(field));
  const taken: TObject = closed({ ...Object.fromEntries(theirs), ...kind.incoming });
  const fixed = [...(name === 'roster' ? ['place', 'role'] : ['id']), ...ours];

  app.post(
    `/${path}`,
    {
      config: { access: { roles: kind.writers, scope: desk.writing } },
      schema: {
        tags,
        summary: `Create a ${name}; 409 with what stands when it is there already`,
        body: taken,
        response: answers({ 201: shown }),
      },
    },
    async (request, reply) => {
      const caller = callerOf(request);
      desk.refuse(request.body, caller);
      const { kept, incoming } = desk.split(request.body);
      const body = desk.sound({ ...kind.implied, ...kept });
      const id = kind.idOf(body);
      if (desk.standing(id) !== undefined) throw desk.alreadyExists(id, caller);
      desk.refuseTaking(body, undefined, caller);
      const companions = await kind.onPut?.(body, incoming, true);
      try {
        await context.change(caller, {
          expect: 'absent',
          changes: [putOf(name, id, body), ...(companions?.changes ?? [])],
          reason: `create ${name} ${id}`,
        });
      } catch (error) {
        const isItself = error instanceof GridbellError && error.code === 'already-exists';
        // Something else of it may be another one's: its address behind a gateway.
        throw isItself && desk.standing(id) !== undefined
          ? desk.alreadyExists(id, caller, error)
          : desk.inSight(error, caller);
      }
      return reply
        .code(201)
        .header('location', `/api/v1/${path}/${encodeURIComponent(id)}`)
        .send({ ...desk.view(desk.required(id), caller), ...companions?.shown });
    },
  );

  app.patch(
    item,
    {
      config: { access: { roles: kind.writers, scope: desk.writing } },
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
      desk.refuse(request.body, caller);
      const parts = desk.split(request.body);
      await mergeFresh(() => patchOnce(id, parts, caller));
      return desk.view(desk.required(id), caller);
    },
  );

  app.delete(
    item,
    {
      config: { access: { roles: kind.writers, scope: desk.writing } },
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
      desk.required(id);
      const referrers = [...referrersOf(context.configuration, name, id)]
        .filter((put) => !kind.goesAlong?.(put))
        .map((put) => `${put.resource} ${put.id}`);
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
      return reply.code(204).send(null);
    },
  );
}

// Name and body belong together by the type parameter, which the union of changes cannot express.
const putOf = <Name extends StandingName>(
  resource: Name,
  id: string,
  body: Resources[Name],
): ResourceChange => ({ op: 'put', resource, id, body }) as unknown as ResourceChange;
const deleteOf = (resource: StandingName, id: string): ResourceChange => ({ op: 'delete', resource, id });
