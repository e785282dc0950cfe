import { Type } from 'typebox';
import { filtered } from '#api/authorization/access.ts';
import { observers } from '#api/authorization/role-groups.ts';
import { callerOf } from '#api/caller.ts';
import type { Api, ApiContext } from '#api/context.ts';
import { BoardKeeper } from '#api/overview/board.ts';
import { OverviewSchema, overviewView } from '#api/overview/overview-view.ts';
import { answers, closed, Id } from '#api/schemas.ts';
import { languageOf } from '#api/views/task-view.ts';

/** The first page in one answer: what is unsafe now, what is late, what is silent. */
export function overviewRoutes(app: Api, context: ApiContext): void {
  const board = new BoardKeeper(context);
  app.get(
    '/overview',
    {
      config: { access: { roles: observers, scope: filtered } },
      schema: {
        tags: ['overview'],
        summary:
          'What is unsafe now, what is late, what is silent in your places; by severity, place and hour',
        querystring: closed({ place: Type.Optional(Id) }),
        response: answers({ 200: OverviewSchema }),
      },
    },
    async (request) =>
      overviewView(
        await board.current(),
        { caller: callerOf(request), language: languageOf(request.headers), place: request.query.place },
        context,
      ),
  );
}
