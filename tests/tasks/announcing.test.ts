import { describe, expect, it } from 'vitest';
import type { NewReport } from '#model/report.ts';
import { Demo, orderOf, secondsIn, t0, taskId } from '#tests/tasks/support/demo.ts';

/** `PERSON KIND`, in the order in which they came about. */
const told = (demo: Demo, after = 0): readonly string[] =>
  [...demo.store.notices.values()].slice(after).map(({ kind, person }) => `${person} ${kind}`);

function withLeader(): Demo {
  const demo = new Demo();
  demo.orders.set('smoke-alarm', orderOf('fire', { also: ['grid-leader'] }));
  return demo;
}

describe('what people are told', () => {
  it('is, of a new task, that it is theirs, and to others that it is there, with why', () => {
    const demo = withLeader();
    const task = demo.raise();
    expect(told(demo)).toEqual(['w-zhou assigned', 'l-wang told']);
    expect([...demo.store.notices.keys()]).toEqual([`${task.id}:1:0`, `${task.id}:1:1`]);
    expect(demo.store.notices.get(`${task.id}:1:0`)).toMatchObject({
      lifeSafety: true,
      severity: 'critical',
      category: 'fire',
      place: 'b3-0502',
      because: [{ code: 'on-duty', place: 'g1' }],
    });
  });

  it('is nothing of what they did themselves', () => {
    const demo = withLeader();
    const task = demo.raise();
    const before = demo.store.notices.size;
    demo.must(task, 'accept', 'w-zhou');
    demo.must(task, 'start', 'w-zhou');
    demo.must(task, 'feedback', 'w-zhou');
    expect(told(demo, before)).toEqual([]);
    demo.must(task, 'close', 'l-wang');
    expect(told(demo, before)).toEqual(['w-zhou ended']);
  });

  it('is, when it goes to somebody else, to both of them', () => {
    const demo = withLeader();
    const task = demo.raise();
    const before = demo.store.notices.size;
    demo.must(task, 'transfer', 'l-wang', { to: 'w-chen' });
    expect(told(demo, before)).toEqual(['w-chen assigned', 'w-zhou withdrawn']);
  });

  it('is that their work came back', () => {
    const demo = new Demo();
    const task = demo.raise();
    demo.must(task, 'accept', 'w-zhou');
    demo.must(task, 'start', 'w-zhou');
    demo.must(task, 'feedback', 'w-zhou');
    const before = demo.store.notices.size;
    demo.must(task, 'rework', 'l-wang', { comment: 'the detector still hangs' });
    expect(told(demo, before)).toEqual(['w-zhou returned']);
  });

  it('is that a resident says it is not done', () => {
    const demo = new Demo();
    const report: NewReport = {
      codeHash: 'hash-1',
      category: 'environment',
      place: 'b3',
      words: '路灯不亮',
      language: 'zh',
      channel: 'web',
      photos: [],
    };
    const task = demo.desk.reporting.create(report, taskId('t-r'), { kind: 'resident', id: 'resident' }, t0);
    expect(task.ok).toBe(true);
    const id = { id: taskId('t-r') };
    demo.must(id, 'file', 'l-wang');
    demo.must(id, 'accept', 'w-zhou');
    demo.must(id, 'feedback', 'w-zhou');
    demo.must(id, 'close', 'l-wang');
    const before = demo.store.notices.size;
    expect(demo.desk.verdicts.reopen('hash-1', '还是不亮', secondsIn(60)).ok).toBe(true);
    expect(told(demo, before)).toEqual(['w-zhou returned']);
  });

  it('is that it got worse, to all who know of it', () => {
    const demo = withLeader();
    demo.raise('smoke-alarm', { severity: 'minor', lifeSafety: false });
    const before = demo.store.notices.size;
    demo.raise('smoke-alarm', { severity: 'critical', lifeSafety: false });
    expect(told(demo, before)).toEqual(['w-zhou upgraded', 'l-wang upgraded']);
  });

  it('is nothing of one more alarm that changes nothing and is no matter of life', () => {
    const demo = withLeader();
    demo.raise('smoke-alarm', { lifeSafety: false });
    const before = demo.store.notices.size;
    demo.raise('smoke-alarm', { lifeSafety: false });
    expect(told(demo, before)).toEqual([]);
  });

  it('is each call for help that joins their task: also of those who may take it, until somebody has accepted', () => {
    const demo = withLeader();
    const task = demo.raise();
    let before = demo.store.notices.size;
    demo.raise();
    expect(told(demo, before)).toEqual(['w-zhou again', 'l-wang again']);
    demo.must(task, 'accept', 'w-zhou');
    before = demo.store.notices.size;
    expect(demo.raise().id).toBe(task.id);
    expect(told(demo, before)).toEqual(['w-zhou again']);
  });

  it('is a flood of calls now and then, and the call that comes after it', () => {
    const demo = new Demo();
    demo.raise();
    const before = demo.store.notices.size;
    for (let count = 2; count <= 500; count++) demo.raise('smoke-alarm', {}, secondsIn(1));
    expect(told(demo, before)).toHaveLength(31 + 3);
    demo.raise('smoke-alarm', {}, secondsIn(59));
    expect(told(demo, before)).toHaveLength(31 + 3);
    demo.raise('smoke-alarm', {}, secondsIn(119));
    expect(told(demo, before)).toHaveLength(31 + 3 + 1);
  });

  it('is a fire that spreads, without a message for each of its detectors', () => {
    const demo = new Demo();
    demo.orders.set('smoke-alarm', orderOf('fire', { join: { by: 'building', withinMs: 300_000 } }));
    demo.raise();
    const before = demo.store.notices.size;
    for (let count = 2; count <= 40; count++) demo.raise('smoke-alarm', { key: `smoke-${count}` });
    expect(told(demo, before)).toEqual(Array.from({ length: 5 }, () => 'w-zhou again'));
  });

  it('is, while nobody accepts, that it is late, that it was escalated to them, and again after a while', () => {
    const demo = new Demo();
    const task = demo.raise();
    const before = demo.store.notices.size;
    demo.desk.advance(secondsIn(60));
    expect(told(demo, before)).toEqual(['l-wang escalated', 'w-zhou reminder']);
    expect([...demo.store.notices.keys()].at(-1)).toBe(`${task.id}:1+4:1`);
    demo.desk.advance(secondsIn(180));
    expect(told(demo, before + 2)).toEqual(['m-li escalated']);
    demo.desk.advance(secondsIn(480));
    expect(told(demo, before + 3)).toEqual(['w-zhou reminder', 'l-wang reminder', 'm-li reminder']);
  });
});
