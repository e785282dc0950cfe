import type { EpochMs } from '#model/brand.ts';
import { type MilestoneQuery, milestones, type Span, type TaskMilestones } from '#model/task-milestones.ts';

/** Whether a task is among what a query asks for; store/ops/milestone-filter.ts says the same in SQL. */
export function fits(task: TaskMilestones, query: MilestoneQuery): boolean {
  const { filed, inTime, openAt, reworked, states, suspended } = query;
  return (
    milestones.every((each) => query[each] === undefined || isWithin(task[`${each}At`], query[each])) &&
    (filed === undefined || (task.filedAt !== null) === filed) &&
    (inTime === undefined || task.inTime === inTime) &&
    (reworked === undefined || task.reworks > 0 === reworked) &&
    (suspended === undefined || task.suspensions > 0 === suspended) &&
    (openAt === undefined || isOpenAt(task, openAt)) &&
    (states === undefined || states.includes(task.state))
  );
}

export const isWithin = (at: EpochMs | null, { from, to }: Span): boolean =>
  at !== null && (from === undefined || at >= from) && (to === undefined || at < to);

const isOpenAt = ({ createdAt, endedAt }: TaskMilestones, at: EpochMs): boolean =>
  createdAt < at && (endedAt === null || endedAt >= at);
