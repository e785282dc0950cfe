import { type Alarm, isMoreSevere } from '#model/alarm.ts';
import { type EpochMs, plus } from '#model/brand.ts';
import type { TaskDeskOptions } from '#tasks/assigner.ts';
import type { TaskDraft } from '#tasks/task-draft.ts';

/** What makes a task worse; `name` is shown to people: `alarm a-7`. */
interface Cause extends Pick<Alarm, 'rule' | 'severity'> {
  readonly name: string;
}

/** A worse cause's own time to accept counts from now on where it ends earlier. True when the task went up. */
export function upgrade(
  draft: TaskDraft,
  cause: Cause,
  orderOf: TaskDeskOptions['order'],
  now: EpochMs,
): boolean {
  const { severity, state, acceptBy } = draft.row;
  if (!isMoreSevere(cause.severity, severity)) return false;
  const within = orderOf(cause.rule)?.task?.acceptWithinMs ?? null;
  const isEarlier = within !== null && (acceptBy === null || plus(now, within) < acceptBy);
  const reason = `${severity} → ${cause.severity}: ${cause.name}`;
  draft.step(
    state,
    { actor: `rule:${cause.rule}`, action: 'upgrade', reason },
    {
      severity: cause.severity,
      ...(state === 'dispatched' && isEarlier ? { acceptBy: plus(now, within) } : {}),
    },
  );
  return true;
}
