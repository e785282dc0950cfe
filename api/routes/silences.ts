import { randomUUID } from 'node:crypto';
import { filtered, isInScope, type Scope } from '#api/authorization/access.ts';
import { observers, silencers } from '#api/authorization/role-groups.ts';
import { type Caller, callerOf } from '#api/caller.ts';
import type { Api, ApiContext } from '#api/context.ts';
import { mapPage, visiblePage } from '#api/paging.ts';
import {
  answers,
  closed,
  IdParams,
  instantOf,
  NoContent,
  pageFields,
  pageOf,
  pageRequest,
} from '#api/schemas.ts';
import { day } from '#model/brand.ts';
import { iso } from '#model/clock.ts';
import type { ResourceChange } from '#model/command.ts';
import { GridbellError } from '#model/errors.ts';
import { Silence, SilenceMatcher } from '#model/silence.ts';

const { reason, until } = Silence.properties;
const GivenSilence = closed({ matcher: SilenceMatcher, until, reason });
/** What is silenced for longer is forgotten, and nobody hears of it any more. */
const longestMs = 30 * day;
const mostDropped = 100;

/** Silences: until when nobody is notified of what matches. */
export function silenceRoutes(app: Api, context: ApiContext): void {
  const tags = ['notifications'];
  const mayReach = (matcher: SilenceMatcher, caller: Caller): boolean =>
    matcher.place === undefined ? caller.places === null : isInScope(caller, matcher.place, context);
  const ofOwnPlaces: Scope = {
    kind: 'checked',
    allows: (request, caller) => {
      const { id } = { id: '', ...(request.params as object) };
      const standing = context.reader.get('silence', id)?.body;
      const given = (request.body as { matcher?: SilenceMatcher } | undefined)?.matcher;
      const matcher = standing?.matcher ?? given;
      return matcher === undefined || mayReach(matcher, caller);
    },
  };

  app.get(
    '/silences',
    {
      config: { access: { roles: observers, scope: filtered } },
      schema: {
        tags,
        summary: 'What is silenced, and until when; those that are over are not in it',
        querystring: closed(pageFields),
        response: answers({ 200: pageOf(Silence) }),
      },
    },
    async (request) => {
      const caller = callerOf(request);
      const page = visiblePage(
        pageRequest(request.query),
        (wanted) => context.reader.list('silence', wanted),
        ({ body }) => Date.parse(body.until) > context.platform.now() && mayReach(body.matcher, caller),
      );
      return mapPage(page, ({ body }) => body);
    },
  );

  app.post(
    '/silences',
    {
      config: { access: { roles: silencers, scope: ofOwnPlaces } },
      schema: {
        tags,
        summary:
          'Notify nobody of what matches, until a time; never of a matter of life unless the matcher says so',
        body: GivenSilence,
        response: answers({ 201: Silence }),
      },
    },
    async (request, reply) => {
      const caller = callerOf(request);
      const { matcher, reason: why, until: given } = request.body;
      const now = context.platform.now();
      const end = instantOf(given, 'until');
      if (end <= now || end - now > longestMs)
        throw new GridbellError('invalid-input', 'until must lie within the next 30 days.');
      if (matcher.lifeSafety === true && caller.role !== 'admin' && caller.role !== 'property-manager')
        throw new GridbellError(
          'not-allowed',
          'Only an admin or a property manager may silence a matter of life.',
        );
      const silence: Silence = {
        id: `s-${randomUUID()}`,
        matcher,
        until: iso(end),
        reason: why,
        by: caller.person ?? caller.actor.id,
        createdAt: iso(now),
      };
      await context.change(caller, {
        expect: 'any',
        changes: [{ op: 'put', resource: 'silence', id: silence.id, body: silence }, ...longOver(context)],
        reason: `silence: ${why}`,
      });
      return reply.code(201).send(silence);
    },
  );

  app.delete(
    '/silences/:id',
    {
      config: { access: { roles: silencers, scope: ofOwnPlaces } },
      schema: {
        tags,
        summary: 'End a silence before its time',
        params: IdParams,
        response: answers({ 204: NoContent }),
      },
    },
    async (request, reply) => {
      const { id } = request.params;
      await context.change(callerOf(request), {
        expect: 'present',
        changes: [{ op: 'delete', resource: 'silence', id }],
        reason: `end silence ${id}`,
      });
      return reply.code(204).send(null);
    },
  );
}

/** Silences that ended a month ago go with the next one that is made: the audit has them. */
const longOver = ({ configuration, platform }: ApiContext): readonly ResourceChange[] =>
  [...configuration.silences()]
    .filter(({ until: end }) => Date.parse(end) < platform.now() - longestMs)
    .slice(0, mostDropped)
    .map(({ id }) => ({ op: 'delete', resource: 'silence', id }));
