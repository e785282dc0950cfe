import { type Alarm, isMoreSevere } from '#model/alarm.ts';
import type { EpochMs, TaskId } from '#model/brand.ts';
import { fail, type Outcome, succeed } from '#model/errors.ts';
import type { Reason } from '#model/reason.ts';
import { movedTo } from '#tasks/alarm-moves.ts';
import type { TaskRow, TaskStore } from '#tasks/ports.ts';
import type { AllowedAction } from '#tasks/task-action.ts';
import { type StepNote, TaskDraft } from '#tasks/task-draft.ts';
import type { TaskLedger } from '#tasks/task-ledger.ts';
import { isOver } from '#tasks/transitions.ts';

/** Makes one task of two: alarms and evidence go over, both histories say so, and each stays where it was written. */
export class Merging {
  readonly #store: TaskStore;
  readonly #ledger: TaskLedger;

  constructor(parts: { readonly store: TaskStore; readonly ledger: TaskLedger }) {
    this.#store = parts.store;
    this.#ledger = parts.ledger;
  }

  /** Writes the task that goes on, and gives the void one to be saved. */
  merge(draft: TaskDraft, note: StepNote, { row, input, now }: AllowedAction): Outcome<TaskDraft> {
    const target = this.#store.task((input.to ?? '') as TaskId);
    if (!target) return fail('unknown-reference', `there is no task ${input.to}`);
    if (target.id === row.id) return fail('invalid-input', 'a task is not merged into itself');
    if (isOver(target.state) || target.state === 'feedback')
      return fail('wrong-state', `task ${target.id} is ${target.state}: nothing is merged into it any more`, {
        state: target.state,
      });
    if (target.state === 'suspended' && row.lifeSafety)
      return fail('wrong-state', `task ${target.id} is suspended, and a call for help would rest with it`, {
        state: target.state,
      });
    const alarms = row.alarms.flatMap((id) => this.#store.alarm(id) ?? []);
    for (const alarm of alarms) this.#ledger.putAlarm(movedTo(alarm, target.id), now);
    // Whoever is at it has to hear that there is another call for help in it now.
    this.#ledger.save(goingOn(target, { row, alarms, note, now }), now, row.lifeSafety);
    const because = [{ code: 'merged-into', task: target.id }] as const;
    return succeed(draft.step('void', { ...note, because }, { mergedInto: target.id }));
  }
}

/** The task that goes on: as urgent as the more urgent of both, its limits the earlier ones where nobody accepted yet. */
function goingOn(
  target: TaskRow,
  { row, alarms, note, now }: { row: TaskRow; alarms: readonly Alarm[]; note: StepNote; now: EpochMs },
): TaskDraft {
  const from: Reason = { code: 'merged-from', task: row.id, alarms: alarms.length };
  const evidence = [...new Set([...(target.evidence ?? []), ...(row.evidence ?? [])])];
  const draft = TaskDraft.change(target, now).step(
    target.state,
    { ...note, because: [from] },
    {
      alarms: [...new Set([...target.alarms, ...row.alarms])],
      lifeSafety: target.lifeSafety || row.lifeSafety,
      lastAlarmAt: latest(target.lastAlarmAt, row.lastAlarmAt),
      ...(evidence.length === 0 ? {} : { evidence }),
    },
  );
  if (!isMoreSevere(row.severity, target.severity)) return draft;
  const because = [{ code: 'worse', from: target.severity, to: row.severity } as const, from];
  const isEarlier =
    target.state === 'dispatched' &&
    row.acceptBy !== null &&
    (target.acceptBy === null || row.acceptBy < target.acceptBy);
  return draft.step(
    target.state,
    { actor: note.actor, action: 'upgrade', because },
    { severity: row.severity, ...(isEarlier ? { acceptBy: row.acceptBy } : {}) },
  );
}

const latest = (a: EpochMs | null, b: EpochMs | null): EpochMs | null =>
  a === null || (b !== null && b > a) ? b : a;
