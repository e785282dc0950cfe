import { describe, expect, it } from 'vitest';
import type { Alarm } from '#model/alarm.ts';
import type { DeviceId } from '#model/brand.ts';
import type { TaskOrder } from '#model/rule.ts';
import { Demo, orderOf, placeId, secondsIn, t0 } from '#tests/tasks/support/demo.ts';

const other: Partial<Alarm> = { key: 'smoke-2', device: 'smoke-2' as DeviceId };
const demoWithJoin = (join: TaskOrder['join']): Demo => {
  const demo = new Demo();
  demo.orders.set('smoke-alarm', orderOf('fire', { join }));
  demo.orders.set('heat-rising', orderOf('fire', { acceptWithinMs: 20_000 }));
  return demo;
};
const inBuilding = { by: 'building', withinMs: 300_000 } as const;

describe('an alarm', () => {
  it('joins the open task of its rule and key, however long ago', () => {
    const demo = new Demo();
    const first = demo.raise();
    const again = demo.raise('smoke-alarm', {}, secondsIn(86_400));
    expect(again).toMatchObject({ id: first.id, version: 2, state: 'dispatched', acceptBy: first.acceptBy });
    expect(again.alarms).toHaveLength(2);
    expect(again.history.at(-1)).toMatchObject({
      actor: 'rule:smoke-alarm',
      action: 'join',
      from: 'dispatched',
      to: 'dispatched',
    });
  });

  it.each(['accept', 'start'])('joins it also after %s', (last) => {
    const demo = new Demo();
    const first = demo.raise();
    demo.must(first, 'accept', 'w-zhou');
    if (last === 'start') demo.must(first, 'start', 'w-zhou');
    expect(demo.raise().id).toBe(first.id);
  });

  it('of life safety gets a task of its own while the one that stands is suspended, and calls somebody', () => {
    const demo = demoWithJoin(inBuilding);
    const first = demo.raise();
    demo.must(first, 'accept', 'w-zhou');
    demo.must(first, 'suspend', 'l-wang', { comment: 'the fire brigade keeps the keys' });
    const second = demo.raise();
    expect(second).toMatchObject({ state: 'dispatched', assignee: 'w-zhou' });
    expect(second.id).not.toBe(first.id);
    expect(demo.raise('smoke-alarm', other).id).toBe(second.id);
    expect(demo.task(first.id).state).toBe('suspended');
  });

  it('of no matter of life waits with what is suspended', () => {
    const demo = new Demo();
    const first = demo.raise('smoke-alarm', { lifeSafety: false });
    demo.must(first, 'accept', 'w-zhou');
    demo.must(first, 'suspend', 'l-wang', { comment: 'waits for spare parts' });
    expect(demo.raise('smoke-alarm', { lifeSafety: false }).id).toBe(first.id);
  });

  it('gets a task of its own once the work was fed back, closed or voided', () => {
    const demo = new Demo();
    const fedBack = demo.raise();
    demo.must(fedBack, 'accept', 'w-zhou');
    demo.must(fedBack, 'feedback', 'w-zhou');
    const second = demo.raise();
    expect(second.id).not.toBe(fedBack.id);
    demo.must(second, 'void', 'l-wang', { comment: 'x' });
    expect(demo.raise().id).not.toBe(second.id);
    demo.must(fedBack, 'close', 'l-wang');
    expect(demo.store.tasks.size).toBe(3);
  });

  it('of another key gets a task of its own where no rule joins', () => {
    const demo = new Demo();
    expect(demo.raise().id).not.toBe(demo.raise('smoke-alarm', other).id);
  });

  it('joins a task of the category in the same building, whichever rule raised it, up to the minute', () => {
    const demo = demoWithJoin(inBuilding);
    const first = demo.raise();
    const heat = demo.raise(
      'heat-rising',
      { ...other, place: placeId('b3-0601'), severity: 'major' },
      secondsIn(300),
    );
    expect(heat).toMatchObject({ id: first.id, severity: 'critical' });
    // The last alarm counts, not the first.
    expect(demo.raise('smoke-alarm', { ...other, key: 'smoke-3' }, secondsIn(600)).id).toBe(first.id);
    expect(demo.raise('smoke-alarm', { ...other, key: 'smoke-4' }, secondsIn(901)).id).not.toBe(first.id);
  });

  it('does not join what was fed back already, although its building and time fit', () => {
    const demo = demoWithJoin(inBuilding);
    const first = demo.raise();
    demo.must(first, 'accept', 'w-zhou');
    demo.must(first, 'feedback', 'w-zhou');
    expect(demo.raise('smoke-alarm', other).id).not.toBe(first.id);
  });

  it('does not join a task that was voided or closed, and follows a restart', () => {
    const demo = demoWithJoin(inBuilding);
    const first = demo.raise();
    demo.must(first, 'void', 'l-wang', { comment: 'x' });
    const second = demo.raise('smoke-alarm', other);
    expect(second.id).not.toBe(first.id);
    demo.restart();
    expect(demo.raise('smoke-alarm', { ...other, key: 'smoke-3' }).id).toBe(second.id);
  });

  it('joins the newest of several tasks that would take it', () => {
    const demo = demoWithJoin(inBuilding);
    demo.orders.set('wide', orderOf('fire', { join: { by: 'grid', withinMs: 300_000 } }));
    const narrow = demo.raise();
    const wide = demo.raise('wide', { ...other, place: placeId('b4-0101') });
    expect(wide.id).not.toBe(narrow.id);
    expect(demo.raise('smoke-alarm', { ...other, key: 'smoke-3' }).id).toBe(wide.id);
  });

  it('does not join another building, another category, or a task whose own rule does not join', () => {
    const demo = demoWithJoin(inBuilding);
    const first = demo.raise();
    expect(demo.raise('smoke-alarm', { ...other, place: placeId('b4-0101') }).id).not.toBe(first.id);
    expect(demo.raise('leak', { ...other, category: 'facilities' }).id).not.toBe(first.id);
    const heat = new Demo();
    heat.orders.set('smoke-alarm', orderOf('fire', { join: inBuilding }));
    const alone = heat.raise('heat-rising', {});
    expect(heat.raise('smoke-alarm', other).id).not.toBe(alone.id);
  });

  it.each([
    ['room', 'b3-0502', true],
    ['room', 'b3-0501', false],
    ['unit', 'b3-0501', false],
    ['building', 'b3-0601', true],
    ['building', 'b4-0101', false],
    ['grid', 'b4-0101', true],
    ['grid', 'b9', false],
    ['community', 'b9', true],
    ['community', 'c1', true],
  ] as const)('joins by %s from %s: %s', (by, place, joins) => {
    const demo = demoWithJoin({ by, withinMs: 60_000 });
    const first = demo.raise();
    expect(demo.raise('smoke-alarm', { ...other, place: placeId(place) }).id === first.id).toBe(joins);
  });

  it('that is worse takes the task up with it and shortens the time to accept', () => {
    const demo = demoWithJoin(inBuilding);
    const first = demo.raise('smoke-alarm', { severity: 'minor', lifeSafety: false });
    const up = demo.raise('heat-rising', { ...other, severity: 'critical' }, secondsIn(10));
    expect(up).toMatchObject({
      id: first.id,
      version: 2,
      severity: 'critical',
      lifeSafety: true,
      acceptBy: secondsIn(30),
    });
    expect(up.history.slice(-2).map((entry) => entry.action)).toEqual(['join', 'upgrade']);
    expect(up.history.at(-1)?.reason).toContain('minor → critical');
  });

  it('of life safety calls somebody anew when the task was taken on as something less severe', () => {
    const demo = demoWithJoin(inBuilding);
    const first = demo.raise('heat-rising', { severity: 'minor', lifeSafety: false });
    demo.orders.set('heat-rising', orderOf('fire', { join: inBuilding }));
    const less = demo.raise('smoke-alarm', { ...other, severity: 'minor', lifeSafety: false }, secondsIn(1));
    demo.must(less, 'accept', 'w-zhou');
    const fire = demo.raise('smoke-alarm', { ...other, key: 'smoke-3', severity: 'critical' }, secondsIn(10));
    expect([fire.id === less.id, fire.state, fire.severity]).toEqual([false, 'dispatched', 'critical']);
    demo.must(fire, 'accept', 'w-zhou');
    expect(demo.raise('smoke-alarm', { ...other, key: 'smoke-4' }, secondsIn(20)).id).toBe(fire.id);
    expect(first.state).toBe('dispatched');
  });

  it('knows its task on the stream, and the task knows the alarm', () => {
    const demo = new Demo();
    const task = demo.raise();
    const [alarm, told] = demo.store.events;
    expect(alarm).toMatchObject({ topic: 'alarms', place: 'b3-0502', at: t0, body: { tasks: [task.id] } });
    expect(told).toMatchObject({ topic: 'tasks', body: { id: task.id, alarms: task.alarms } });
    expect(Object.keys(told?.body ?? {})).not.toContain('lastAlarmAt');
    expect(told?.body).toHaveProperty('history.length', 2);
  });

  it('of a rule without a task stays alone', () => {
    const demo = new Demo();
    demo.orders.set('quiet', orderOf('fire', null));
    expect(() => demo.raise('quiet')).toThrow('is in no task');
    expect(demo.store.events).toHaveLength(1);
  });

  it('whose rule is gone still gets somebody to look', () => {
    const task = new Demo().raise('gone');
    expect(task).toMatchObject({ assignee: 'w-zhou', title: { zh: '3号楼 3-502 告警' } });
  });

  it('one of thousands in a task is told only now and then, but written down each time', () => {
    const demo = new Demo();
    for (let n = 0; n < 300; n++) demo.raise();
    const told = demo.store.events.filter((event) => event.topic === 'tasks');
    expect(told).toHaveLength(32 + 3);
    expect([...demo.store.tasks.values()].map((task) => task.alarms.length)).toEqual([300]);
    expect(demo.raise().history).toHaveLength(2 + 300);
  });
});
