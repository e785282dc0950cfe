import { PacedReading } from '#api/paced-reading.ts';
import type { ApiReader } from '#api/ports.ts';
import type { EpochMs, PlaceId } from '#model/brand.ts';
import type { StandingAlarm } from '#store/ops/board-rows.ts';
import type { TaskFilter, TaskHead } from '#store/ops/task-list.ts';
import { isOverdue } from '#tasks/overdue.ts';

/** All that is to be done now, whoever may see it: thousands in a flood. */
export interface OpenWork {
  readonly alarms: readonly StandingAlarm[];
  readonly tasks: readonly TaskHead[];
}

/**
 * Read once for all who ask. It is that of the newest event of the stream, so that who was told of an event and asks at
 * once finds it in the answer.
 */
export const openWorkOf = (
  reader: Pick<ApiReader, 'lastEventSeq' | 'standingAlarms' | 'openTaskHeads'>,
): PacedReading<OpenWork> =>
  new PacedReading({
    version: () => reader.lastEventSeq(),
    read: () => ({ alarms: reader.standingAlarms(), tasks: reader.openTaskHeads() }),
  });

/** Whether an open task is among what the filter asks for, as the store's lists have it. */
export function headsIn(filter: TaskFilter): (task: TaskHead) => boolean {
  const { assignee, category, overdueAt, severity, states } = filter;
  const places = filter.places && new Set<PlaceId>(filter.places);
  const isLate = (task: TaskHead, at: EpochMs | undefined): boolean =>
    at === undefined || isOverdue(task, at);
  return (task) =>
    (states === undefined || states.includes(task.state)) &&
    (assignee === undefined || task.assignee === assignee) &&
    (places === undefined || places.has(task.place)) &&
    (category === undefined || task.category === category) &&
    (severity === undefined || task.severity === severity) &&
    isLate(task, overdueAt);
}
