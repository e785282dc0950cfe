import { describe, expect, it } from 'vitest';
import {
  addPerson,
  alarmOf,
  codeOf,
  Demo,
  orderOf,
  placeId,
  raised,
  secondsIn,
  t0,
} from '#tests/tasks/support/demo.ts';

/** Two tasks of the same fire: one in 501, one in 502. */
function twoTasks() {
  const demo = new Demo();
  const one = demo.raise('smoke-alarm', { key: 's1', place: placeId('b3-0501'), severity: 'major' });
  const two = demo.raise('smoke-alarm', { key: 's2', severity: 'critical' });
  return { demo, one, two };
}

describe('merging', () => {
  it('leaves one task with the alarms of both, as urgent as the more urgent; the other is void and names it', () => {
    const { demo, one, two } = twoTasks();
    const gone = demo.must(two, 'merge', 'l-wang', {
      to: one.id,
      comment: 'the same fire',
      now: secondsIn(30),
    });
    expect(gone).toMatchObject({ state: 'void', mergedInto: one.id, alarms: two.alarms });
    const goesOn = demo.task(one.id);
    expect(goesOn).toMatchObject({
      state: 'dispatched',
      severity: 'critical',
      alarms: [...one.alarms, ...two.alarms],
      version: 2,
    });
    for (const id of two.alarms) expect(demo.store.alarms.get(id)?.tasks).toEqual([two.id, one.id]);
    expect(goesOn.history.slice(-2)).toMatchObject([
      { actor: 'l-wang', action: 'merge', because: [{ code: 'merged-from', task: two.id, alarms: 1 }] },
      { action: 'upgrade', because: [{ code: 'worse', from: 'major', to: 'critical' }, {}] },
    ]);
    expect(gone.history.slice(0, two.history.length)).toEqual(two.history);
    expect(gone.history.at(-1)).toMatchObject({
      comment: 'the same fire',
      because: [{ code: 'merged-into', task: one.id }],
    });
  });

  it('tells whoever is at the other one that there is one more call for help in it', () => {
    const { demo, one, two } = twoTasks();
    demo.must(two, 'accept', 'w-zhou');
    const before = demo.store.notices.size;
    demo.must(one, 'merge', 'l-wang', { to: two.id });
    const told = [...demo.store.notices.values()].slice(before).map(({ kind, task }) => `${task} ${kind}`);
    expect(told).toEqual([`${two.id} again`, `${one.id} ended`]);
  });

  it('does not put a call for help to rest in what is suspended', () => {
    const { demo, one, two } = twoTasks();
    demo.must(two, 'accept', 'w-zhou');
    demo.must(two, 'suspend', 'l-wang', { comment: 'waits for the keys' });
    expect(codeOf(demo.act(one, 'merge', 'l-wang', { to: two.id }))).toBe('wrong-state');
    expect(demo.task(one.id).state).toBe('dispatched');
  });

  it('has the later words about its alarms in the task that goes on only', () => {
    const { demo, one, two } = twoTasks();
    const gone = demo.must(two, 'merge', 'l-wang', { to: one.id });
    const [alarm] = two.alarms;
    if (!alarm) throw new Error('no alarm');
    demo.desk.apply({ type: 'cleared', alarm, at: secondsIn(60) }, secondsIn(60));
    expect(demo.task(one.id).history.at(-1)?.action).toBe('alarm-cleared');
    expect(demo.task(two.id).history).toEqual(gone.history);
  });

  it('is refused into itself, what has ended, what is fed back, what is not there, and where one does not work', () => {
    const { demo, one, two } = twoTasks();
    const before = [demo.task(one.id), demo.task(two.id)];
    expect(codeOf(demo.act(two, 'merge', 'l-wang', { to: two.id }))).toBe('invalid-input');
    expect(codeOf(demo.act(two, 'merge', 'l-wang', { to: 't-none' }))).toBe('unknown-reference');
    expect(codeOf(demo.act(two, 'merge', 'w-zhou', { to: one.id }))).toBe('not-allowed');
    addPerson(demo.configuration, 'l-b3', 'grid-leader', ['b3-0502']);
    expect(codeOf(demo.act(two, 'merge', 'l-b3', { to: one.id, version: 99 }))).toBe('not-allowed');
    expect([demo.task(one.id), demo.task(two.id)]).toEqual(before);
    demo.must(one, 'accept', 'w-zhou');
    demo.must(one, 'feedback', 'w-zhou');
    expect(codeOf(demo.act(two, 'merge', 'l-wang', { to: one.id }))).toBe('wrong-state');
    demo.must(one, 'close', 'l-wang');
    expect(codeOf(demo.act(two, 'merge', 'l-wang', { to: one.id }))).toBe('wrong-state');
  });
});

/** One task that three alarms have joined. */
function joined() {
  const demo = new Demo();
  demo.orders.set('smoke-alarm', orderOf('fire', { join: { by: 'building', withinMs: 100_000 } }));
  const alarms = ['s1', 's2', 's3'].map((key, index) =>
    alarmOf('smoke-alarm', { key, severity: index === 1 ? 'critical' : 'major' }),
  );
  for (const alarm of alarms) demo.desk.apply(raised(alarm), t0);
  const ids = alarms.map(({ id }) => id);
  return { demo, ids, task: demo.taskOf(ids[0] ?? '') };
}

describe('splitting', () => {
  it('gives the chosen alarms a task of their own, dispatched at once, and leaves the others', () => {
    const { demo, ids, task } = joined();
    const [, second, third] = ids;
    if (!second || !third) throw new Error('no alarms');
    const rest = demo.must(task, 'split', 'l-wang', { alarms: [second, third], comment: 'another flat' });
    expect(rest).toMatchObject({ state: 'dispatched', alarms: [ids[0]], version: task.version + 1 });
    const own = demo.taskOf(second);
    expect(own).toMatchObject({
      state: 'dispatched',
      splitFrom: task.id,
      alarms: [second, third],
      severity: 'critical',
      assignee: 'w-zhou',
    });
    expect(own.history[0]).toMatchObject({
      actor: 'l-wang',
      action: 'split',
      from: null,
      comment: 'another flat',
      because: [{ code: 'split-from', task: task.id }],
    });
    expect(rest.history.at(-1)?.because).toEqual([{ code: 'split-off', task: own.id, alarms: 2 }]);
    for (const id of [second, third]) expect(demo.store.alarms.get(id)?.tasks).toEqual([task.id, own.id]);
  });

  it('parts what comes later, too: severity and end of an alarm are told where it is now', () => {
    const { demo, ids, task } = joined();
    const [, , third] = ids;
    if (!third) throw new Error('no alarms');
    demo.must(task, 'split', 'l-wang', { alarms: [third] });
    const own = demo.taskOf(third);
    const before = demo.task(task.id);
    demo.desk.apply({ type: 'severity', alarm: third, severity: 'critical', at: t0, evidence: [] }, t0);
    demo.desk.apply({ type: 'cleared', alarm: third, at: t0 }, t0);
    expect(demo.task(own.id).severity).toBe('critical');
    expect(demo.task(own.id).history.at(-1)?.action).toBe('alarm-cleared');
    expect(demo.task(task.id)).toEqual(before);
  });

  it('is refused for all alarms, for none, and for those of others', () => {
    const { demo, ids, task } = joined();
    const other = demo.raise('other', { key: 'x', category: 'lift' });
    expect(codeOf(demo.act(task, 'split', 'l-wang', { alarms: ids }))).toBe('invalid-input');
    expect(codeOf(demo.act(task, 'split', 'l-wang', { alarms: [] }))).toBe('invalid-input');
    expect(codeOf(demo.act(task, 'split', 'l-wang', { alarms: other.alarms }))).toBe('invalid-input');
    expect(codeOf(demo.act(task, 'split', 'w-zhou', { alarms: ids.slice(1) }))).toBe('not-allowed');
  });

  it('is undone by merging: the alarms are back, once, and what is said of them is said once', () => {
    const { demo, ids, task } = joined();
    const [, , third] = ids;
    if (!third) throw new Error('no alarms');
    demo.must(task, 'split', 'l-wang', { alarms: [third] });
    const own = demo.taskOf(third);
    demo.must(own, 'merge', 'l-wang', { to: task.id });
    expect(demo.task(task.id).alarms).toEqual(ids);
    expect(demo.store.alarms.get(third)?.tasks).toEqual([own.id, task.id]);
    const before = demo.task(task.id).history.length;
    demo.desk.apply({ type: 'cleared', alarm: third, at: t0 }, t0);
    expect(demo.task(task.id).history).toHaveLength(before + 1);
  });
});
