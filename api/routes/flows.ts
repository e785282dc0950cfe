import { everywhere } from '#api/authorization/access.ts';
import { admins } from '#api/authorization/role-groups.ts';
import { callerOf } from '#api/caller.ts';
import type { Api, ApiContext } from '#api/context.ts';
import { FlowsSchema, flowsView } from '#api/flows/flows-view.ts';
import { answers } from '#api/schemas.ts';

/** How flows are, and what becomes of them; they are drawn in the editor, `/flows/`. */
export function flowRoutes(app: Api, { platform }: ApiContext): void {
  const config = { access: { roles: admins, scope: everywhere } };
  const tags = ['flows'];

  app.get(
    '/flows',
    {
      config,
      schema: {
        tags,
        summary: 'How the process of the flows is, how it ended last, what it complained of',
        response: answers({ 200: FlowsSchema }),
      },
    },
    async () => flowsView(platform.flows.standing()),
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
        await platform.flows.want(callerOf(request).actor, wish);
        return flowsView(platform.flows.standing());
      },
    );
}
