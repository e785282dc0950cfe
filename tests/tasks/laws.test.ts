import { describe, expect, it } from 'vitest';
import { taskStates } from '#model/task.ts';
import { openOpsInMemory } from '#store/ops/in-memory.ts';
import { taskActions } from '#tasks/transitions.ts';
import { fc } from '#tests/support/properties.ts';
import { KeptTaskStore } from '#tests/tasks/support/kept-store.ts';
import { type Step, step, Walk } from '#tests/tasks/support/walk.ts';

/** What random steps may miss by chance: a task is closed while its alarm stands, and time passes. */
const againAfterClosing: readonly Step[] = [
  { kind: 'alarm', rule: 'again', key: 'd1', place: 'b3-0501', severity: 'minor' },
  ...Array.from({ length: 5 }, () => ({ kind: 'onward', task: 0, by: 'm-li', givesBack: false }) as const),
  { kind: 'pass', seconds: 400 },
];

const count = (counts: Map<string, number>, name: string) => counts.set(name, (counts.get(name) ?? 0) + 1);

describe('whatever people and sensors do', () => {
  it('tasks keep to the table, versions count, nobody verifies their own work, no alarm is lost, chains hold', async () => {
    const seen = new Map<string, number>();
    const done = new Map<string, number>();
    const ops = await openOpsInMemory({ quarantineKey: new Uint8Array(32) });
    const walkAlong = (steps: readonly Step[]): void => {
      ops.writer.begin();
      try {
        const store = new KeptTaskStore(ops);
        const walk = new Walk(store);
        for (const one of steps) walk.take(one);
        expect(store.broken()).toEqual([]);
        for (const { id, state } of store.tasks.values()) {
          count(seen, state);
          for (const { action } of store.history(id)) count(done, action);
        }
      } finally {
        ops.writer.rollback();
      }
    };
    walkAlong(againAfterClosing);
    expect(done.get('re-raise')).toBe(1);
    fc.assert(fc.property(fc.array(step, { minLength: 20, maxLength: 70 }), walkAlong), { numRuns: 1_300 });
    // Else the walks would prove nothing.
    const passing = new Set(['rework', 'returned']);
    for (const state of taskStates.filter((each) => !passing.has(each)))
      expect(seen.get(state) ?? 0, state).toBeGreaterThan(0);
    for (const action of [...taskActions, 'auto-close', 'evidence', 'join', 're-raise', 'upgrade'])
      expect(done.get(action) ?? 0, action).toBeGreaterThan(0);
    ops.writer.close();
  });

  it('the same steps give the same outcome, also when the desk is made anew from the store before each', () => {
    fc.assert(
      fc.property(fc.array(step, { minLength: 20, maxLength: 60 }), (steps) => {
        const [one, two] = [false, true].map((restarts) => {
          const walk = new Walk();
          for (const one of steps) {
            if (restarts) walk.demo.restart();
            walk.take(one);
          }
          return walk.demo.store.events;
        });
        expect(one).toEqual(two);
      }),
      { numRuns: 50 },
    );
  });
});
