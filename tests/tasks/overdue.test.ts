import { describe, expect, it } from 'vitest';
import { isOverdue } from '#tasks/overdue.ts';
import { Demo, secondsIn, t0, taskId } from '#tests/tasks/support/demo.ts';

describe('a task is overdue', () => {
  it('when nobody accepted it in time, then when it was not handled in time; fed back, when nobody checked it in time', () => {
    const demo = new Demo();
    const task = demo.raise();
    expect(isOverdue(task, secondsIn(60))).toBe(false);
    expect(isOverdue(task, secondsIn(61))).toBe(true);
    const accepted = demo.must(task, 'accept', 'w-zhou', { now: secondsIn(70) });
    expect(isOverdue(accepted, secondsIn(970))).toBe(false);
    expect(isOverdue(accepted, secondsIn(971))).toBe(true);
    const fedBack = demo.must(task, 'feedback', 'w-zhou', { now: secondsIn(980) });
    // Fire: 24 hours to check what was fed back.
    const limit = 980 + 24 * 3_600;
    expect(fedBack.closeBy).toBe(secondsIn(limit));
    expect(isOverdue(fedBack, secondsIn(limit))).toBe(false);
    expect(isOverdue(fedBack, secondsIn(limit + 1))).toBe(true);
    const again = demo.must(task, 'rework', 'l-wang', { now: secondsIn(990) });
    expect(again.closeBy).toBeNull();
    demo.must(task, 'accept', 'w-zhou', { now: secondsIn(1_000) });
    demo.must(task, 'feedback', 'w-zhou', { now: secondsIn(1_010) });
    const closed = demo.must(task, 'close', 'l-wang', { now: secondsIn(999_999) });
    // It is kept for the figures, and nothing is late any more.
    expect(closed.closeBy).toBe(secondsIn(1_010 + 24 * 3_600));
    expect(isOverdue(closed, secondsIn(9_999_999))).toBe(false);
  });

  it('as long as nobody has verified what was reported', () => {
    const demo = new Demo();
    const wish = { category: 'fire', severity: 'minor', title: '…', place: 'b3', isReport: true } as const;
    const made = demo.desk.create(wish, taskId('t-said'), { kind: 'account', id: 'w-chen' }, t0);
    expect(made.ok && made.value.verifyBy).toBe(secondsIn(300));
    const said = demo.must({ id: taskId('t-said') }, 'verify', 'w-chen', { now: secondsIn(400) });
    expect(isOverdue(said, secondsIn(300))).toBe(false);
    expect(isOverdue(said, secondsIn(301))).toBe(true);
    const filed = demo.must(said, 'file', 'l-wang', { now: secondsIn(410) });
    expect(isOverdue(filed, secondsIn(411))).toBe(false);
  });

  it('by the limits that stood when they began to count, and by none while its clock stands still', () => {
    const demo = new Demo();
    const task = demo.raise();
    demo.must(task, 'accept', 'w-zhou');
    const { closeBy } = demo.must(task, 'feedback', 'w-zhou', { now: secondsIn(10) });
    const body = { id: 'fire', owner: 'grid-worker', limits: { close: '1m' } } as const;
    demo.configuration.apply({ op: 'put', resource: 'category', id: 'fire', body });
    demo.desk.configurationChanged(secondsIn(20));
    demo.desk.advance(secondsIn(120));
    expect(demo.task(task.id).closeBy).toBe(closeBy);
    expect(demo.task(task.id).history.map(({ action }) => action)).not.toContain('overdue');
    const other = demo.raise('smoke-alarm', { key: 'other' });
    demo.must(other, 'accept', 'w-zhou');
    const suspended = demo.must(other, 'suspend', 'l-wang', { comment: 'x' });
    expect(isOverdue(suspended, secondsIn(99_999))).toBe(false);
  });

  it('says so when the clock was set back, after the same time as before', () => {
    const demo = new Demo();
    const task = demo.raise();
    demo.must(task, 'accept', 'w-zhou');
    demo.must(task, 'feedback', 'w-zhou', { now: secondsIn(10) });
    demo.desk.setBack(secondsIn(-1_000));
    expect(demo.task(task.id).closeBy).toBe(secondsIn(-1_000 + 24 * 3_600));
  });

  it('never without limits', () => {
    const demo = new Demo();
    const task = demo.raise('gone', { category: 'lamps', lifeSafety: false });
    expect(isOverdue(task, secondsIn(9_999_999))).toBe(false);
  });
});
