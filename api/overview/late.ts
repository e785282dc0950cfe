import { Type } from 'typebox';
import type { ApiContext } from '#api/context.ts';
import { countBy, mostNamed } from '#api/overview/counting.ts';
import { Instant, nullable, oneOf } from '#api/schemas.ts';
import { type TaskReader, taskView } from '#api/views/task-view.ts';
import { severities } from '#model/alarm.ts';
import type { EpochMs } from '#model/brand.ts';
import { iso } from '#model/clock.ts';
import { taskStates } from '#model/task.ts';
import { LocalText } from '#model/text.ts';
import type { TaskHead } from '#store/ops/task-list.ts';
import { type Awaited, isOverdue, limitOf } from '#tasks/overdue.ts';

export const LateSchema = Type.Object({
  open: Type.Integer(),
  toAccept: Type.Integer({ description: 'Tasks that nobody has accepted in time' }),
  toHandle: Type.Integer({ description: 'Tasks that were accepted and not handled in time' }),
  toVerify: Type.Integer({ description: 'Reports that nobody has filed or rejected in time' }),
  toClose: Type.Integer({ description: 'Tasks that were fed back and not checked in time' }),
  byState: Type.Record(Type.String(), Type.Integer(), {
    description: 'Open tasks; a state that none is in is left out',
  }),
  tasks: Type.Array(
    Type.Object({
      id: Type.String(),
      title: Type.String(),
      titles: LocalText,
      category: Type.String(),
      severity: oneOf(severities),
      state: oneOf(taskStates),
      place: Type.String(),
      assignee: nullable(Type.String()),
      due: Instant,
    }),
    { description: `Overdue, the most severe first, of those what is late longest; at most ${mostNamed}` },
  ),
});

/** `tasks`: those that the caller may see. */
export function lateView(tasks: readonly TaskHead[], reader: TaskReader, context: ApiContext) {
  const now = context.platform.now();
  const late = tasks.filter((task) => isOverdue(task, now));
  const waitingFor = (what: Awaited): number => late.filter((task) => limitOf(task)?.what === what).length;
  return {
    open: tasks.length,
    toAccept: waitingFor('accept'),
    toHandle: waitingFor('handle'),
    toVerify: waitingFor('verify'),
    toClose: waitingFor('close'),
    byState: countBy(tasks, ({ state }) => state, taskStates),
    tasks: late
      .toSorted(
        (a, b) =>
          severities.indexOf(a.severity) - severities.indexOf(b.severity) || dueOf(a, now) - dueOf(b, now),
      )
      .slice(0, mostNamed)
      .flatMap((task) => lateTaskView(task, reader, context)),
  };
}

const dueOf = (task: TaskHead, now: EpochMs): EpochMs => limitOf(task)?.by ?? now;

function lateTaskView(row: TaskHead, reader: TaskReader, context: ApiContext) {
  const task = context.reader.task(row.id);
  if (!task) return [];
  const { assignee, category, id, place, severity, state, title, titles } = taskView(task, reader, context);
  const due = iso(dueOf(row, context.platform.now()));
  return [{ id, title, titles, category, severity, state, place, assignee, due }];
}
