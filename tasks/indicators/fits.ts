import type { EpochMs } from '#model/brand.ts';
import { lowRating } from '#model/report.ts';
import { type MilestoneQuery, milestones, type Span, type TaskMilestones } from '#model/task-milestones.ts';

/** Whether a task is among what a query asks for; store/ops/milestone-filter.ts says the same in SQL. */
export function fits(task: TaskMilestones, query: MilestoneQuery): boolean {
  const { checkedInTime, filed, inTime, openAt, overdueAt, ratedLow, reworked, states, suspended } = query;
  return (
    milestones.every((each) => query[each] === undefined || isWithin(task[`${each}At`], query[each])) &&
    (filed === undefined || (task.filedAt !== null) === filed) &&
    (inTime === undefined || task.inTime === inTime) &&
    (checkedInTime === undefined || wasCheckedInTime(task) === checkedInTime) &&
    (ratedLow === undefined || wasRatedLow(task) === ratedLow) &&
    (reworked === undefined || task.reworks > 0 === reworked) &&
    (suspended === undefined || task.suspensions > 0 === suspended) &&
    (openAt === undefined || isOpenAt(task, openAt)) &&
    (overdueAt === undefined || wasOverdue(task, overdueAt)) &&
    (states === undefined || states.includes(task.state))
  );
}

export const isWithin = (at: EpochMs | null, { from, to }: Span): boolean =>
  at !== null && (from === undefined || at >= from) && (to === undefined || at < to);

const isOpenAt = ({ createdAt, endedAt }: TaskMilestones, at: EpochMs): boolean =>
  createdAt < at && (endedAt === null || endedAt >= at);

/** null: not closed, or without a limit. */
const wasCheckedInTime = ({ checkAt, closedAt }: TaskMilestones): boolean | null =>
  checkAt === null || closedAt === null ? null : closedAt <= checkAt;

/** null: nobody rated it. */
const wasRatedLow = ({ rating }: TaskMilestones): boolean | null =>
  rating === null ? null : rating <= lowRating;

const checked: ReadonlySet<TaskMilestones['state']> = new Set(['feedback', 'closed', 'evaluated'] as const);

/** By the limit of what it waited for then: to be verified before it was filed, to be checked since it was fed back. */
function wasOverdue(task: TaskMilestones, at: EpochMs): boolean {
  if (!isOpenAt(task, at) || task.state === 'suspended') return false;
  const limit = limitThen(task, at);
  return limit !== null && limit < at;
}

function limitThen({ checkAt, dueAt, filedAt, handledAt, state, verifyAt }: TaskMilestones, at: EpochMs) {
  if (filedAt === null || filedAt >= at) return verifyAt;
  return handledAt !== null && handledAt < at && checked.has(state) ? checkAt : dueAt;
}
