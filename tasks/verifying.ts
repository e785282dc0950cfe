import { createHash } from 'node:crypto';
import type { ToVerify } from '#model/alarm.ts';
import type { EpochMs, TaskId } from '#model/brand.ts';
import { iso } from '#model/clock.ts';
import type { Configuration } from '#model/configuration.ts';
import type { Reason } from '#model/reason.ts';
import type { LocalText } from '#model/text.ts';
import { alarmOrder, type OrderSource } from '#tasks/alarm-order.ts';
import type { TaskDeskOptions } from '#tasks/assigner.ts';
import type { Filing } from '#tasks/filing.ts';
import type { Holding } from '#tasks/holding.ts';
import { findTaskToJoin, type JoinSource } from '#tasks/joining.ts';
import type { TaskRow, TaskStore } from '#tasks/ports.ts';
import { reasonText } from '#tasks/reason-text.ts';
import { type StepNote, TaskDraft } from '#tasks/task-draft.ts';
import type { TaskLedger } from '#tasks/task-ledger.ts';
import { upgrade } from '#tasks/upgrade.ts';

/** How many entries back a note counts as written already. */
const lookBack = 50;

/** Brings to people what a gateway reported as retained state: a task without an alarm, or a word in one that is open. */
export class Verifying {
  readonly #store: TaskStore;
  readonly #joinSource: JoinSource;
  readonly #orders: OrderSource;
  readonly #ledger: TaskLedger;
  readonly #filing: Filing;
  readonly #holding: Holding;
  readonly #configuration: Configuration;
  readonly #isToVerify: TaskDeskOptions['isToVerify'];

  constructor(
    parts: TaskDeskOptions &
      JoinSource & { readonly ledger: TaskLedger; readonly filing: Filing; readonly holding: Holding },
  ) {
    this.#store = parts.store;
    this.#joinSource = parts;
    this.#orders = { configuration: parts.configuration, order: parts.order };
    this.#ledger = parts.ledger;
    this.#filing = parts.filing;
    this.#holding = parts.holding;
    this.#configuration = parts.configuration;
    this.#isToVerify = parts.isToVerify;
  }

  /** Idempotent: the same record opens one task, or writes one note. */
  verify(report: ToVerify, now: EpochMs): void {
    const order = alarmOrder(this.#orders, report);
    const id = taskIdOf(report);
    if (order === null || this.#store.task(id)) return;
    if (this.#holding.why(report, now) !== null) {
      this.#holding.waitToVerify(report, now);
      return;
    }
    const because = stateReason(report);
    const joining = findTaskToJoin(this.#joinSource, report, now);
    if (joining) {
      const note = {
        actor: `rule:${report.rule}`,
        action: 'retained-state',
        because: [because, joining.because],
      };
      this.#note(joining.task, report, note, now);
    } else
      this.#filing.fileToVerify(
        { id, lead: report, order, title: toVerify(order.title), because: [because] },
        now,
      );
  }

  /** What was held back, if it still is a danger: where nothing holds it any more it comes to people, from where its device is now. */
  letGo(report: ToVerify, now: EpochMs): void {
    if (!this.#isToVerify(report)) return;
    const { place = report.place, resident = report.resident } =
      this.#configuration.device(report.device) ?? {};
    this.verify({ ...report, place, ...(resident === undefined ? {} : { resident }) }, now);
  }

  /** It changes the task only where the danger is worse than what the task is for. */
  #note(row: TaskRow, report: ToVerify, note: StepNote, now: EpochMs): void {
    const { entries } = this.#store.historyTail(row.id, lookBack);
    const reason = reasonText(note.because ?? []);
    if (entries.some((entry) => entry.action === note.action && entry.reason === reason)) return;
    const draft = TaskDraft.change(row, now).step(row.state, note, {
      lifeSafety: row.lifeSafety || report.lifeSafety,
    });
    const cause = { ...report, because: stateReason(report) };
    if (upgrade(draft, cause, this.#orders.order, now) || draft.row.lifeSafety !== row.lifeSafety)
      this.#ledger.save(draft, now);
    else this.#ledger.note(row, now, note);
  }
}

const stateReason = ({ rule, key, device, at, position }: ToVerify): Reason => ({
  code: 'retained-state',
  rule,
  key,
  device,
  at: iso(at),
  record: position,
});

const toVerify = ({ zh, en }: LocalText): LocalText => ({
  ...(zh === undefined ? {} : { zh: `待核实：${zh}` }),
  ...(en === undefined ? {} : { en: `To verify: ${en}` }),
});

/** The same log gives the same id; never that of an alarm's task. */
function taskIdOf({ rule, key, position }: ToVerify): TaskId {
  const text = `verify\0${rule}\0${key}\0${position}`;
  return `t-${createHash('sha256').update(text).digest('hex').slice(0, 24)}` as TaskId;
}
