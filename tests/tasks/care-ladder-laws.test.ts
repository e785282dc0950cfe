import { expect, it } from 'vitest';
import type { EpochMs } from '#model/brand.ts';
import type { Task } from '#model/task.ts';
import { fc } from '#tests/support/properties.ts';
import { CareDemo, climbed, toldOf } from '#tests/tasks/support/care.ts';
import { secondsIn } from '#tests/tasks/support/demo.ts';

const act = fc.oneof(
  fc.constantFrom(
    'press',
    'worry',
    'key',
    'release',
    'accept',
    'start',
    'return',
    'well',
    'no-answer',
    'restart',
  ),
  fc.record({ who: fc.constantFrom('c-lin', 'c-mei', 'w-zhou'), minutes: fc.integer({ min: 1, max: 4 }) }),
);
const moment = fc.record({ after: fc.integer({ min: 0, max: 90 }), act });
type Moment = typeof moment extends fc.Arbitrary<infer M> ? M : never;

/** One thing that happens; answers the task that an alarm is in now. */
function take(demo: CareDemo, task: Task, what: Moment['act'], now: EpochMs): Task['id'] | null {
  if (typeof what !== 'string') {
    demo.comes(task, what.who, what.minutes, now);
    return null;
  }
  switch (what) {
    case 'press':
      return demo.press(now).id;
    case 'worry':
      return demo.worry(now).id;
    case 'restart':
      demo.restart();
      return null;
    case 'key':
    case 'release':
      demo.cancels(what === 'key', now);
      return null;
    case 'well':
    case 'no-answer':
      demo.answers(task, 'c-mei', what, now);
      return null;
    default:
      demo.act(task, what, task.assignee ?? 'c-lin', { now, comment: 'so' });
      return null;
  }
}

/** Lives through the moments; `restarts`: with a desk made anew before each. */
function live(moments: readonly Moment[], restarts: boolean): { demo: CareDemo; tasks: readonly Task[] } {
  const demo = new CareDemo();
  const ids = new Set([demo.press().id]);
  let at = 0;
  for (const { act: what, after } of moments) {
    at += after;
    const now = secondsIn(at);
    if (restarts) demo.restart();
    demo.desk.advance(now);
    const [id] = ids;
    if (id === undefined) break;
    const opened = take(demo, demo.task(id), what, now);
    if (opened !== null) ids.add(opened);
  }
  demo.desk.advance(secondsIn(at + 3_600));
  return { demo, tasks: [...ids].map((each) => demo.task(each)) };
}

it('whatever happens: rungs in their order, nobody who did not agree, no rung after it was stopped, and a ladder that nobody took ends at the top', () => {
  const tops = { climbed: 0, rested: 0 };
  fc.assert(
    fc.property(fc.array(moment, { maxLength: 12 }), (moments) => {
      const { demo, tasks } = live(moments, false);
      expect(toldOf(demo).map(([, person]) => person)).not.toContain('contact/r-0502/2');
      for (const { coming = [], history, ladder, state } of tasks) {
        if (!ladder) continue;
        const begun = ladder.rungs.filter(({ begunAt }) => begunAt !== null);
        expect(ladder.rungs.slice(0, begun.length)).toEqual(begun);
        expect(begun.map(({ begunAt }) => begunAt)).toEqual(
          begun.map(({ begunAt }) => begunAt).toSorted((a, b) => Number(a) - Number(b)),
        );
        if (ladder.stopped) {
          const { at } = ladder.stopped;
          expect(history.some((entry) => entry.action === 'ladder' && entry.at > at)).toBe(false);
        } else if (state === 'dispatched' || state === 'filed') {
          expect(ladder.at).toBe(ladder.rungs.length - 1);
          tops.climbed += 1;
        } else tops.rested += 1;
        expect(new Set(coming.map(({ person }) => person)).size).toBe(coming.length);
      }
    }),
    { numRuns: 400 },
  );
  expect(tops.climbed).toBeGreaterThan(0);
  expect(tops.rested).toBeGreaterThan(0);
});

it('a desk made anew before each moment calls the same people at the same times', () => {
  fc.assert(
    fc.property(fc.array(moment, { maxLength: 12 }), (moments) => {
      const [calm, killed] = [live(moments, false), live(moments, true)];
      expect(killed.tasks.map(climbed)).toEqual(calm.tasks.map(climbed));
      expect(toldOf(killed.demo)).toEqual(toldOf(calm.demo));
    }),
    { numRuns: 150 },
  );
});
