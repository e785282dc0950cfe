import { describe, expect, it } from 'vitest';
import type { ToVerify } from '#model/alarm.ts';
import { type DeviceId, type EpochMs, position } from '#model/brand.ts';
import { addResident, Demo, orderOf, placeId, ruleId, secondsIn, t0 } from '#tests/tasks/support/demo.ts';

const report = (changes: Partial<ToVerify> = {}): ToVerify => ({
  type: 'verify',
  rule: ruleId('smoke-alarm'),
  ruleVersion: 1,
  key: 'smoke-1',
  device: 'smoke-1' as DeviceId,
  place: placeId('b3-0502'),
  category: 'fire',
  severity: 'critical',
  lifeSafety: true,
  at: t0,
  evidence: [{ property: 'smoke', value: true, at: t0 }],
  position: position(7),
  ...changes,
});
const tasksOf = (demo: Demo) => [...demo.store.tasks.keys()].map((id) => demo.task(id));
const verify = (demo: Demo, changes: Partial<ToVerify> = {}, now: EpochMs = t0) => {
  demo.desk.apply(report(changes), now);
  return tasksOf(demo);
};

describe('what a gateway reported as retained state', () => {
  it('becomes one task without an alarm, for whom the rule names, that says why', () => {
    const demo = new Demo();
    const [task, ...others] = verify(demo);
    expect(others).toEqual([]);
    expect(demo.store.alarms.size).toBe(0);
    expect(task).toMatchObject({
      state: 'dispatched',
      version: 1,
      assignee: 'w-zhou',
      title: { zh: '待核实：3号楼 3-502 烟感报警', en: expect.stringMatching(/^To verify: Smoke at /) },
      category: 'fire',
      severity: 'critical',
      place: 'b3-0502',
      rule: 'smoke-alarm',
      key: 'smoke-1',
      lifeSafety: true,
      alarms: [],
      acceptBy: secondsIn(60),
      reason: expect.stringMatching(/gateway.*retained state.*record 7.*somebody has to look; on duty/),
    });
    expect(task?.history).toMatchObject([
      { action: 'file', actor: 'rule:smoke-alarm', from: null, to: 'filed' },
      { action: 'dispatch', actor: 'system', to: 'dispatched', reason: task?.reason },
    ]);
    expect(task?.history[0]?.reason).toContain('retained state');
    expect(demo.store.events.map(({ topic }) => topic)).toEqual(['tasks']);
  });

  it('gets an id from rule, key and record, so that the same log gives the same', () => {
    const id = (changes: Partial<ToVerify> = {}) => verify(new Demo(), changes)[0]?.id;
    expect(id()).toBe(id());
    const others = [{ key: 'smoke-2' }, { position: position(8) }, { rule: ruleId('other') }];
    expect(new Set([id(), ...others.map(id)]).size).toBe(4);
  });

  it('changes nothing when it is said twice', () => {
    const demo = new Demo();
    const all = () => JSON.stringify([tasksOf(demo), demo.store.events]);
    for (const changes of [{}, { position: position(9) }]) {
      verify(demo, changes);
      const before = all();
      demo.restart();
      verify(demo, changes, secondsIn(5));
      expect(all()).toBe(before);
    }
    expect(tasksOf(demo)).toHaveLength(1);
  });

  it('is a note in the open task of the rule and key, and a task again once that is done', () => {
    const demo = new Demo();
    const [first] = verify(demo);
    if (!first) throw new Error('no task');
    const [noted, ...others] = verify(demo, { position: position(8) }, secondsIn(60));
    expect(others).toEqual([]);
    expect(noted).toMatchObject({ id: first.id, version: 1, title: first.title, acceptBy: first.acceptBy });
    expect(noted?.history.at(-1)).toMatchObject({
      action: 'retained-state',
      actor: 'rule:smoke-alarm',
      at: secondsIn(60),
      reason: expect.stringContaining('record 8'),
    });
    demo.must(first, 'void', 'l-wang', { comment: 'nothing there' });
    expect(verify(demo, { position: position(9) }, secondsIn(90))).toHaveLength(2);
  });

  it('is a note in an open task that joins by its place, and takes it up where it is worse', () => {
    const demo = new Demo();
    demo.orders.set('heat', orderOf('fire', { join: { by: 'building', withinMs: 300_000 } }));
    const heat = demo.raise('heat', {
      key: 'heat-1',
      place: placeId('b3-0501'),
      severity: 'minor',
      lifeSafety: false,
    });
    expect(verify(demo, {}, secondsIn(10))).toMatchObject([
      { id: heat.id, version: 2, severity: 'critical', lifeSafety: true, alarms: heat.alarms },
    ]);
    expect(
      demo
        .task(heat.id)
        .history.slice(-2)
        .map(({ action }) => action),
    ).toEqual(['retained-state', 'upgrade']);
    expect(verify(demo, { position: position(8) }, secondsIn(400))).toHaveLength(2);
  });

  it('is the task that a later alarm of the same rule and key joins', () => {
    const demo = new Demo();
    const [task] = verify(demo);
    const joined = demo.raise('smoke-alarm', {}, secondsIn(30));
    expect(joined).toMatchObject({ id: task?.id, version: 2 });
    expect(joined.alarms).toHaveLength(1);
    expect(tasksOf(demo)).toHaveLength(1);
  });

  it('opens nothing where the rule wants no task', () => {
    const demo = new Demo();
    demo.orders.set('smoke-alarm', orderOf('fire', null));
    expect(verify(demo)).toEqual([]);
  });

  it('names no resident in the public title', () => {
    const demo = new Demo();
    addResident(demo.configuration, { id: 'r-1', place: placeId('b3-0502'), name: '李奶奶' });
    demo.orders.set('smoke-alarm', orderOf('fire', { title: { zh: '{resident} 求助' } }));
    expect(verify(demo, { resident: 'r-1' as never })[0]).toMatchObject({
      title: { zh: '待核实：李奶奶 求助' },
      publicTitle: { zh: '待核实：3号楼 3-502 求助' },
    });
  });
});
