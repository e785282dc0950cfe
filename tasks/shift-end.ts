import type { EpochMs } from '#model/brand.ts';
import { iso } from '#model/clock.ts';
import type { Configuration } from '#model/configuration.ts';
import type { Reason } from '#model/reason.ts';
import type { TaskTiming } from '#model/task-timing.ts';
import type { Assigner } from '#tasks/assigner.ts';
import { dutyEnd } from '#tasks/duty-time.ts';
import type { TaskRow } from '#tasks/ports.ts';
import type { TaskDraft } from '#tasks/task-draft.ts';

export interface ShiftEndSource {
  readonly configuration: Configuration;
  readonly assigner: Assigner;
}

/**
 * The assignee's shift is over. What they have not begun goes to who is on duty now; what they have begun stays theirs,
 * and so does a call for help that they accepted: they are on their way. The history says which. Off duty with nobody on
 * duty either, it stays as well: somebody who knows of it beats nobody.
 */
export function handOnAtShiftEnd(
  draft: TaskDraft,
  { assigner, configuration }: ShiftEndSource,
  {
    end,
    late,
    now,
    timing,
  }: {
    readonly timing: TaskTiming;
    readonly end: EpochMs;
    readonly late: readonly Reason[];
    readonly now: EpochMs;
  },
): void {
  const { row } = draft;
  const person = row.assignee;
  if (person === null) return;
  const why: readonly Reason[] = [{ code: 'shift-ended', person, at: iso(end) }, ...late];
  const noted = { timing: { ...timing, shiftEnd: end } };
  if (hasBegun(row)) {
    const because = [...why, { code: 'begun', person } as const];
    draft.step(row.state, { actor: 'system', action: 'shift-end', because }, noted);
    return;
  }
  const found = assigner.find(row, now, new Set([person]));
  const successor = found.person;
  // After a downtime their own next shift may have begun.
  const isBackOnDuty = dutyEnd(configuration, { person, place: row.place, at: now }) !== null;
  if (successor === null || isBackOnDuty || !isOnDutyNow(found.because)) {
    const because = [...why, { code: isBackOnDuty ? 'on-duty-again' : 'no-relief', person } as const];
    draft.step(row.state, { actor: 'system', action: 'shift-end', because }, noted);
    return;
  }
  const because = [...why, ...found.because];
  const fields = assigner.hand(row, { person: successor, because }, now);
  draft.step('dispatched', { actor: 'system', action: 'hand-over', because }, fields);
}

const hasBegun = ({ lifeSafety, state }: TaskRow): boolean =>
  state === 'in-progress' || (state === 'accepted' && lifeSafety);

const isOnDutyNow = (because: readonly Reason[]): boolean => because.some(({ code }) => code === 'on-duty');
