import type { FastifyRequest } from 'fastify';
import { DateTime } from 'luxon';
import { Type } from 'typebox';
import { everywhere } from '#api/authorization/access.ts';
import { admins } from '#api/authorization/role-groups.ts';
import { callerOf } from '#api/caller.ts';
import type { Api, ApiContext } from '#api/context.ts';
import {
  FlowsSchema,
  FlowsVersionSchema,
  type FlowsView,
  flowsVersionView,
  flowsView,
} from '#api/flows/flows-view.ts';
import { areThemselves, refusedToThemselves } from '#api/flows/themselves.ts';
import { Anything, answers, IdParams } from '#api/schemas.ts';
import { epochMs, second } from '#model/brand.ts';
import { stopwatch } from '#model/clock.ts';
import type { Actor } from '#model/record.ts';

/** Alarms of the day are looked through once for all who ask meanwhile. */
const countedForMs = 30 * second;

/** How flows are, and what becomes of them; they are drawn in the editor, `/flows/`. */
export function flowRoutes(app: Api, context: ApiContext): void {
  const { platform } = context;
  const config = { access: { roles: admins, scope: everywhere } };
  const tags = ['flows'];
  let counted: { readonly atMs: number; readonly raised: FlowsView['raised'] } | null = null;

  const raised = (): FlowsView['raised'] => {
    if (counted === null || stopwatch() - counted.atMs > countedForMs) {
      const { configuration, reader } = context;
      const today = DateTime.fromMillis(platform.now(), { zone: configuration.timezone }).startOf('day');
      const figures = reader.alarmsPostedBy(platform.flows.tokenId, epochMs(today.toMillis()));
      counted = {
        atMs: stopwatch(),
        raised: figures.map(({ active, alarms, rule }) => ({ rule, alarms, active })),
      };
    }
    return counted.raised;
  };
  const personOf = (request: FastifyRequest): Actor => {
    const caller = callerOf(request);
    if (areThemselves(caller, platform.flows)) throw refusedToThemselves();
    return caller.actor;
  };
  const view = (): FlowsView => flowsView(platform.flows.standing(), raised());

  app.get(
    '/flows',
    {
      config,
      schema: {
        tags,
        summary:
          'How the process of the flows is, how it ended last, what it complained of and what it raised',
        response: answers({ 200: FlowsSchema }),
      },
    },
    async () => view(),
  );

  const orders = [
    ['start', 'run', 'Start flows, or start them anew'],
    ['stop', 'stop', 'Stop flows, until they are started; also a restart of Gridbell leaves them stopped'],
    ['safe-mode', 'safe', 'Start anew with all flows paused: the editor works, and a deploy ends it'],
  ] as const;
  for (const [name, wish, summary] of orders)
    app.post(
      `/flows/${name}`,
      { config, schema: { tags, summary, response: answers({ 200: FlowsSchema }) } },
      async (request) => {
        await platform.flows.want(personOf(request), wish);
        return view();
      },
    );

  const versions = () =>
    platform.flows.versions().map((version, index) => flowsVersionView(version, index === 0));

  app.get(
    '/flows/versions',
    {
      config,
      schema: {
        tags,
        summary: 'What was deployed, newest first, and by whom: the last 50 at most',
        response: answers({ 200: Type.Object({ items: Type.Array(FlowsVersionSchema) }) }),
      },
    },
    async () => ({ items: versions() }),
  );

  app.get(
    '/flows/versions/:id',
    {
      config,
      schema: {
        tags,
        summary: 'The flows of a version, as Node-RED imports them; without credentials',
        params: IdParams,
        response: answers({ 200: Anything }),
      },
    },
    async (request, reply) =>
      reply
        .type('application/json; charset=utf-8')
        .serializer(String)
        .send(await platform.flows.version(request.params.id)),
  );

  app.post(
    '/flows/versions/:id/put-back',
    {
      config,
      schema: {
        tags,
        summary: 'Deploy a version again, with the credentials of its time',
        params: IdParams,
        response: answers({ 200: Type.Object({ items: Type.Array(FlowsVersionSchema) }) }),
      },
    },
    async (request) => {
      await platform.flows.putBack(personOf(request), request.params.id);
      return { items: versions() };
    },
  );
}
