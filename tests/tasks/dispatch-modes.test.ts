import { describe, expect, it } from 'vitest';
import type { Category } from '#model/category.ts';
import { reasonText } from '#tasks/reason-text.ts';
import { addPerson, addRoster, Demo, orderOf, placeId, secondsIn } from '#tests/tasks/support/demo.ts';

const lamps = (changes: Partial<Category>): Demo => {
  const demo = new Demo();
  const body = { id: 'lamps', owner: 'grid-worker', ...changes } as const;
  demo.configuration.apply({ op: 'put', resource: 'category', id: 'lamps', body });
  demo.configuration.apply({ op: 'delete', resource: 'roster', id: 'g1.grid-worker' });
  demo.orders.set(
    'lamp',
    orderOf('lamps', { acceptWithinMs: null, handleWithinMs: null, also: ['grid-leader'] }),
  );
  return demo;
};
let lamp = 0;
const minor = () =>
  ({ lifeSafety: false, severity: 'minor', category: 'lamps', key: `lamp-${++lamp}` }) as const;

describe('a category whose tasks are claimed', () => {
  it('gives a task to nobody and tells all who may take it; who claims it first has it', () => {
    const demo = lamps({ dispatch: 'claim' });
    const task = demo.raise('lamp', minor());
    expect(task).toMatchObject({
      state: 'dispatched',
      assignee: null,
      also: ['w-chen', 'w-zhou', 'l-wang'],
      acceptBy: secondsIn(900),
      because: [{ code: 'open-to-claim', role: 'grid-worker', people: 2 }],
    });
    expect(demo.must(task, 'claim', 'w-chen', { now: secondsIn(60) })).toMatchObject({
      state: 'accepted',
      assignee: 'w-chen',
    });
    demo.desk.advance(secondsIn(9_000));
    expect(demo.task(task.id).assignee).toBe('w-chen');
  });

  it('tells those on duty alone, where anybody is', () => {
    const demo = lamps({ dispatch: 'claim' });
    addRoster(demo.configuration, 'g1', 'grid-worker', 'mon-sun 08:00-20:00 w-zhou');
    expect(demo.raise('lamp', minor()).also).toEqual(['w-zhou', 'l-wang']);
  });

  it('gives it to somebody when nobody claimed it in time, who has the whole time to accept', () => {
    const demo = lamps({ dispatch: 'claim', limits: { accept: '10m' } });
    const task = demo.raise('lamp', minor());
    demo.desk.advance(secondsIn(599));
    expect(demo.task(task.id)).toMatchObject({ assignee: null, version: 1 });
    demo.desk.advance(secondsIn(600));
    expect(demo.task(task.id)).toMatchObject({
      state: 'dispatched',
      assignee: 'w-chen',
      version: 2,
      acceptBy: secondsIn(1200),
    });
    expect(demo.task(task.id).reason).toContain('nobody claimed it by 2026-03-04T02:10:00.000Z');
    expect(demo.task(task.id).history.map(({ action }) => action)).toEqual(['file', 'dispatch', 'dispatch']);
    demo.desk.advance(secondsIn(1200));
    expect(
      demo
        .task(task.id)
        .history.slice(3)
        .map(({ action }) => action),
    ).toEqual(['overdue', 'escalate']);
  });

  it('always gives a call for help to somebody', () => {
    const demo = lamps({ dispatch: 'claim' });
    expect(demo.raise('lamp', { ...minor(), lifeSafety: true }).assignee).toBe('w-chen');
  });

  it('says so where nobody may take it, once', () => {
    const demo = lamps({ dispatch: 'claim' });
    for (const id of ['w-zhou', 'w-chen', 'l-wang', 'm-li'])
      demo.configuration.apply({ op: 'delete', resource: 'person', id });
    const task = demo.raise('lamp', minor());
    expect(task).toMatchObject({ assignee: null, because: [{ code: 'nobody' }] });
  });
});

describe('a category that goes round', () => {
  it('gives tasks by turns, whoever has how many, and goes on after a restart', () => {
    const demo = lamps({ dispatch: 'rotate' });
    addPerson(demo.configuration, 'w-new', 'grid-worker', ['g1']);
    const got: (string | null)[] = [];
    for (let n = 0; n < 6; n++) {
      demo.restart();
      const task = demo.raise('lamp', minor(), secondsIn(n * 60));
      got.push(task.assignee);
      if (task.assignee === 'w-chen') demo.must(task, 'accept', 'w-chen', { now: secondsIn(n * 60) });
      if (task.assignee === 'w-chen') demo.must(task, 'feedback', 'w-chen', { now: secondsIn(n * 60) });
    }
    expect(got).toEqual(['w-chen', 'w-new', 'w-zhou', 'w-chen', 'w-new', 'w-zhou']);
  });

  it('says whose turn it was and why', () => {
    const demo = lamps({ dispatch: 'rotate' });
    demo.raise('lamp', minor());
    expect(demo.raise('lamp', minor(), secondsIn(1)).reason).toContain('by turn: had no lamps task yet');
    expect(demo.raise('lamp', minor(), secondsIn(2)).because?.at(-1)).toEqual({
      code: 'turn',
      of: 2,
      category: 'lamps',
      last: '2026-03-04T02:00:00.000Z',
    });
  });

  it('counts whom a person named as having had their turn', () => {
    const demo = lamps({ dispatch: 'rotate' });
    const task = demo.raise('lamp', minor());
    demo.must(task, 'transfer', 'l-wang', { to: 'w-zhou', now: secondsIn(5) });
    expect(demo.raise('lamp', minor(), secondsIn(6)).assignee).toBe('w-chen');
  });
});

describe('of equals', () => {
  it('the one who works nearest to the place is chosen', () => {
    const demo = lamps({});
    addPerson(demo.configuration, 'w-zhou', 'grid-worker', ['b3', 'b4']);
    addPerson(demo.configuration, 'w-chen', 'grid-worker', ['b9', 'c1']);
    addRoster(
      demo.configuration,
      'g1',
      'grid-worker',
      'mon-sun 08:00-20:00 w-zhou',
      'mon-sun 08:00-20:00 w-chen',
    );
    const task = demo.raise('lamp', minor());
    expect(task.assignee).toBe('w-zhou');
    expect(task.because?.at(-1)).toEqual({ code: 'nearest', of: 2, place: 'b3', steps: 1 });
    expect(reasonText(task.because ?? [])).toContain('chosen of 2 as nearest: 1 steps away at b3');
  });

  it('the one who is at work near it is, wherever they usually work', () => {
    const demo = lamps({});
    for (const [who, place] of [
      ['w-chen', 'b4-0101'],
      ['w-zhou', 'b3-0501'],
    ] as const) {
      const task = demo.raise('lamp', { ...minor(), place: placeId(place) });
      if (task.assignee !== who) demo.must(task, 'transfer', 'l-wang', { to: who });
      demo.must(task, 'accept', who);
    }
    const task = demo.raise('lamp', { ...minor(), place: placeId('b3-0502') });
    expect(task).toMatchObject({ assignee: 'w-zhou' });
    expect(task.because?.at(-1)).toMatchObject({ code: 'nearest', place: 'b3-0501', steps: 2 });
  });
});
