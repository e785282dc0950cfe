import fc from 'fast-check';
import { expect } from 'vitest';
import { severities } from '#model/alarm.ts';
import { type DeviceId, epochMs, position } from '#model/brand.ts';
import { taskStates } from '#model/task.ts';
import { taskActions, transitions } from '#tasks/transitions.ts';
import { alarmId, alarmOf, Demo, orderOf, placeId, raised, t0 } from '#tests/tasks/support/demo.ts';

/** States that a task passes through or starts in, besides the rows of the table. */
const silentSteps = new Set(['returned→filed', 'filed→dispatched', 'rework→dispatched']);
const tableSteps = new Set(
  transitions.flatMap((row) => {
    const states = [row.from, ...row.via, row.to];
    return states.slice(1).map((to, index) => `${states[index]}→${to}`);
  }),
);
const verifying = new Set(['close', 'rework']);
const handling = new Set(['accept', 'claim', 'start', 'feedback']);

const who = fc.constantFrom('w-zhou', 'w-chen', 'l-wang', 'm-li', 'admin');
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
  filed: 'dispatch',
  dispatched: 'accept',
  accepted: 'start',
  'in-progress': 'feedback',
  feedback: 'close',
} as const;

/** A desk that random steps are taken on; after each of them the laws hold, or it throws. */
export class Walk {
  readonly demo = new Demo();
  readonly #raisedIds: string[] = [];
  #now = t0;

  constructor() {
    const { orders } = this.demo;
    orders.set('joins', orderOf('fire', { join: { by: 'building', withinMs: 100_000 } }));
    orders.set('alone', orderOf('fire'));
    orders.set('again', orderOf('facilities', { reRaiseMs: 200_000, to: 'property-manager' }));
    orders.set('quiet', orderOf('fire', null));
  }

  take(step: Step): void {
    const { demo } = this;
    switch (step.kind) {
      case 'act':
        this.#act(step.task, step.action, step.who, step.to, step.isStale);
        break;
      case 'onward':
        this.#goOnward(step);
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
    const isWaiting = task.state === 'dispatched' || task.state === 'accepted';
    const action =
      givesBack && isWaiting ? 'return' : Object.entries(onward).find(([state]) => state === task.state)?.[1];
    const isTheirs = action !== 'close' && action !== 'dispatch' && task.assignee !== null;
    if (action) this.#act(index, action, isTheirs ? task.assignee : by, undefined, false);
  }

  #act(index: number, action: string, by: string, to: string | undefined, isStale: boolean): void {
    const { demo } = this;
    const row = [...demo.store.tasks.values()][index];
    if (!row) return;
    const before = demo.task(row.id);
    const outcome = demo.act(row, action, by, {
      comment: 'because',
      version: before.version - (isStale ? 1 : 0),
      now: this.#now,
      ...(to === undefined ? {} : { to }),
    });
    const after = demo.task(row.id);
    if (!outcome.ok) {
      expect(after).toEqual(before);
      expect(outcome.failure.detail.length).toBeGreaterThan(10);
      return;
    }
    expect(isStale).toBe(false);
    expect(after.version).toBe(before.version + 1);
    expect(transitions.some((entry) => entry.from === before.state && entry.action === action)).toBe(true);
    expect(after.history.slice(0, before.history.length)).toEqual(before.history);
    if (verifying.has(action)) {
      const handlers = before.history
        .filter((entry) => handling.has(entry.action))
        .map((entry) => entry.actor);
      expect([...handlers, before.assignee]).not.toContain(by);
    }
  }

  #holds(): void {
    const { store } = this.demo;
    const memberships = new Map<string, number>();
    for (const row of store.tasks.values()) {
      expect(taskStates).toContain(row.state);
      const history = store.history(row.id);
      expect(history.at(-1)?.to).toBe(row.state);
      history.forEach((entry, index) => {
        expect(entry.from).toBe(history[index - 1]?.to ?? null);
        if (entry.from !== null && entry.from !== entry.to) {
          const move = `${entry.from}→${entry.to}`;
          expect(tableSteps.has(move) || silentSteps.has(move), move).toBe(true);
        }
      });
      expect(new Set(row.alarms).size).toBe(row.alarms.length);
      const isOpen = !['closed', 'void'].includes(row.state);
      for (const id of row.alarms) {
        expect(store.alarms.get(id)?.tasks).toContain(row.id);
        if (isOpen) memberships.set(id, (memberships.get(id) ?? 0) + 1);
      }
      if (row.state === 'closed' && row.assignee !== null) {
        expect(history.findLast((entry) => entry.action === 'close')?.actor).not.toBe(row.assignee);
      }
    }
    for (const alarm of store.alarms.values()) {
      expect(alarm.tasks.length > 0).toBe(alarm.rule !== 'quiet');
      expect(memberships.get(alarm.id) ?? 0).toBeLessThanOrEqual(1);
      // In more than one only by being raised again, and then all earlier ones are closed.
      for (const earlier of alarm.tasks.slice(0, -1)) expect(store.tasks.get(earlier)?.state).toBe('closed');
    }
    for (const rule of ['joins', 'alone', 'again']) {
      for (const key of ['d1', 'd2']) {
        const ahead = store
          .openTasks({ rule: rule as never, key })
          .filter((task) => task.state !== 'feedback');
        expect(ahead.length).toBeLessThanOrEqual(1 + rework(store, rule, key));
      }
    }
  }
}

/** Tasks sent back from feedback, beside which a new one was opened meanwhile. */
const rework = (store: Demo['store'], rule: string, key: string): number =>
  store
    .openTasks({ rule: rule as never, key })
    .filter((task) => store.history(task.id).some((entry) => entry.action === 'rework')).length;
