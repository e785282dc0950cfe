import { Type } from 'typebox';
import { isInScope, none, type Scope } from '#api/authorization/access.ts';
import { responders, workers } from '#api/authorization/role-groups.ts';
import { actionScope, taskScope } from '#api/authorization/task-concern.ts';
import { callerOf } from '#api/caller.ts';
import type { Api, ApiContext } from '#api/context.ts';
import { unknownReference } from '#api/references.ts';
import { answers, closed, Id, IdParams, instantOf, oneOf, pageOf } from '#api/schemas.ts';
import { proofsView } from '#api/views/proof-view.ts';
import { stepsView } from '#api/views/steps-view.ts';
import { readerOf, TaskSchema, taskView } from '#api/views/task-view.ts';
import { severities } from '#model/alarm.ts';
import type { AlarmId, PlaceId } from '#model/brand.ts';
import { GridbellError } from '#model/errors.ts';
import { roles } from '#model/role.ts';
import { taskStates } from '#model/task.ts';
import { residentActions, taskActions, transitions } from '#tasks/transitions.ts';

const Comment = Type.Optional(Type.String({ maxLength: 2_000 }));
const Transition = Type.Object({
  state: oneOf(taskStates),
  from: oneOf(taskStates),
  action: Type.String(),
  to: oneOf(taskStates),
  via: Type.Array(oneOf(taskStates)),
  or: Type.Array(oneOf(taskStates), { description: 'Where it may end instead of `to`' }),
  roles: Type.Array(oneOf(roles)),
  who: Type.String(),
  needs: Type.Array(Type.String()),
});

export function taskRoutes(app: Api, context: ApiContext): void {
  const tags = ['tasks'];
  const { reader } = context;
  const bodyScope: Scope = {
    kind: 'checked',
    allows: ({ body }, caller) =>
      typeof body === 'object' && body !== null && 'place' in body
        ? isInScope(caller, String(body.place) as PlaceId, context)
        : false,
  };

  app.get(
    '/tasks/:id',
    {
      config: { access: { roles: 'signed-in', scope: taskScope } },
      schema: { tags, summary: 'One task', params: IdParams, response: answers({ 200: TaskSchema }) },
    },
    async (request) => {
      const task = context.task(request.params.id);
      const { notify } = context.platform;
      const { person } = callerOf(request);
      if (person !== null) notify.seen(task.id, person, 'console');
      const historyHash = reader.historyHash(task.id);
      return {
        ...taskView(task, readerOf(request), context),
        proofs: proofsView(notify.proofsOf(task.id)),
        steps: stepsView(task, context),
        ...(historyHash === undefined ? {} : { historyHash }),
      };
    },
  );

  app.post(
    '/tasks',
    {
      config: { access: { roles: responders, scope: bodyScope } },
      schema: {
        tags,
        summary: 'Create a task by hand',
        body: closed({
          category: Type.String({ pattern: '^[a-z0-9-]{1,64}$' }),
          severity: Type.Optional(oneOf(severities)),
          title: Type.String({ minLength: 1, maxLength: 500 }),
          place: Id,
          comment: Comment,
          isReport: Type.Optional(
            Type.Literal(true, { description: 'Only reported: somebody files or rejects it' }),
          ),
        }),
        response: answers({ 201: TaskSchema }),
      },
    },
    async (request, reply) => {
      const caller = callerOf(request);
      const { category, severity = 'minor', title, place, comment, isReport } = request.body;
      const { configuration } = context;
      if (!configuration.place(place as PlaceId) && place !== configuration.communityId)
        throw unknownReference([{ path: 'place', message: `there is no place ${place}` }]);
      const made = await context.execute(caller, {
        name: 'create-task',
        task: {
          category,
          severity,
          title,
          place,
          ...(comment === undefined ? {} : { comment }),
          ...(isReport === undefined ? {} : { isReport }),
        },
      });
      const task = context.task(taskIdOf(made));
      return reply
        .code(201)
        .header('location', `/api/v1/tasks/${task.id}`)
        .send(taskView(task, readerOf(request), context));
    },
  );

  app.post(
    '/tasks/:id/:action',
    {
      config: { access: { roles: workers, scope: actionScope } },
      schema: {
        tags,
        summary: 'Act on a task; 409 when its state does not allow it or the version is stale',
        params: closed({ id: Id, action: oneOf([...taskActions, ...residentActions]) }),
        body: closed({
          version: Type.Integer({ minimum: 0, description: 'The version that was seen' }),
          comment: Comment,
          to: Type.Optional(
            Type.String({
              minLength: 1,
              maxLength: 200,
              description: 'A person (dispatch, transfer, escalate), or the task that goes on (merge)',
            }),
          ),
          alarms: Type.Optional(
            Type.Array(Id, { maxItems: 10_000, description: 'split: those that get a task of their own' }),
          ),
          rating: Type.Optional(Type.Integer({ minimum: 1, maximum: 5, description: 'evaluate' })),
          until: Type.Optional(
            Type.String({
              maxLength: 64,
              description:
                'suspend, request-suspension, approve-suspension: when it resumes by itself; ISO 8601 with zone',
            }),
          ),
        }),
        response: answers({ 200: TaskSchema }),
      },
    },
    async (request) => {
      const { version, comment, to, alarms, rating, until } = request.body;
      const { id } = context.task(request.params.id);
      const { action } = request.params;
      if (residentActions.some((each) => each === action))
        throw new GridbellError('not-allowed', `${action} is for who reported it, by the tracking code.`);
      await context.execute(callerOf(request), {
        name: 'act-on-task',
        task: id,
        action,
        version,
        ...(comment === undefined ? {} : { comment }),
        ...(to === undefined ? {} : { to }),
        ...(alarms === undefined ? {} : { alarms: alarms as AlarmId[] }),
        ...(rating === undefined ? {} : { rating }),
        ...(until === undefined ? {} : { until: instantOf(until, 'until') }),
      });
      return taskView(context.task(id), readerOf(request), context);
    },
  );

  app.get(
    '/task-transitions',
    {
      config: { access: { roles: 'signed-in', scope: none } },
      schema: {
        tags,
        summary: 'The life cycle: from which state which action leads where, and who may',
        response: answers({ 200: pageOf(Transition) }),
      },
    },
    async () => ({ items: transitions.map((row) => ({ state: row.from, ...row })), next: null }),
  );
}

/** The engine answers with the task, or with its id alone. */
function taskIdOf(made: unknown): string {
  if (typeof made === 'string') return made;
  if (typeof made === 'object' && made !== null && 'id' in made) return String(made.id);
  throw new GridbellError('internal', 'The engine made a task and did not say which.');
}
