import { type Alarm, worstOf } from '#model/alarm.ts';
import { type AlarmId, type EpochMs, minute, plus, type TaskId } from '#model/brand.ts';
import type { Configuration } from '#model/configuration.ts';
import type { Reason } from '#model/reason.ts';
import { movedTo } from '#tasks/alarm-moves.ts';
import { alarmOrder, type OrderSource } from '#tasks/alarm-order.ts';
import type { Assigner, TaskDeskOptions } from '#tasks/assigner.ts';
import type { Filing } from '#tasks/filing.ts';
import type { Holding } from '#tasks/holding.ts';
import { findTaskToJoin, type JoinSource } from '#tasks/joining.ts';
import type { CallSource } from '#tasks/ladder-calls.ts';
import { beginLadder } from '#tasks/ladder-climb.ts';
import type { TaskRow, TaskStore, Timer } from '#tasks/ports.ts';
import { TaskDraft } from '#tasks/task-draft.ts';
import type { TaskLedger } from '#tasks/task-ledger.ts';
import { isDone, isOver } from '#tasks/transitions.ts';
import { upgrade } from '#tasks/upgrade.ts';

/** Brings alarms to people: opens tasks, joins alarms to open ones, raises closed ones again. */
export class Raising {
  readonly #store: TaskStore;
  readonly #joinSource: JoinSource;
  readonly #orders: OrderSource & { readonly calls: CallSource };
  readonly #ledger: TaskLedger;
  readonly #filing: Filing;
  readonly #holding: Holding;
  readonly #configuration: Configuration;

  constructor(
    parts: TaskDeskOptions &
      JoinSource & {
        readonly ledger: TaskLedger;
        readonly filing: Filing;
        readonly assigner: Assigner;
        readonly holding: Holding;
      },
  ) {
    this.#store = parts.store;
    this.#joinSource = parts;
    const { assigner, configuration, order } = parts;
    this.#orders = { configuration, order, calls: { configuration, assigner } };
    this.#ledger = parts.ledger;
    this.#filing = parts.filing;
    this.#holding = parts.holding;
    this.#configuration = parts.configuration;
  }

  /** Puts a new alarm: in a task of its own, in an open one, or alone where its rule wants no task. */
  raise(alarm: Alarm, now: EpochMs): void {
    const order = alarmOrder(this.#orders, alarm);
    if (order === null) {
      this.#ledger.putAlarm(alarm, now);
      return;
    }
    const held = this.#holding.why(alarm, now);
    if (held !== null) {
      this.#ledger.putAlarm({ ...alarm, held }, now);
      if (alarm.state === 'active') this.#holding.wait(alarm, now);
      return;
    }
    const joining = findTaskToJoin(this.#joinSource, alarm, now);
    if (joining) this.#join(joining.task, [alarm], [joining.because], now);
    else {
      const note = { action: 'file', because: [alarmReason(alarm)] };
      this.#filing.fileForAlarms({ lead: alarm, order, alarms: [alarm], note }, now);
    }
  }

  /** What was held back: where nothing holds it any more it comes to people, from where its device is now. */
  letGo(id: AlarmId, now: EpochMs): void {
    const alarm = this.#store.alarm(id);
    if (alarm?.held === undefined || alarm.state !== 'active' || alarm.revised || alarm.tasks.length > 0)
      return;
    const { held: _held, ...free } = alarm;
    const { place = alarm.place, resident = alarm.resident } = this.#configuration.device(alarm.device) ?? {};
    this.raise({ ...free, place, ...(resident === undefined ? {} : { resident }) }, now);
  }

  /**
   * The task was closed but its alarms stand: they come back, all in one task. Without such alarms, or when the rule
   * wants no task any more, nothing happens.
   */
  raiseAgain(closed: TaskId, now: EpochMs): void {
    const row = this.#store.task(closed);
    if (!row || !isDone(row.state)) return;
    const standing = this.#standing(row);
    const lead = worstOf(standing);
    const order = lead && alarmOrder(this.#orders, lead);
    if (!lead || !order) return;
    const because: Reason = { code: 'closed-while-standing', task: closed, alarm: lead.id };
    const joining = findTaskToJoin(this.#joinSource, lead, now);
    if (joining) this.#join(joining.task, standing, [because, joining.because], now);
    else {
      const note = { action: 're-raise', because: [because] };
      this.#filing.fileForAlarms({ lead, order, alarms: standing, note }, now);
    }
  }

  /** Sets the timer of `re-raise` when a task was closed while one of its alarms stands. */
  watchClosed(row: TaskRow, now: EpochMs): void {
    if (row.reRaiseMs === null || this.#standing(row).length === 0) return;
    this.#store.putTimer({
      id: timerOf(row.id),
      due: plus(now, row.reRaiseMs),
      kind: 're-raise',
      ref: row.id,
    });
  }

  /** Lets that timer end at the earlier of its own time and its whole length from `to`. */
  cutTimer(timer: Timer, to: EpochMs): void {
    const length = this.#store.task(timer.ref as TaskId)?.reRaiseMs ?? null;
    if (length === null) return;
    const latest = plus(to, length);
    if (timer.due > latest) this.#store.putTimer({ ...timer, due: latest });
  }

  /** Takes that timer back once no alarm of the task stands. */
  standDown(row: TaskRow): void {
    if (isDone(row.state) && this.#standing(row).length === 0) this.#store.deleteTimer(timerOf(row.id));
  }

  /** The alarm got worse: its open task goes up with it; a task that was closed already is raised again at once. */
  upgrade(alarm: Alarm, now: EpochMs): void {
    const rows = tasksWith(this.#store, alarm);
    const open = rows.filter((row) => !isOver(row.state));
    for (const row of open) {
      const draft = TaskDraft.change(row, now);
      this.#upgradeTo(draft, alarm, now);
      if (draft.entries.length > 0) this.#ledger.save(draft, now);
    }
    const last = rows.at(-1);
    if (open.length === 0 && last && isDone(last.state)) {
      this.#store.deleteTimer(timerOf(last.id));
      this.raiseAgain(last.id, now);
    }
  }

  #join(row: TaskRow, alarms: readonly Alarm[], why: readonly Reason[], now: EpochMs): void {
    const draft = TaskDraft.change(row, now);
    let isUpgrade = false;
    for (const alarm of alarms) {
      this.#ledger.putAlarm(movedTo(alarm, row.id), now);
      const because = [alarmReason(alarm), ...why];
      const note = { actor: `rule:${alarm.rule}`, action: 'join', because };
      draft.step(row.state, note, {
        alarms: [...draft.row.alarms, alarm.id],
        lastAlarmAt: now,
        lifeSafety: draft.row.lifeSafety || alarm.lifeSafety,
      });
      isUpgrade = this.#upgradeTo(draft, alarm, now) || isUpgrade;
      this.#callAgain(draft, alarm, now);
    }
    const callsAgain = alarms.some(({ lifeSafety }) => lifeSafety) && isWorthACall(row, draft.row, why);
    if (isUpgrade || callsAgain || draft.row.ladder !== row.ladder) this.#ledger.save(draft, now, callsAgain);
    else this.#ledger.saveRoutine(draft, now);
  }

  /** A call that was cancelled, and comes again; or one that is a matter of life now, and nobody has accepted. */
  #callAgain(draft: TaskDraft, alarm: Alarm, now: EpochMs): void {
    const { acceptedAt, ladder, lifeSafety } = draft.row;
    const isNews = !ladder || ladder.stopped !== null || (alarm.lifeSafety && !ladder.lifeSafety);
    if (acceptedAt !== null || !isNews || (lifeSafety && !alarm.lifeSafety)) return;
    beginLadder(draft, this.#orders.calls, { alarm, order: alarmOrder(this.#orders, alarm), now });
  }

  #upgradeTo(draft: TaskDraft, alarm: Alarm, now: EpochMs): boolean {
    const { rule, severity } = alarm;
    return upgrade(draft, { rule, severity, because: alarmReason(alarm) }, this.#orders.order, now);
  }

  /** A task without alarms that stand has nothing to be raised again for; an alarm proved wrong does not stand. */
  #standing(row: TaskRow): readonly Alarm[] {
    return row.alarms
      .flatMap((id: AlarmId) => this.#store.alarm(id) ?? [])
      .filter((alarm) => alarm.state === 'active' && !alarm.revised && alarm.tasks.at(-1) === row.id);
  }
}

/** The tasks that the alarm is or was in; not those that it was split off from, nor those that were merged into others. */
export const tasksWith = (store: Pick<TaskStore, 'task'>, { id, tasks }: Alarm): readonly TaskRow[] =>
  tasks
    .flatMap((task) => store.task(task) ?? [])
    .filter((row) => row.mergedInto === undefined && row.alarms.includes(id));

/**
 * Each press of a button calls again, and so does a fire that spreads; but a flood is told now and then, as on the stream
 * (docs/decisions/062): the first 32 of the same device, of others the 2nd, 4th, 8th, … alarm, and each after a minute of quiet.
 */
function isWorthACall(before: TaskRow, { alarms, lastAlarmAt }: TaskRow, why: readonly Reason[]): boolean {
  const isSame = why.some(({ code }) => code === 'same-rule-and-key');
  const isRound = (alarms.length & (alarms.length - 1)) === 0;
  return (
    isRound || (isSame && alarms.length <= 32) || (lastAlarmAt ?? 0) - (before.lastAlarmAt ?? 0) >= minute
  );
}

const alarmReason = ({ id }: Alarm): Reason => ({ code: 'alarm', alarm: id });

const timerOf = (task: TaskId): string => `re-raise:${task}`;
