import { type Alarm, isMoreSevere } from '#model/alarm.ts';
import { type EpochMs, plus } from '#model/brand.ts';
import type { Reason } from '#model/reason.ts';
import type { TaskDeskOptions } from '#tasks/assigner.ts';
import type { TaskDraft } from '#tasks/task-draft.ts';

/** What makes a task worse, and as what it is written down. */
interface Cause extends Pick<Alarm, 'rule' | 'severity'> {
  readonly because: Reason;
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
  const because = [{ code: 'worse', from: severity, to: cause.severity } as const, cause.because];
  draft.step(
    state,
    { actor: `rule:${cause.rule}`, action: 'upgrade', because },
    {
      severity: cause.severity,
      ...(state === 'dispatched' && isEarlier ? { acceptBy: plus(now, within) } : {}),
    },
  );
  return true;
}
