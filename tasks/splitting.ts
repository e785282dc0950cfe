import { type Alarm, worstOf } from '#model/alarm.ts';
import { fail, type Outcome, succeed } from '#model/errors.ts';
import { type OrderSource, orderForAlarm } from '#tasks/alarm-order.ts';
import type { TaskDeskOptions } from '#tasks/assigner.ts';
import type { Filing } from '#tasks/filing.ts';
import type { TaskStore } from '#tasks/ports.ts';
import type { AllowedAction } from '#tasks/task-action.ts';
import type { StepNote, TaskDraft } from '#tasks/task-draft.ts';

/** Makes two tasks of one: chosen alarms get a task of their own, dispatched at once; the others stay. */
export class Splitting {
  readonly #store: TaskStore;
  readonly #orders: OrderSource;
  readonly #filing: Filing;

  constructor(parts: TaskDeskOptions & { readonly filing: Filing }) {
    this.#store = parts.store;
    this.#orders = parts;
    this.#filing = parts.filing;
  }

  /** Writes the new task, and gives the one that was split to be saved. */
  split(draft: TaskDraft, note: StepNote, { row, input, now }: AllowedAction): Outcome<TaskDraft> {
    const chosen = new Set(input.alarms);
    const strange = [...chosen].filter((id) => !row.alarms.includes(id));
    if (strange.length > 0)
      return fail('invalid-input', `not alarms of this task: ${strange.slice(0, 5).join(', ')}`);
    if (chosen.size === row.alarms.length)
      return fail('invalid-input', 'one alarm at least stays with the task; all of them are the task');
    const alarms = [...chosen].flatMap((id): readonly Alarm[] => {
      const alarm = this.#store.alarm(id);
      return alarm ? [alarm] : [];
    });
    const lead = worstOf(alarms);
    if (!lead) return fail('invalid-input', 'split needs the alarms that get a task of their own');
    const order = { ...orderForAlarm(this.#orders, lead), join: null };
    const { id } = this.#filing.fileForAlarms(
      {
        lead,
        order,
        alarms,
        note: { ...note, because: [{ code: 'split-from', task: row.id }] },
        splitFrom: row.id,
      },
      now,
    );
    return succeed(
      draft.step(
        row.state,
        { ...note, because: [{ code: 'split-off', task: id, alarms: alarms.length }] },
        { alarms: row.alarms.filter((alarm) => !chosen.has(alarm)) },
      ),
    );
  }
}
