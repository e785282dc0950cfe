import { outsiderOf } from '#model/care-ladder.ts';
import type { NoticeKind } from '#model/notice.ts';
import type { Task, TaskState } from '#model/task.ts';
import { goOn, type Stage, stop } from '#notify/pipeline/stage.ts';

const over: ReadonlySet<TaskState> = new Set<TaskState>(['closed', 'evaluated', 'rejected', 'void']);
/** The work is done; what is left is somebody else's look at it. */
const handled: ReadonlySet<TaskState> = new Set<TaskState>([...over, 'feedback']);
/** What calls somebody who has not accepted yet. */
const callsUnaccepted: ReadonlySet<NoticeKind> = new Set<NoticeKind>([
  'assigned',
  'escalated',
  'resident-check',
  'family-called',
]);
/** That nobody needs to hear who never heard of the task. */
const takesBack: ReadonlySet<NoticeKind> = new Set<NoticeKind>(['ended', 'withdrawn', 'family-over']);

/**
 * Holds back what is not true any more, by the task as it stands now: a message that waited (for quiet hours, for a channel
 * that was down) is looked at again before it goes out.
 */
export const inhibit: Stage = (plan, subject, around) => {
  const { notice, task } = subject;
  if (around.world.recipient(notice.person) === undefined)
    return stop('inhibited', { code: 'person-unknown' });
  if (notice.kind === 'bulletin') {
    const places = notice.bulletin?.figuresOf;
    return places === undefined || around.world.mayReadFigures(notice.person, places)
      ? goOn(plan)
      : stop('inhibited', { code: 'figures-not-theirs' });
  }
  if (!task || notice.task === null) return stop('inhibited', { code: 'task-unknown' });
  if (takesBack.has(notice.kind)) {
    const told = around.told.messagesOn(notice.task, notice.person);
    const knows = told.some((message) => message.toldAt !== null && !takesBack.has(message.notice.kind));
    return knows ? goOn(plan) : stop('inhibited', { code: 'never-told-of-it' });
  }
  if (over.has(task.state)) return stop('inhibited', { code: 'task-over', state: task.state });
  if (outsiderOf(notice.person)) {
    if (task.ladder?.stopped) return stop('inhibited', { code: 'not-theirs-any-more' });
  } else if (!concerns(task, notice.person)) return stop('inhibited', { code: 'not-theirs-any-more' });
  const isOvertaken =
    handled.has(task.state) || (callsUnaccepted.has(notice.kind) && task.acceptedAt !== null);
  return isOvertaken ? stop('inhibited', { code: 'handled-meanwhile', state: task.state }) : goOn(plan);
};

const concerns = ({ also, assignee }: Task, person: string): boolean =>
  assignee === person || also.some((told) => told === person);
