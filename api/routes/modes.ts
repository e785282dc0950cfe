import { type Static, Type } from 'typebox';
import { filtered, isInScope, type Scope } from '#api/authorization/access.ts';
import {
  includes,
  maySeeHealth,
  modeSetters,
  observers,
  residentReaders,
} from '#api/authorization/role-groups.ts';
import { type Caller, callerOf } from '#api/caller.ts';
import type { Api, ApiContext } from '#api/context.ts';
import { mapPage, visiblePage } from '#api/paging.ts';
import { unknownReference } from '#api/references.ts';
import { answers, closed, Id, NoContent, oneOf, pageFields, pageOf, pageRequest } from '#api/schemas.ts';
import type { PlaceId, ResidentId } from '#model/brand.ts';
import { Mode, modeId, modeNames } from '#model/community.ts';
import { GridbellError } from '#model/errors.ts';

const Named = closed({ target: Type.String({ minLength: 1, maxLength: 64 }), mode: oneOf(modeNames) });
/** `until: null` says the same as none. */
const GivenMode = closed({
  ...Mode.properties,
  until: Type.Optional(
    Type.Unsafe<string | null>({ type: ['string', 'null'], format: 'date-time', maxLength: 64 }),
  ),
});
const PartlyNamed = closed({
  target: Type.Optional(Named.properties.target),
  mode: Type.Optional(Named.properties.mode),
});

/** Modes of places and residents: maintenance, drill, away, hospital. */
export function modeRoutes(app: Api, context: ApiContext): void {
  const tags = ['modes'];

  /** Where the target is; undefined: there is no such target. */
  const placeOf = (target: string): PlaceId | undefined => {
    const { configuration } = context;
    const resident = configuration.resident(target as ResidentId);
    if (resident) return resident.place;
    const isPlace =
      configuration.place(target as PlaceId) !== undefined || target === configuration.communityId;
    return isPlace ? (target as PlaceId) : undefined;
  };
  const isVisible = ({ target, mode }: Mode, caller: Caller): boolean => {
    const place = placeOf(target);
    if (place === undefined) return caller.places === null;
    const isOfResident = context.configuration.resident(target as ResidentId) !== undefined;
    if (isOfResident && !includes(residentReaders, caller.role)) return false;
    return maySeeMode(mode, caller) && isInScope(caller, place, context);
  };
  const targetScope: Scope = {
    kind: 'checked',
    allows: (request, caller) => {
      const { target } = { ...fieldsOf(request.query), ...fieldsOf(request.body) };
      const place = typeof target === 'string' ? placeOf(target) : undefined;
      return place === undefined ? caller.places === null : isInScope(caller, place, context);
    },
  };

  app.get(
    '/modes',
    {
      config: { access: { roles: observers, scope: filtered } },
      schema: {
        tags,
        summary: 'The modes that are set',
        querystring: closed({ ...pageFields, target: Type.Optional(Id) }),
        response: answers({ 200: pageOf(Mode) }),
      },
    },
    async (request) => {
      const caller = callerOf(request);
      const { target } = request.query;
      const page = visiblePage(
        pageRequest(request.query),
        (wanted) => context.reader.list('mode', wanted),
        ({ body }) => (target === undefined || body.target === target) && isVisible(body, caller),
      );
      return mapPage(page, ({ body }) => body);
    },
  );

  app.put(
    '/modes',
    {
      config: { access: { roles: modeSetters, scope: targetScope } },
      schema: {
        tags,
        summary: 'Set a mode of a place or a resident, until a time or until it is taken back',
        body: GivenMode,
        response: answers({ 200: Mode }),
      },
    },
    async (request) => {
      const { until, ...given } = request.body;
      refuseUnseen(given.mode, callerOf(request));
      const mode: Mode = until ? { ...given, until } : given;
      if (placeOf(mode.target) === undefined)
        throw unknownReference([{ path: 'target', message: `there is no place or resident ${mode.target}` }]);
      const id = modeId(mode);
      await context.change(callerOf(request), {
        expect: 'any',
        changes: [{ op: 'put', resource: 'mode', id, body: mode }],
        reason: `set ${mode.mode} of ${mode.target}`,
      });
      return mode;
    },
  );

  app.delete(
    '/modes',
    {
      config: { access: { roles: modeSetters, scope: targetScope } },
      schema: {
        tags,
        summary: 'Take a mode back; target and mode in the query or the body',
        querystring: PartlyNamed,
        body: PartlyNamed,
        response: answers({ 204: NoContent }),
      },
    },
    async (request, reply) => {
      const named: Partial<Static<typeof Named>> = { ...request.query, ...request.body };
      const { target, mode } = named;
      if (target === undefined || mode === undefined)
        throw new GridbellError('invalid-input', 'target and mode are needed, in the query or the body.');
      refuseUnseen(mode, callerOf(request));
      const id = modeId({ target, mode });
      if (!context.reader.get('mode', id))
        throw new GridbellError('not-found', `The mode ${mode} of ${target} is not set.`);
      await context.change(callerOf(request), {
        expect: 'present',
        changes: [{ op: 'delete', resource: 'mode', id }],
        reason: `take back ${mode} of ${target}`,
      });
      return reply.code(204).send(null);
    },
  );
}

/** That somebody is in hospital is health; the others say where somebody is, or what is done at a place. */
const maySeeMode = (mode: Mode['mode'], { role }: Caller): boolean =>
  mode !== 'hospital' || maySeeHealth(role);

/** What is set would be hidden from who set it, and taking it back would tell whether it was set. */
function refuseUnseen(mode: Mode['mode'], caller: Caller): void {
  if (!maySeeMode(mode, caller))
    throw new GridbellError(
      'not-allowed',
      `The mode ${mode} is for who may see it: admin and care-staff; ask one of them.`,
    );
}

const fieldsOf = (value: unknown): { readonly target?: unknown } =>
  typeof value === 'object' && value !== null ? value : {};
