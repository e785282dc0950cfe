import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { step, Walk } from '#tests/tasks/support/walk.ts';

describe('whatever people and sensors do', () => {
  it('tasks keep to the table, versions count, histories chain, nobody verifies their own work, no alarm is lost', () => {
    const seen = new Map<string, number>();
    fc.assert(
      fc.property(fc.array(step, { minLength: 30, maxLength: 90 }), (steps) => {
        const walk = new Walk();
        for (const one of steps) walk.take(one);
        for (const row of walk.demo.store.tasks.values()) seen.set(row.state, (seen.get(row.state) ?? 0) + 1);
      }),
      { numRuns: 150 },
    );
    // Else the walks would prove nothing.
    for (const state of ['filed', 'dispatched', 'accepted', 'in-progress', 'feedback', 'closed', 'void'])
      expect(seen.get(state) ?? 0, state).toBeGreaterThan(0);
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
