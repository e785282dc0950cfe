import { describe, expect, it } from 'vitest';
import type { AlarmTransition } from '#model/alarm.ts';
import type { Demo as DemoType } from '#tests/tasks/support/demo.ts';
import { alarmId, alarmOf, codeOf, Demo, orderOf, raised, secondsIn, t0 } from '#tests/tasks/support/demo.ts';

const actor = { kind: 'account', id: 'w-zhou', person: 'w-zhou' } as const;
const firstAlarm = (demo: DemoType) => alarmId([...demo.store.alarms.keys()][0] ?? '');
const reRaiseDue = (demo: DemoType) => demo.store.allTimers().find(({ kind }) => kind === 're-raise')?.due;
const close = (demo: DemoType, task: { id: never } | ReturnType<DemoType['raise']>, at = t0) => {
  demo.must(task, 'accept', 'w-zhou', { now: at });
  demo.must(task, 'feedback', 'w-zhou', { now: at });
  return demo.must(task, 'close', 'l-wang', { now: at });
};

describe('what the rules say', () => {
  it('changes nothing when it is said twice', () => {
    const demo = new Demo();
    const alarm = alarmOf('smoke-alarm', { severity: 'major' });
    const says: readonly AlarmTransition[] = [
      raised(alarm),
      { type: 'severity', alarm: alarm.id, severity: 'critical', at: secondsIn(1), evidence: [] },
      { type: 'revised', alarm: alarm.id, at: secondsIn(2) },
      { type: 'cleared', alarm: alarm.id, at: secondsIn(3) },
    ];
    for (const said of says) {
      demo.desk.apply(said, said.at);
      const before = JSON.stringify([[...demo.store.alarms], [...demo.store.tasks], demo.store.events]);
      demo.desk.apply(said, secondsIn(9));
      expect(JSON.stringify([[...demo.store.alarms], [...demo.store.tasks], demo.store.events])).toBe(before);
    }
    // All of it again, as after a crash.
    demo.desk.apply(raised(alarm), secondsIn(20));
    expect(demo.store.tasks.size).toBe(1);
  });

  it('gives the same task ids for the same alarms', () => {
    const alarm = alarmOf('smoke-alarm', { id: alarmId('a-77') });
    const ids = [new Demo(), new Demo()].map((demo) => {
      demo.desk.apply(raised(alarm), t0);
      return demo.taskOf(alarm.id).id;
    });
    expect(ids).toEqual(['t-77', 't-77']);
  });

  it('clears an alarm, never a task', () => {
    const demo = new Demo();
    const task = demo.raise();
    demo.desk.apply({ type: 'cleared', alarm: firstAlarm(demo), at: secondsIn(5) }, secondsIn(6));
    expect(demo.store.alarm(firstAlarm(demo))).toMatchObject({ state: 'cleared', clearedAt: secondsIn(5) });
    const noted = demo.task(task.id);
    expect(noted).toMatchObject({ state: 'dispatched', version: 1 });
    expect(noted.history.at(-1)).toMatchObject({ action: 'alarm-cleared', at: secondsIn(6) });
    expect(demo.store.events.at(-1)).toMatchObject({ topic: 'tasks', body: { history: noted.history } });
    expect(codeOf(demo.act(task, 'accept', 'w-zhou', { version: 1 }))).toBe('ok');
  });

  it('takes an open task up when the alarm gets worse, and never down', () => {
    const demo = new Demo();
    const task = demo.raise('smoke-alarm', { severity: 'major' });
    const say = (severity: 'critical' | 'minor') =>
      demo.desk.apply(
        { type: 'severity', alarm: firstAlarm(demo), severity, at: secondsIn(1), evidence: [] },
        secondsIn(1),
      );
    say('critical');
    expect(demo.task(task.id)).toMatchObject({ severity: 'critical', version: 2 });
    say('minor');
    expect(demo.task(task.id)).toMatchObject({ severity: 'critical', version: 2 });
    expect(demo.store.alarm(firstAlarm(demo))?.severity).toBe('minor');
  });

  it('raises a closed task again at once when its alarm gets worse', () => {
    const demo = new Demo();
    demo.orders.set('smoke-alarm', orderOf('fire', { reRaiseMs: 1_800_000 }));
    const task = close(demo, demo.raise('smoke-alarm', { severity: 'major' }));
    const alarm = firstAlarm(demo);
    demo.desk.apply(
      { type: 'severity', alarm, severity: 'critical', at: secondsIn(1), evidence: [] },
      secondsIn(1),
    );
    expect(demo.taskOf(alarm)).toMatchObject({
      id: `${task.id}_2`,
      severity: 'critical',
      state: 'dispatched',
    });
    expect(reRaiseDue(demo)).toBeUndefined();
  });
});

describe('what people say of an alarm', () => {
  it('is kept with it and noted in its task, without a new version', () => {
    const demo = new Demo();
    const task = demo.raise();
    const id = firstAlarm(demo);
    const seen = demo.desk.acknowledge(id, actor, 'on my way', secondsIn(1));
    expect(seen).toMatchObject({ ok: true, value: { ack: true } });
    const said = demo.desk.dispose(id, 'nuisance', actor, undefined, secondsIn(2));
    expect(said).toMatchObject({ ok: true, value: { ack: true, disposition: 'nuisance' } });
    expect(demo.task(task.id)).toMatchObject({ version: 1 });
    expect(demo.task(task.id).history.slice(-2)).toMatchObject([
      { action: 'alarm-acknowledged', actor: 'w-zhou', comment: 'on my way' },
      { action: 'alarm-disposed', reason: `alarm ${id}: nuisance` },
    ]);
    const count = demo.store.events.length;
    expect(demo.desk.acknowledge(id, actor, undefined, secondsIn(3)).ok).toBe(true);
    expect(demo.store.events).toHaveLength(count);
  });

  it('is noted once, however often it is said', () => {
    const demo = new Demo();
    const task = demo.raise();
    const id = firstAlarm(demo);
    const say = (comment?: string) => demo.desk.dispose(id, 'nuisance', actor, comment, secondsIn(1));
    say('steam');
    const count = demo.store.events.length;
    const length = demo.task(task.id).history.length;
    for (const comment of ['steam', undefined, ' ']) expect(say(comment).ok).toBe(true);
    demo.desk.acknowledge(id, actor, 'seen', secondsIn(2));
    demo.desk.acknowledge(id, actor, 'seen again', secondsIn(2));
    expect(demo.store.events).toHaveLength(count + 2);
    expect(demo.task(task.id).history).toHaveLength(length + 1);
    // Another comment is news, to the alarm and to its task.
    say('steam from the kitchen');
    expect(demo.store.events).toHaveLength(count + 4);
    expect(demo.task(task.id).history.at(-1)).toMatchObject({ comment: 'steam from the kitchen' });
  });

  it('stands with the alarm itself: who, when, what and why, beside how severe it became', () => {
    const demo = new Demo();
    demo.raise();
    const id = firstAlarm(demo);
    const regrade = { type: 'severity', alarm: id, at: secondsIn(1), evidence: [] } as const;
    demo.desk.apply({ ...regrade, severity: 'warning' }, secondsIn(1));
    demo.desk.acknowledge(id, actor, 'on my way', secondsIn(2));
    demo.desk.dispose(id, 'false', actor, ' ', secondsIn(3));
    demo.desk.dispose(id, 'nuisance', actor, 'steam', secondsIn(4));
    demo.desk.apply({ type: 'revised', alarm: id, at: secondsIn(5) }, secondsIn(6));
    expect(demo.store.alarm(id)?.notes).toEqual([
      { at: secondsIn(1), actor: 'rule:smoke-alarm', action: 'severity', to: 'warning' },
      { at: secondsIn(2), actor: 'w-zhou', action: 'acknowledged', comment: 'on my way' },
      { at: secondsIn(3), actor: 'w-zhou', action: 'disposed', to: 'false' },
      { at: secondsIn(4), actor: 'w-zhou', action: 'disposed', to: 'nuisance', comment: 'steam' },
      { at: secondsIn(5), actor: 'rule:smoke-alarm', action: 'revised' },
    ]);
  });

  it('is not pushed out by an alarm that flutters between two severities', () => {
    const demo = new Demo();
    demo.raise();
    const id = firstAlarm(demo);
    demo.desk.acknowledge(id, actor, 'seen', secondsIn(1));
    for (let n = 0; n < 100; n++) {
      const severity = n % 2 === 0 ? 'warning' : 'minor';
      demo.desk.apply(
        { type: 'severity', alarm: id, severity, at: secondsIn(n), evidence: [] },
        secondsIn(n),
      );
    }
    const notes = demo.store.alarm(id)?.notes ?? [];
    expect(notes).toHaveLength(21);
    expect(notes[0]).toMatchObject({ action: 'acknowledged', comment: 'seen' });
    expect(notes.at(-1)).toMatchObject({ action: 'severity', to: 'minor', at: secondsIn(99) });
  });

  it('does not make the events of a task heavier for ever', () => {
    const demo = new Demo();
    demo.orders.set('smoke-alarm', orderOf('fire', { join: { by: 'building', withinMs: 1e9 } }));
    const task = demo.raise();
    for (let n = 1; n < 64; n++) demo.raise('smoke-alarm', { key: `k${n}` });
    demo.must(task, 'accept', 'w-zhou');
    const told = demo.store.events.findLast(({ topic }) => topic === 'tasks')?.body;
    const { history, alarms } = demo.task(task.id);
    expect(told).toMatchObject({
      history: history.slice(-50),
      historyOmitted: history.length - 50,
      alarms: alarms.slice(-50),
      alarmsOmitted: 14,
    });
  });

  it('about none is not found', () => {
    const { desk } = new Demo();
    expect(codeOf(desk.acknowledge(alarmId('a-none'), actor, undefined, t0))).toBe('not-found');
    expect(codeOf(desk.dispose(alarmId('a-none'), 'test', actor, undefined, t0))).toBe('not-found');
  });
});

describe('a task closed while its alarm stands', () => {
  const withReRaise = (): Demo => {
    const demo = new Demo();
    demo.orders.set('smoke-alarm', orderOf('fire', { reRaiseMs: 1_800_000 }));
    return demo;
  };

  it('is raised again after the time of its rule, as a new task', () => {
    const demo = withReRaise();
    const closed = close(demo, demo.raise(), secondsIn(100));
    expect(reRaiseDue(demo)).toBe(secondsIn(1900));
    demo.desk.advance(secondsIn(1899));
    expect(demo.store.tasks.size).toBe(1);
    demo.desk.advance(secondsIn(5000));
    const again = demo.taskOf(firstAlarm(demo));
    expect(again).toMatchObject({
      id: `${closed.id}_2`,
      state: 'dispatched',
      createdAt: secondsIn(1900),
      acceptBy: secondsIn(1960),
    });
    expect(again.history[0]).toMatchObject({ action: 're-raise', from: null, to: 'filed' });
    expect(again.history[0]?.reason).toContain(closed.id);
    expect(demo.store.alarm(firstAlarm(demo))?.tasks).toEqual([closed.id, again.id]);
    expect(demo.task(closed.id).version).toBe(closed.version);
    expect(reRaiseDue(demo)).toBeUndefined();
  });

  it('comes again as often as it is closed', () => {
    const demo = withReRaise();
    close(demo, demo.raise());
    demo.desk.advance(secondsIn(1800));
    close(demo, demo.taskOf(firstAlarm(demo)), secondsIn(2000));
    demo.desk.advance(secondsIn(3800));
    expect(demo.store.tasks.size).toBe(3);
  });

  it('goes back to the task that it was split from, and names it once: where it is now', () => {
    const demo = withReRaise();
    const task = demo.raise('smoke-alarm', { key: 's1' });
    const second = alarmOf('smoke-alarm', { key: 's1' });
    demo.desk.apply(raised(second), t0);
    demo.must(task, 'split', 'l-wang', { alarms: [second.id], comment: 'another flat' });
    const own = close(demo, demo.taskOf(second.id), secondsIn(100));
    demo.desk.advance(secondsIn(5000));
    expect(demo.task(task.id).alarms).toContain(second.id);
    expect(demo.store.alarm(second.id)?.tasks).toEqual([own.id, task.id]);
  });

  it.each(['cleared', 'revised'] as const)('is not raised again once the alarm is %s', (type) => {
    const demo = withReRaise();
    close(demo, demo.raise());
    demo.desk.apply({ type, alarm: firstAlarm(demo), at: secondsIn(5) }, secondsIn(5));
    expect(reRaiseDue(demo)).toBeUndefined();
    demo.desk.advance(secondsIn(5000));
    expect(demo.store.tasks.size).toBe(1);
  });

  it('sets no timer for an event, which stands for no time', () => {
    const demo = withReRaise();
    close(demo, demo.raise('smoke-alarm', { state: 'cleared', clearedAt: t0 }));
    expect(reRaiseDue(demo)).toBeUndefined();
  });

  it('brings all alarms that stand back in one task', () => {
    const demo = withReRaise();
    const task = demo.raise('smoke-alarm', { severity: 'major' });
    demo.raise();
    demo.raise('smoke-alarm', { state: 'cleared' });
    close(demo, task);
    demo.desk.advance(secondsIn(1800));
    const again = demo.taskOf(firstAlarm(demo));
    expect(again.alarms).toEqual(task.alarms.concat([...demo.store.alarms.keys()][1] as never));
    expect(again.severity).toBe('critical');
    expect(demo.store.tasks.size).toBe(2);
  });

  it('joins the task that a later alarm of the rule and key has opened meanwhile', () => {
    const demo = withReRaise();
    close(demo, demo.raise());
    const next = demo.raise('smoke-alarm', {}, secondsIn(60));
    demo.desk.advance(secondsIn(1800));
    expect(demo.taskOf(firstAlarm(demo)).id).toBe(next.id);
    expect(demo.store.tasks.size).toBe(2);
  });

  it('raises a task that was closed in the future after its whole length, once the clock was set back', () => {
    const demo = withReRaise();
    const task = demo.raise();
    close(demo, task, secondsIn(86_400));
    demo.desk.setBack(secondsIn(60));
    expect(demo.desk.nextDue()).toEqual(secondsIn(60 + 1800));
    demo.desk.advance(secondsIn(60 + 1800));
    expect(demo.taskOf(firstAlarm(demo)).id).not.toBe(task.id);
  });

  it('raises a task that was closed before the jump at its own time', () => {
    const demo = withReRaise();
    close(demo, demo.raise());
    demo.desk.setBack(secondsIn(60));
    expect(demo.desk.nextDue()).toEqual(secondsIn(1800));
  });
});
