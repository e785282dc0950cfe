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

  it('gives the same outcome for the same steps', () => {
    fc.assert(
      fc.property(fc.array(step, { minLength: 10, maxLength: 40 }), (steps) => {
        const [one, two] = [new Walk(), new Walk()].map((walk) => {
          for (const step of steps) walk.take(step);
          return walk.demo.store.events;
        });
        expect(one).toEqual(two);
      }),
      { numRuns: 30 },
    );
  });
});
