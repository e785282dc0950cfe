import { Type } from 'typebox';
import { workers } from '#api/authorization/role-groups.ts';
import { taskScope, transferScope } from '#api/authorization/task-concern.ts';
import { callerOf } from '#api/caller.ts';
import type { Api, ApiContext } from '#api/context.ts';
import { answers, closed, IdParams, oneOf, pageFields, pageOf, pageRequest } from '#api/schemas.ts';
import { AlarmSchema, alarmView } from '#api/views/alarm-view.ts';
import type { AlarmId } from '#model/brand.ts';
import { GridbellError } from '#model/errors.ts';
import { roles } from '#model/role.ts';
import { LocalText } from '#model/text.ts';
import { candidatesFor } from '#tasks/candidates.ts';

const Candidate = Type.Object({
  id: Type.String(),
  name: Type.Optional(Type.Union([Type.String(), LocalText])),
  role: oneOf(roles),
  suits: Type.Boolean({ description: 'Of the role that the task is for, or one that stands in for it' }),
  onDuty: Type.Boolean({ description: 'By a roster that covers the place, now' }),
  openTasks: Type.Integer(),
});

/** What belongs to one task, for those who may see it: its alarms, and who could take it. */
export function taskPartRoutes(app: Api, context: ApiContext): void {
  const tags = ['tasks'];
  const { reader } = context;

  app.get(
    '/tasks/:id/alarms',
    {
      config: { access: { roles: 'signed-in', scope: taskScope } },
      schema: {
        tags,
        summary: 'The alarms of a task, the last that joined first, wherever they lie',
        params: IdParams,
        querystring: closed(pageFields),
        response: answers({ 200: pageOf(AlarmSchema) }),
      },
    },
    async (request) => {
      const caller = callerOf(request);
      const ids = context.task(request.params.id).alarms.toReversed();
      const { limit, cursor } = pageRequest(request.query);
      const before = cursor === undefined ? -1 : ids.indexOf(cursor as AlarmId);
      if (cursor !== undefined && before < 0)
        throw new GridbellError('invalid-input', 'cursor: not one that this list gave.');
      const begin = before + 1;
      const page = ids.slice(begin, begin + limit);
      return {
        items: page.flatMap((id) => reader.alarm(id) ?? []).map((alarm) => alarmView(alarm, caller, context)),
        next: begin + limit < ids.length ? (page.at(-1) ?? null) : null,
      };
    },
  );

  app.get(
    '/tasks/:id/candidates',
    {
      config: { access: { roles: workers, scope: transferScope } },
      schema: {
        tags,
        summary:
          'The people who work at the place of a task and could take it, who suits best first; for who has it or dispatches',
        params: IdParams,
        response: answers({ 200: pageOf(Candidate) }),
      },
    },
    async (request) => {
      const task = context.task(request.params.id);
      const open = reader.openTasksOf();
      const rule = task.rule === null ? undefined : context.rule(task.rule);
      const found = candidatesFor(
        { configuration: context.configuration, countOpen: (person) => open.get(person) ?? 0 },
        {
          task,
          role: rule?.task?.to ?? context.configuration.category(task.category).owner,
          at: context.platform.now(),
        },
      );
      return {
        items: found.map(({ person, ...rest }) => ({
          id: person.id,
          ...(person.name === undefined ? {} : { name: person.name }),
          role: person.role,
          ...rest,
        })),
        next: null,
      };
    },
  );
}
