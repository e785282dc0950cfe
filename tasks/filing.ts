import type { Alarm, ToVerify } from '#model/alarm.ts';
import type { EpochMs, PlaceId, TaskId } from '#model/brand.ts';
import type { NewTask } from '#model/command.ts';
import type { Configuration } from '#model/configuration.ts';
import type { Reason } from '#model/reason.ts';
import type { TaskOrder } from '#model/rule.ts';
import type { Task } from '#model/task.ts';
import type { LocalText } from '#model/text.ts';
import type { Assigner, TaskDeskOptions } from '#tasks/assigner.ts';
import { beginLadder, type Climb } from '#tasks/ladder-climb.ts';
import { fillTitle } from '#tasks/place-names.ts';
import type { TaskRow, TaskStore } from '#tasks/ports.ts';
import { type StepNote, TaskDraft } from '#tasks/task-draft.ts';
import type { TaskLedger } from '#tasks/task-ledger.ts';

/** What a person wants to be done. */
export interface Wish {
  readonly task: NewTask;
  readonly place: PlaceId;
  readonly id: TaskId;
  readonly actor: string;
}

/** Alarms that need a task: the lead gives it title, place, rule and key. */
export interface Case {
  readonly lead: Alarm;
  readonly order: TaskOrder;
  readonly alarms: readonly Alarm[];
  /** Without an actor: the lead's rule. */
  readonly note: Omit<StepNote, 'actor'> & { readonly actor?: string };
  /** The task that they were in so far. */
  readonly splitFrom?: TaskId;
}

/** A danger that somebody has to verify; `because` is put before why the worker was chosen. */
export interface VerifyCase {
  readonly id: TaskId;
  readonly lead: ToVerify;
  readonly order: TaskOrder;
  readonly title: LocalText;
  readonly because: readonly Reason[];
}

/** Whom to go and ask again, and what was said of the work. */
export interface Revisit {
  readonly id: TaskId;
  readonly of: TaskRow;
  readonly rating: number;
}

const revisitChecklist: readonly LocalText[] = [
  { zh: '联系居民，了解不满意的原因', en: 'Ask the resident what was not right' },
  { zh: '到现场核实处理结果', en: 'Look at the result on the spot' },
];

/** Files tasks and dispatches them in one go, so that a task is first seen as dispatched. */
export class Filing {
  readonly #store: TaskStore;
  readonly #configuration: Configuration;
  readonly #ledger: TaskLedger;
  readonly #assigner: Assigner;

  constructor(
    parts: Omit<TaskDeskOptions, 'order'> & { readonly ledger: TaskLedger; readonly assigner: Assigner },
  ) {
    this.#store = parts.store;
    this.#configuration = parts.configuration;
    this.#ledger = parts.ledger;
    this.#assigner = parts.assigner;
  }

  /** A task that a person filed, or only reported: that waits for somebody to file or reject it. */
  fileForPerson({ task, place, id, actor }: Wish, now: EpochMs): Task {
    const row: TaskRow = {
      ...blankTask(id, now),
      category: task.category,
      severity: task.severity,
      lifeSafety: isMatterOfLife(task),
      title: { zh: task.title, en: task.title },
      place,
      checklist: this.#configuration.category(task.category).checklist,
    };
    const { comment } = task;
    return task.isReport
      ? this.#ledger.save(
          TaskDraft.begin({ ...row, state: 'reported' }, now, { actor, action: 'report', comment }),
          now,
        )
      : this.#dispatch(TaskDraft.begin(row, now, { actor, action: 'file', comment }), now);
  }

  /** A resident was not content: the grid leader goes and asks. */
  fileRevisit({ id, of, rating }: Revisit, now: EpochMs): void {
    const titled = (title: LocalText) => ({
      zh: `回访：${title.zh ?? title.en}`,
      en: `Revisit: ${title.en ?? title.zh}`,
    });
    const row: TaskRow = {
      ...blankTask(id, now),
      category: of.category,
      severity: of.severity,
      title: titled(of.title),
      ...(of.publicTitle ? { publicTitle: titled(of.publicTitle) } : {}),
      place: of.place,
      role: 'grid-leader',
      revisitOf: of.id,
      checklist: revisitChecklist,
    };
    const because = [{ code: 'low-rating', task: of.id, rating }] as const;
    this.#dispatch(TaskDraft.begin(row, now, { actor: 'system', action: 'file', because }), now, {
      why: because,
    });
  }

  /** A task for alarms, which are put with it. */
  fileForAlarms({ lead, order, alarms, note, splitFrom }: Case, now: EpochMs): Task {
    const id = this.#idFor(lead);
    for (const alarm of alarms) this.#ledger.putAlarm({ ...alarm, tasks: [...alarm.tasks, id] }, now);
    const row: TaskRow = {
      ...this.#ordered(id, lead, order, now),
      ...fillTitle(this.#configuration, order.title, lead),
      lifeSafety: alarms.some((alarm) => alarm.lifeSafety),
      alarms: alarms.map((alarm) => alarm.id),
      ...(splitFrom === undefined ? {} : { splitFrom }),
    };
    const draft = TaskDraft.begin(row, now, { actor: `rule:${lead.rule}`, ...note });
    // Whoever splits a task is at it already.
    return splitFrom === undefined
      ? this.#dispatch(draft, now, { ladder: { alarm: lead, order } })
      : this.#dispatch(draft, now);
  }

  /** A task without an alarm. Alarms of the rule and key that come join it. */
  fileToVerify({ id, lead, order, title, because }: VerifyCase, now: EpochMs): void {
    const row: TaskRow = {
      ...this.#ordered(id, lead, order, now),
      ...fillTitle(this.#configuration, title, lead),
      lifeSafety: lead.lifeSafety,
    };
    const note = { actor: `rule:${lead.rule}`, action: 'file', because };
    this.#dispatch(TaskDraft.begin(row, now, note), now, { why: because });
  }

  /** As the rule of the lead orders it, without title and alarms. */
  #ordered(id: TaskId, lead: Alarm | ToVerify, order: TaskOrder, now: EpochMs) {
    return {
      ...blankTask(id, now),
      category: lead.category,
      severity: lead.severity,
      place: lead.place,
      rule: lead.rule,
      key: lead.key,
      checklist:
        order.checklist.length > 0 ? order.checklist : this.#configuration.category(lead.category).checklist,
      join: order.join,
      lastAlarmAt: now,
      reRaiseMs: order.reRaiseMs,
    } as const;
  }

  #dispatch(
    draft: TaskDraft,
    now: EpochMs,
    {
      ladder,
      why = [],
    }: { readonly why?: readonly Reason[]; readonly ladder?: Pick<Climb, 'alarm' | 'order'> } = {},
  ): Task {
    const { also, decision: found } = this.#assigner.begin(draft.row, now);
    const decision = { ...found, because: [...why, ...found.because] };
    draft.step(
      'dispatched',
      { actor: 'system', action: 'dispatch', because: decision.because },
      { ...this.#assigner.hand(draft.row, decision, now), also },
    );
    const source = { configuration: this.#configuration, assigner: this.#assigner };
    if (ladder) beginLadder(draft, source, { ...ladder, now });
    return this.#ledger.save(draft, now);
  }

  /** From the alarm's id, so that the same log gives the same ids: `t-X`, and `t-X_2`, … when it is raised again. */
  #idFor(alarm: Alarm): TaskId {
    const base = `t-${alarm.id.replace(/^a-/, '')}`;
    let id = base as TaskId;
    for (let n = 2; this.#store.task(id); n++) id = `${base}_${n}` as TaskId;
    return id;
  }
}

/** What people say is as urgent as what a detector says: quiet hours hold back neither (docs/contract.md, `life-safety`). */
export const isMatterOfLife = ({ category, severity }: Pick<TaskRow, 'category' | 'severity'>): boolean =>
  severity === 'critical' && (category === 'fire' || category === 'elderly-care');

/** A task that is filed and says nothing yet. */
export const blankTask = (id: TaskId, now: EpochMs) =>
  ({
    id,
    version: 0,
    state: 'filed',
    assignee: null,
    also: [],
    reason: null,
    because: [],
    rule: null,
    key: null,
    lifeSafety: false,
    alarms: [],
    checklist: [],
    createdAt: now,
    dispatchedAt: null,
    acceptedAt: null,
    acceptBy: null,
    handleBy: null,
    closedAt: null,
    join: null,
    lastAlarmAt: null,
    reRaiseMs: null,
  }) as const satisfies Partial<TaskRow>;
