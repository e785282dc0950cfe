import { Type } from 'typebox';
import { workers } from '#api/authorization/role-groups.ts';
import { taskScope } from '#api/authorization/task-concern.ts';
import { callerOf } from '#api/caller.ts';
import type { Api, ApiContext } from '#api/context.ts';
import { answers, closed, IdParams, oneOf } from '#api/schemas.ts';
import { readerOf, TaskSchema, taskView } from '#api/views/task-view.ts';
import { mostMinutes } from '#model/care-ladder.ts';
import { ladderOutcomes } from '#model/command.ts';

const Comment = Type.Optional(Type.String({ maxLength: 2_000 }));

/** What people say while help is under way: that they come, and what the resident said. */
export function careLadderRoutes(app: Api, context: ApiContext): void {
  const tags = ['tasks'];

  app.post(
    '/tasks/:id/on-my-way',
    {
      config: { access: { roles: workers, scope: taskScope } },
      schema: {
        tags,
        summary: 'Somebody is on the way; nobody more is called until then',
        params: IdParams,
        body: closed({ minutes: Type.Integer({ minimum: 1, maximum: mostMinutes }), comment: Comment }),
        response: answers({ 200: TaskSchema }),
      },
    },
    async (request) => {
      const { comment, minutes } = request.body;
      const { id } = context.task(request.params.id);
      await context.execute(callerOf(request), {
        name: 'come-to-task',
        task: id,
        minutes,
        ...(comment === undefined ? {} : { comment }),
      });
      return taskView(context.task(id), readerOf(request), context);
    },
  );

  app.post(
    '/tasks/:id/resident-answer',
    {
      config: { access: { roles: workers, scope: taskScope } },
      schema: {
        tags,
        summary: 'What came of asking the resident; well: nobody more is called, else help is called at once',
        params: IdParams,
        body: closed({ outcome: oneOf(ladderOutcomes), comment: Comment }),
        response: answers({ 200: TaskSchema }),
      },
    },
    async (request) => {
      const { comment, outcome } = request.body;
      const { id } = context.task(request.params.id);
      await context.execute(callerOf(request), {
        name: 'answer-ladder',
        task: id,
        outcome,
        ...(comment === undefined ? {} : { comment }),
      });
      return taskView(context.task(id), readerOf(request), context);
    },
  );
}
