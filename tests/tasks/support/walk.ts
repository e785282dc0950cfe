import { expect } from 'vitest';
import { severities } from '#model/alarm.ts';
import { type DeviceId, epochMs, position } from '#model/brand.ts';
import { taskStates } from '#model/task.ts';
import type { TaskRow } from '#tasks/ports.ts';
import { isDone, isOver, mayCloseByItself, taskActions, transitions } from '#tasks/transitions.ts';
import { fc } from '#tests/support/properties.ts';
import {
  addPerson,
  alarmId,
  alarmOf,
  Demo,
  orderOf,
  personId,
  placeId,
  raised,
  t0,
  taskId,
} from '#tests/tasks/support/demo.ts';
import { MemoryTaskStore } from '#tests/tasks/support/memory-store.ts';

/** States that a task passes through or starts in, besides the rows of the table. */
const silentSteps = new Set(['returned→filed', 'filed→dispatched', 'rework→dispatched']);
const tableSteps = new Set(
  transitions.flatMap((row) => {
    const states = [row.from, ...row.via, row.to];
    const ways = states.slice(1).map((to, index) => `${states[index]}→${to}`);
    return [...ways, ...row.or.map((to) => `${row.via.at(-1) === to ? states.at(-3) : row.from}→${to}`)];
  }),
);
const verifying = new Set(['close', 'rework', 'evaluate']);
const handling = new Set(['accept', 'claim', 'start', 'feedback']);

/** Everybody that there is, those who work most of the time more often. */
const who = fc.constantFrom(
  'w-zhou',
  'w-zhou',
  'l-wang',
  'l-wang',
  'm-li',
  'm-li',
  'w-chen',
  'admin',
  'c-lin',
  'v-zhao',
  'd-liu',
  's-xu',
  'a-sun',
);
/** The category of rule `again`: who handled may verify, and it closes by itself. */
const lenient = { id: 'facilities', owner: 'property-manager', selfVerify: true, autoClose: '150s' } as const;
const isLenient = (category: string): boolean => category === lenient.id;

export const step = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constant('act' as const),
      who,
      // Those that end a task seldom, else no walk comes far.
      action: fc.oneof(
        { weight: 9, arbitrary: fc.constantFrom(...taskActions.filter((action) => action !== 'void')) },
        { weight: 1, arbitrary: fc.constant('void' as const) },
      ),
      task: fc.nat(5),
      to: fc.option(who, { nil: undefined }),
      other: fc.nat(5),
      mask: fc.nat(7),
      rating: fc.nat(6),
      isStale: fc.nat(9).map((n) => n === 0),
    }),
  },
  // The way of a task that nobody disturbs, else random actions seldom come far.
  {
    weight: 8,
    arbitrary: fc.record({
      kind: fc.constant('onward' as const),
      task: fc.nat(2),
      by: who,
      givesBack: fc.nat(2).map((n) => n === 0),
    }),
  },
  // What needs more than a name to be possible at all.
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant('act' as const),
      who: fc.constantFrom('l-wang', 'm-li', 'admin', 'd-liu'),
      action: fc.constantFrom('merge' as const, 'split' as const, 'suspend' as const, 'reject' as const),
      task: fc.nat(3),
      to: fc.constant(undefined),
      other: fc.nat(3),
      mask: fc.integer({ min: 1, max: 7 }),
      rating: fc.constant(3),
      isStale: fc.constant(false),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant('suspension' as const),
      task: fc.nat(3),
      decider: fc.constantFrom('l-wang', 'm-li', 'd-liu'),
      answer: fc.constantFrom('approve-suspension' as const, 'refuse-suspension' as const, null),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant('report' as const),
      category: fc.constantFrom('fire', 'facilities', 'noise'),
      isReport: fc.boolean(),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ kind: fc.constant('proof' as const), task: fc.nat(5), photo: fc.nat(2) }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant('alarm' as const),
      rule: fc.constantFrom('joins', 'alone', 'again', 'quiet'),
      key: fc.constantFrom('d1', 'd2'),
      place: fc.constantFrom('b3-0501', 'b3-0601', 'b4-0101', 'b9'),
      severity: fc.constantFrom(...severities),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant('said' as const),
      alarm: fc.nat(20),
      type: fc.constantFrom('cleared', 'revised', 'critical'),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({ kind: fc.constant('pass' as const), seconds: fc.integer({ max: 400, min: 1 }) }),
  },
);
export type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;

/** The next action of the ordinary way, by the assignee; at its end by somebody who may verify. */
const onward = {
  reported: 'verify',
  verifying: 'file',
  suspended: 'resume',
  closed: 'evaluate',
  filed: 'dispatch',
  dispatched: 'accept',
  accepted: 'start',
  'in-progress': 'feedback',
  feedback: 'close',
} as const;

/** A desk that random steps are taken on; after each of them the laws hold, or it throws. */
export class Walk {
  readonly demo: Demo;
  readonly #raisedIds: string[] = [];
  readonly #checked = new Map<string, { readonly row: TaskRow; readonly length: number }>();
  #now = t0;

  constructor(store = new MemoryTaskStore()) {
    this.demo = new Demo(store);
    const { configuration, orders } = this.demo;
    const staff = { 'c-lin': 'care-staff', 'v-zhao': 'volunteer', 'd-liu': 'community-duty' } as const;
    for (const [id, role] of Object.entries({ ...staff, 's-xu': 'street-duty', 'a-sun': 'auditor' } as const))
      addPerson(configuration, id, role, ['c1']);
    const proven = { id: 'noise', owner: 'volunteer', evidence: ['photo' as const] } as const;
    for (const body of [lenient, { ...proven, evidence: [...proven.evidence] }])
      configuration.apply({ op: 'put', resource: 'category', id: body.id, body });
    orders.set('joins', orderOf('fire', { join: { by: 'building', withinMs: 100_000 } }));
    orders.set('alone', orderOf('fire'));
    orders.set('again', orderOf('facilities', { reRaiseMs: 200_000, to: 'property-manager' }));
    orders.set('quiet', orderOf('fire', null));
  }

  take(step: Step): void {
    const { demo } = this;
    switch (step.kind) {
      case 'act':
        this.#act(step);
        break;
      case 'report':
        this.#report(step);
        break;
      case 'proof': {
        const row = [...demo.store.tasks.values()][step.task];
        const actor = { kind: 'account', id: 'w-zhou', person: 'w-zhou' } as const;
        if (row) demo.desk.reporting.addEvidence(row.id, { photos: [`p-${step.photo}`] }, actor, this.#now);
        break;
      }
      case 'onward':
        this.#goOnward(step);
        break;
      case 'suspension':
        this.#ask(step);
        break;
      case 'alarm': {
        const changes = {
          id: alarmId(`a-${this.#raisedIds.length}`),
          position: position(this.#raisedIds.length + 1),
          key: step.key,
          device: step.key as DeviceId,
          place: placeId(step.place),
          category: step.rule === 'again' ? 'facilities' : 'fire',
          severity: step.severity,
          lifeSafety: step.rule !== 'again',
        };
        const alarm = alarmOf(step.rule, changes);
        this.#raisedIds.push(alarm.id);
        demo.desk.apply(raised(alarm), this.#now);
        break;
      }
      case 'said': {
        const alarm = alarmId(this.#raisedIds[step.alarm] ?? 'a-none');
        const at = this.#now;
        demo.desk.apply(
          step.type === 'critical'
            ? { type: 'severity', alarm, severity: 'critical', at, evidence: [] }
            : { type: step.type === 'cleared' ? 'cleared' : 'revised', alarm, at },
          at,
        );
        break;
      }
      case 'pass':
        this.#now = epochMs(this.#now + step.seconds * 1000);
        demo.desk.advance(this.#now);
        break;
      default:
        step satisfies never;
    }
    this.#holds();
  }

  #goOnward({ task: index, by, givesBack }: Step & { kind: 'onward' }): void {
    const task = [...this.demo.store.tasks.values()][index];
    if (!task) return;
    const back = { dispatched: 'return', accepted: 'return', feedback: 'rework' } as const;
    const way = givesBack ? { ...onward, ...back } : onward;
    const action = Object.entries(way).find(([state]) => state === task.state)?.[1];
    const others = new Set<string>(['close', 'rework', 'dispatch', 'verify', 'file', 'evaluate']);
    const isTheirs = action !== undefined && !others.has(action) && task.assignee !== null;
    if (!action) return;
    const plain = { to: undefined, other: 0, mask: 0, rating: 4, isStale: false };
    this.#act({ ...plain, task: index, action, who: isTheirs ? (task.assignee ?? by) : by });
  }

  /** Who has it asks for a suspension, and somebody answers. */
  #ask({ answer, decider, task: index }: Step & { kind: 'suspension' }): void {
    const task = [...this.demo.store.tasks.values()][index];
    if (!task || task.assignee === null) return;
    const plain = { to: undefined, other: 0, mask: 0, rating: 4, isStale: false };
    this.#act({ ...plain, task: index, action: 'request-suspension', who: task.assignee });
    if (answer !== null) this.#act({ ...plain, task: index, action: answer, who: decider });
  }

  #report({ category, isReport }: Step & { kind: 'report' }): void {
    const id = taskId(`t-said-${this.demo.store.tasks.size}`);
    const actor = { kind: 'account', id: 'w-chen', person: 'w-chen' } as const;
    const wish = {
      category,
      severity: 'minor',
      title: '…',
      place: 'b3',
      ...(isReport ? { isReport } : {}),
    } as const;
    expect(this.demo.desk.create(wish, id, actor, this.#now)).toMatchObject({ ok: true });
  }

  #act(asked: Asked): void {
    const { demo } = this;
    const { action, isStale, who: by } = asked;
    const rows = [...demo.store.tasks.values()];
    const row = rows[asked.task];
    if (!row) return;
    const to = action === 'merge' ? rows[asked.other]?.id : asked.to;
    const before = demo.task(row.id);
    const everything = this.#everything();
    const outcome = demo.act(row, action, by, {
      comment: 'because',
      version: before.version - (isStale ? 1 : 0),
      now: this.#now,
      rating: asked.rating,
      until: epochMs(this.#now + 300_000),
      alarms: row.alarms.filter((_, index) => (asked.mask >> (index % 3)) & 1),
      ...(to === undefined ? {} : { to }),
    });
    const after = demo.task(row.id);
    if (!outcome.ok) {
      // Of whatever was refused nothing is left anywhere.
      expect(this.#everything()).toBe(everything);
      expect(outcome.failure.detail.length).toBeGreaterThan(10);
      return;
    }
    expect(isStale).toBe(false);
    expect(after.version).toBe(before.version + 1);
    expect(transitions.some((entry) => entry.from === before.state && entry.action === action)).toBe(true);
    expect(after.history.slice(0, before.history.length)).toEqual(before.history);
    expect(demo.configuration.person(personId(by))?.role).not.toBe('auditor');
    if (verifying.has(action)) {
      const handlers = before.history
        .filter((entry) => handling.has(entry.action))
        .map((entry) => entry.actor);
      const isHandler = [...handlers, before.assignee].includes(by);
      const isRelaxed = isLenient(row.category) && action !== 'evaluate';
      if (isHandler) expect(isRelaxed).toBe(true);
      if (isRelaxed) {
        const said = (after.history[before.history.length]?.because ?? []).map(({ code }) => code);
        expect(said.includes('self-verified')).toBe(isHandler);
      }
    }
  }

  #everything(): string {
    const { alarms, tasks, timers } = this.demo.store;
    return JSON.stringify([...alarms.values(), ...tasks.values(), ...timers.values()]);
  }

  #holds(): void {
    const { store } = this.demo;
    for (const row of store.tasks.values()) {
      const { length } = store.history(row.id);
      const seen = this.#checked.get(row.id);
      if (seen?.row === row && seen.length === length) continue;
      this.#checked.set(row.id, { row, length });
      this.#historyHolds(row);
      this.#taskHolds(row);
    }
    this.#alarmsHold();
    this.#nothingIsTwice();
  }

  /** Every step of a history is one of the table, and begins where the last ended. */
  #historyHolds({ id, state }: TaskRow): void {
    const history = this.demo.store.history(id);
    law(
      taskStates.includes(state) && history.at(-1)?.to === state,
      'a history ends in the state of its task',
    );
    history.forEach((entry, index) => {
      law(entry.from === (history[index - 1]?.to ?? null), 'an entry begins where the last ended');
      if (entry.from === null || entry.from === entry.to) return;
      const move = `${entry.from}→${entry.to}`;
      const isAllowed = entry.action === 'auto-close' ? mayCloseByItself(entry.from) : tableSteps.has(move);
      law(isAllowed || silentSteps.has(move), `${move} is in the table`);
    });
  }

  #taskHolds(row: TaskRow): void {
    const { alarms } = this.demo.store;
    law(new Set(row.alarms).size === row.alarms.length, 'no alarm is in a task twice');
    law(
      row.alarms.every((id) => alarms.get(id)?.tasks.includes(row.id)),
      'alarms name their tasks',
    );
    law(row.mergedInto === undefined || row.state === 'void', 'what was merged is void');
    law((row.state === 'suspended') === Boolean(row.suspended), 'what is suspended says since when');
    const mayAsk = row.state === 'accepted' || row.state === 'in-progress';
    law(!row.suspensionRequest || mayAsk, 'only what somebody works on is asked to be suspended');
    law(
      !row.suspensionRequest || row.suspensionRequest.by === row.assignee,
      'who asks for a suspension has the task',
    );
    law((row.state === 'evaluated') === (row.rating !== undefined), 'what is evaluated has a rating');
    if (row.category === 'noise' && isDone(row.state))
      law((row.evidence ?? []).length > 0, 'nothing is done without its evidence');
    if (this.demo.store.history(row.id).some(({ action }) => action === 'auto-close'))
      law(isLenient(row.category) && !row.lifeSafety, 'only what may closes by itself');
  }

  /** None is lost: each is in the task that it came to last; earlier ones were done with or merged, or it was split off. */
  #alarmsHold(): void {
    const { alarms, tasks } = this.demo.store;
    law([...alarms.keys()].join() === this.#raisedIds.join(), 'every alarm is there');
    for (const alarm of alarms.values()) {
      law(new Set(alarm.tasks).size === alarm.tasks.length, 'an alarm names no task twice');
      law(
        alarm.tasks.length > 0 === (alarm.rule !== 'quiet'),
        'an alarm is in a task when its rule wants one',
      );
      const all = alarm.tasks.flatMap((id) => tasks.get(id) ?? []);
      law(all.at(-1)?.alarms.includes(alarm.id) ?? true, 'an alarm is in the task that it came to last');
      const isIn = (row: TaskRow) => row.mergedInto === undefined && row.alarms.includes(alarm.id);
      law(all.filter((row) => isIn(row) && !isOver(row.state)).length <= 1, 'an alarm is in one open task');
      law(
        all.slice(0, -1).every((row) => !isIn(row) || isDone(row.state)),
        'an alarm leaves a task that is done, merged or split',
      );
    }
  }

  #nothingIsTwice(): void {
    const { store } = this.demo;
    for (const rule of ['joins', 'alone', 'again']) {
      for (const key of ['d1', 'd2']) {
        const ahead = store
          .openTasks({ rule: rule as never, key })
          .filter((task) => task.state !== 'feedback');
        law(ahead.length <= 1 + doubles(store, rule, key), 'a flood opens no second task');
      }
    }
  }
}

/** Thousands of times in each walk: `expect` would take most of its time. */
function law(holds: boolean, what: string): void {
  if (!holds) throw new Error(`broken: ${what}`);
}

/** Tasks that were suspended or sent back from feedback, beside which a new one was opened meanwhile, and those that a person split off. */
const doubles = (store: Demo['store'], rule: string, key: string): number =>
  store
    .openTasks({ rule: rule as never, key })
    .filter(
      (task) =>
        task.splitFrom !== undefined ||
        store.history(task.id).some(({ action, to }) => action === 'rework' || to === 'suspended'),
    ).length;

type Asked = Pick<Step & { kind: 'act' }, 'task' | 'to' | 'other' | 'mask' | 'rating' | 'isStale'> & {
  readonly action: string;
  readonly who: string;
};
