import { type Alarm, type AlarmTransition, type Disposition, isMoreSevere } from '#model/alarm.ts';
import type { AlarmId, EpochMs } from '#model/brand.ts';
import { iso } from '#model/clock.ts';
import { fail, type Outcome, succeed } from '#model/errors.ts';
import { noted } from '#tasks/alarm-notes.ts';
import type { AutoClose } from '#tasks/auto-close.ts';
import type { Holding } from '#tasks/holding.ts';
import type { TaskStore } from '#tasks/ports.ts';
import { type Raising, tasksWith } from '#tasks/raising.ts';
import type { StepNote } from '#tasks/task-draft.ts';
import type { TaskLedger } from '#tasks/task-ledger.ts';
import type { Verifying } from '#tasks/verifying.ts';

/** Who speaks about an alarm, and what they say. */
type Remark = Pick<StepNote, 'actor' | 'comment'>;

/** Keeps the alarms: what rules and people say of them, noted in the tasks that they belong to. */
export class AlarmDesk {
  readonly #store: TaskStore;
  readonly #ledger: TaskLedger;
  readonly #raising: Raising;
  readonly #verifying: Verifying;
  readonly #autoClose: AutoClose;
  readonly #holding: Holding;

  constructor(parts: {
    readonly store: TaskStore;
    readonly ledger: TaskLedger;
    readonly raising: Raising;
    readonly verifying: Verifying;
    readonly autoClose: AutoClose;
    readonly holding: Holding;
  }) {
    this.#store = parts.store;
    this.#ledger = parts.ledger;
    this.#raising = parts.raising;
    this.#verifying = parts.verifying;
    this.#autoClose = parts.autoClose;
    this.#holding = parts.holding;
  }

  /** Idempotent: what stands already changes nothing. A word about an alarm that is not there is passed over. */
  apply(transition: AlarmTransition, now: EpochMs): void {
    if (transition.type === 'raised') {
      this.#raise(transition.alarm, now);
      return;
    }
    if (transition.type === 'verify') {
      this.#verifying.verify(transition, now);
      return;
    }
    const alarm = this.#store.alarm(transition.alarm);
    if (!alarm) return;
    switch (transition.type) {
      case 'severity':
        this.#regrade(alarm, transition, now);
        break;
      case 'cleared':
        if (alarm.state === 'cleared') return;
        this.#settle(
          { ...alarm, state: 'cleared', clearedAt: transition.at },
          'alarm-cleared',
          transition.at,
          now,
        );
        break;
      case 'revised':
        if (alarm.revised) return;
        this.#settle(
          noted(
            { ...alarm, revised: true },
            { at: transition.at, actor: `rule:${alarm.rule}`, action: 'revised' },
          ),
          'alarm-revised',
          transition.at,
          now,
        );
        break;
      default:
        transition satisfies never;
    }
  }

  acknowledge(id: AlarmId, remark: Remark, now: EpochMs): Outcome<Alarm> {
    const alarm = this.#store.alarm(id);
    if (!alarm) return fail('not-found', `there is no alarm ${id}`);
    if (alarm.ack) return succeed(alarm);
    const next = this.#ledger.putAlarm(
      noted({ ...alarm, ack: true }, { at: now, action: 'acknowledged', ...said(remark) }),
      now,
    );
    this.#note(
      next,
      { ...remark, action: 'alarm-acknowledged', because: [{ code: 'alarm', alarm: id }] },
      now,
    );
    return succeed(next);
  }

  dispose(id: AlarmId, disposition: Disposition, remark: Remark, now: EpochMs): Outcome<Alarm> {
    const alarm = this.#store.alarm(id);
    if (!alarm) return fail('not-found', `there is no alarm ${id}`);
    if (alarm.disposition === disposition && !isNews(alarm, remark)) return succeed(alarm);
    const next = this.#ledger.putAlarm(
      noted({ ...alarm, disposition }, { at: now, action: 'disposed', to: disposition, ...said(remark) }),
      now,
    );
    const because = [{ code: 'alarm-disposed', alarm: id, disposition }] as const;
    this.#note(next, { ...remark, action: 'alarm-disposed', because }, now);
    return succeed(next);
  }

  #raise(alarm: Alarm, now: EpochMs): void {
    if (this.#store.alarm(alarm.id)) return;
    this.#raising.raise(alarm, now);
    if (alarm.state === 'active') return;
    // An event is over when it begins: nothing else will say that it has ended.
    const standing = this.#store.alarm(alarm.id);
    for (const row of standing ? this.#tasksOf(standing) : []) this.#autoClose.follow(row, now);
  }

  #regrade(alarm: Alarm, transition: AlarmTransition & { type: 'severity' }, now: EpochMs): void {
    const { severity, evidence } = transition;
    if (alarm.severity === severity) return;
    const next = this.#ledger.putAlarm(
      noted(
        { ...alarm, severity, evidence },
        { at: transition.at, actor: `rule:${alarm.rule}`, action: 'severity', to: severity },
      ),
      now,
    );
    if (isMoreSevere(severity, alarm.severity)) this.#raising.upgrade(next, now);
  }

  /** The alarm does not stand any more. Its tasks go on: a person says when the work is done. */
  #settle(alarm: Alarm, action: 'alarm-cleared' | 'alarm-revised', at: EpochMs, now: EpochMs): void {
    this.#ledger.putAlarm(alarm, now);
    this.#holding.forget(alarm);
    this.#note(
      alarm,
      {
        actor: `rule:${alarm.rule}`,
        action,
        because: [{ code: 'alarm-ended', alarm: alarm.id, at: iso(at) }],
      },
      now,
    );
    for (const row of this.#tasksOf(alarm)) {
      this.#raising.standDown(row);
      this.#autoClose.follow(row, now);
    }
  }

  #note(alarm: Alarm, note: StepNote, now: EpochMs): void {
    for (const row of this.#tasksOf(alarm)) this.#ledger.note(row, now, note);
  }

  #tasksOf(alarm: Alarm) {
    return tasksWith(this.#store, alarm);
  }
}

const said = ({ actor, comment }: Remark) => ({ actor, ...(comment?.trim() ? { comment } : {}) });

/** The same word again is worth a note when it comes with another comment. */
function isNews({ notes = [] }: Alarm, { comment }: Remark): boolean {
  if (!comment?.trim()) return false;
  return notes.findLast(({ action }) => action === 'disposed')?.comment !== comment;
}
