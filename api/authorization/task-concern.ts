import type { FastifyRequest } from 'fastify';
import { idOf, isInScope, type Scope } from '#api/authorization/access.ts';
import type { Caller } from '#api/caller.ts';
import type { ApiContext } from '#api/context.ts';
import type { TaskId } from '#model/brand.ts';
import type { Task } from '#model/task.ts';
import { isDispatcher } from '#tasks/transitions.ts';

/** The caller has it, or was told of it. */
export const isOwnTask = (task: Pick<Task, 'assignee' | 'also'>, { person }: Caller): boolean =>
  person !== null && (task.assignee === person || task.also.includes(person));

/**
 * Whether a task is for the caller to see. One's own always. A volunteer sees nothing else; a grid worker what lies in
 * the own places and is nobody's yet or another grid worker's; everybody else what lies in the own places.
 */
export function maySeeTask(
  task: Pick<Task, 'assignee' | 'also' | 'place'>,
  caller: Caller,
  context: ApiContext,
): boolean {
  if (isOwnTask(task, caller)) return true;
  if (caller.role === 'volunteer' || !isInScope(caller, task.place, context)) return false;
  if (caller.role !== 'grid-worker' || task.assignee === null) return true;
  return context.configuration.person(task.assignee)?.role === 'grid-worker';
}

/** Scope of what belongs to the task whose id the path has. */
export const taskScope: Scope = {
  kind: 'checked',
  allows: (request, caller, context) => {
    const task = context.reader.task(idOf(request) as TaskId);
    return task === undefined || maySeeTask(task, caller, context);
  },
};

/** Scope of an action: the task, and the one that it is merged into, must both be the caller's to see. */
export const actionScope: Scope = {
  kind: 'checked',
  allows: (request, caller, context) =>
    [idOf(request), ...mergeTarget(request)].every((id) => {
      const task = context.reader.task(id as TaskId);
      return task === undefined || maySeeTask(task, caller, context);
    }),
};

function mergeTarget({ body, params }: FastifyRequest): readonly string[] {
  const isMerge =
    typeof params === 'object' && params !== null && 'action' in params && params.action === 'merge';
  return isMerge && typeof body === 'object' && body !== null && 'to' in body ? [String(body.to)] : [];
}

/** Scope of what it takes to hand a task to somebody: for who has it, and who dispatches where it lies. */
export const transferScope: Scope = {
  kind: 'checked',
  allows: (request, caller, context) => {
    const task = context.reader.task(idOf(request) as TaskId);
    if (task === undefined) return true;
    const isAssignee = caller.person !== null && caller.person === task.assignee;
    return isAssignee || (isDispatcher(caller.role) && maySeeTask(task, caller, context));
  },
};
