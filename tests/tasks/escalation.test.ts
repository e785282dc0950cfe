import { describe, expect, it } from 'vitest';
import { escalationSteps } from '#tasks/escalation.ts';
import { addPerson, addRoster, Demo, orderOf, personId, secondsIn, t0 } from '#tests/tasks/support/demo.ts';

const saying = (demo: Demo, id: string, action: string) =>
  demo.task(id).history.filter((entry) => entry.action === action);

describe('while nobody has accepted a task', () => {
  const withSteps = (): Demo => {
    const demo = new Demo();
    const escalate = [
      { afterMs: 60_000, to: 'grid-leader' },
      { afterMs: 180_000, to: 'street-duty' },
    ] as const;
    demo.orders.set('smoke-alarm', orderOf('fire', { escalate }));
    addPerson(demo.configuration, 's-han', 'street-duty', ['c1']);
    return demo;
  };

  it('the steps of its rule tell one person after the other, and the version of the task stays', () => {
    const demo = withSteps();
    const task = demo.raise();
    demo.desk.advance(secondsIn(59.999));
    expect(demo.task(task.id).history).toHaveLength(2);
    demo.desk.advance(secondsIn(60));
    expect(demo.task(task.id)).toMatchObject({ version: 1, assignee: 'w-zhou', also: ['l-wang'] });
    demo.desk.advance(secondsIn(600));
    expect(demo.task(task.id)).toMatchObject({ version: 1, state: 'dispatched', also: ['l-wang', 's-han'] });
    const [first, second, ...more] = saying(demo, task.id, 'escalate');
    expect(more).toEqual([]);
    expect(first).toMatchObject({ at: secondsIn(60), actor: 'system', from: 'dispatched', to: 'dispatched' });
    expect(first?.because).toMatchObject([
      { code: 'not-accepted', afterMs: 60_000, role: 'grid-leader' },
      { code: 'told', person: 'l-wang' },
      { code: 'works-there' },
    ]);
    expect(second).toMatchObject({ at: secondsIn(180) });
    expect(second?.reason).toContain('nobody accepted it within 3m: a street-duty is told; told to s-han');
  });

  it('a call for help without steps of its own goes to who stands in after 60 s and 180 s', () => {
    const demo = new Demo();
    const task = demo.raise('smoke-alarm', { category: 'fire' });
    demo.desk.advance(secondsIn(200));
    const told = saying(demo, task.id, 'escalate').map(({ at, because }) => [
      at,
      because?.find(({ code }) => code === 'told'),
    ]);
    expect(told).toEqual([
      [secondsIn(60), { code: 'told', person: 'l-wang' }],
      [secondsIn(180), { code: 'told', person: 'm-li' }],
    ]);
  });

  it('nobody is told who has the task, and the same person again only where there is nobody else', () => {
    const demo = withSteps();
    demo.configuration.apply({ op: 'delete', resource: 'person', id: 's-han' });
    demo.configuration.apply({ op: 'delete', resource: 'person', id: 'm-li' });
    const task = demo.raise();
    demo.desk.advance(secondsIn(200));
    expect(demo.task(task.id).also).toEqual(['l-wang']);
    expect(saying(demo, task.id, 'escalate')).toHaveLength(2);
    demo.configuration.apply({ op: 'delete', resource: 'person', id: 'l-wang' });
    const lonely = demo.raise('smoke-alarm', { key: 'other' });
    demo.desk.advance(secondsIn(400));
    expect(demo.task(lonely.id).also).toEqual([]);
    expect(saying(demo, lonely.id, 'escalate')[0]?.reason).toContain('nobody: no grid-leader');
  });

  it('ends with the acceptance', () => {
    const demo = withSteps();
    const task = demo.raise();
    demo.desk.advance(secondsIn(60));
    demo.must(task, 'accept', 'w-zhou', { now: secondsIn(61), version: 1 });
    demo.desk.advance(secondsIn(900));
    expect(saying(demo, task.id, 'escalate')).toHaveLength(1);
    expect(saying(demo, task.id, 'overdue')).toHaveLength(1);
  });

  it('begins anew in other hands', () => {
    const demo = withSteps();
    const task = demo.raise();
    demo.desk.advance(secondsIn(61));
    demo.must(task, 'transfer', 'l-wang', { to: 'w-chen', now: secondsIn(100) });
    demo.desk.advance(secondsIn(159));
    expect(saying(demo, task.id, 'escalate')).toHaveLength(1);
    demo.desk.advance(secondsIn(160));
    expect(saying(demo, task.id, 'escalate')).toHaveLength(2);
  });

  it('goes on where it was after a restart, once each', () => {
    const demo = withSteps();
    const task = demo.raise();
    for (const at of [60, 61, 179, 180, 181, 900]) {
      demo.restart();
      demo.desk.advance(secondsIn(at));
    }
    expect(saying(demo, task.id, 'escalate').map(({ at }) => at)).toEqual([secondsIn(60), secondsIn(180)]);
  });

  it('a task that nobody else takes back is known to a leader at once', () => {
    const demo = new Demo();
    for (const id of ['w-chen', 'l-wang', 'm-li'])
      demo.configuration.apply({ op: 'delete', resource: 'person', id });
    const task = demo.raise();
    demo.must(task, 'return', 'w-zhou', { comment: 'ill', now: secondsIn(300) });
    expect(demo.task(task.id)).toMatchObject({ state: 'filed', assignee: null });
    addPerson(demo.configuration, 'l-new', 'grid-leader', ['g1']);
    demo.desk.advance(secondsIn(300));
    expect(demo.task(task.id).also).toEqual(['l-new']);
  });
});

describe('the steps', () => {
  const row = { lifeSafety: false, dispatchedAt: t0, acceptBy: secondsIn(600) };
  it('of a task that is no matter of life follow its limit, and without a limit there are none', () => {
    const standIns = ['grid-leader', 'property-manager', 'admin'] as const;
    expect(escalationSteps({ row, ordered: [], standIns })).toEqual([
      { afterMs: 600_000, to: 'grid-leader' },
      { afterMs: 1_800_000, to: 'property-manager' },
    ]);
    expect(escalationSteps({ row: { ...row, acceptBy: null }, ordered: [], standIns })).toEqual([]);
    expect(escalationSteps({ row, ordered: [], standIns: ['admin'] }).map(({ to }) => to)).toEqual([
      'admin',
      'admin',
    ]);
    expect(escalationSteps({ row, ordered: [], standIns: [] })).toEqual([]);
  });
});

it('people told by an escalation may take the task', () => {
  const demo = new Demo();
  addRoster(demo.configuration, 'g1', 'grid-leader', 'mon-sun 00:00-24:00 l-wang');
  const task = demo.raise();
  demo.desk.advance(secondsIn(60));
  expect(demo.must(task, 'claim', 'l-wang', { now: secondsIn(70), version: 1 })).toMatchObject({
    state: 'accepted',
    assignee: personId('l-wang'),
  });
});
