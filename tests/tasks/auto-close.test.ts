import { describe, expect, it } from 'vitest';
import { Demo, orderOf, secondsIn, t0 } from '#tests/tasks/support/demo.ts';

/** A leak whose category closes by itself ten minutes after the last alarm cleared. */
function leak(changes: { readonly lifeSafety?: boolean; readonly autoClose?: string } = {}) {
  const { lifeSafety = false, autoClose = '10m' } = changes;
  const demo = new Demo();
  demo.orders.set('leak', orderOf('facilities', { join: { by: 'building', withinMs: 1_000_000 } }));
  const body = { id: 'facilities', owner: 'grid-worker', autoClose } as const;
  demo.configuration.apply({ op: 'put', resource: 'category', id: body.id, body });
  const raise = (key: string, now = t0) =>
    demo.raise('leak', { key, category: 'facilities', severity: 'minor', lifeSafety }, now);
  const clear = (alarm: string | undefined, seconds: number) =>
    demo.desk.apply({ type: 'cleared', alarm: alarm as never, at: secondsIn(seconds) }, secondsIn(seconds));
  return { demo, raise, clear };
}

describe('a task whose category closes by itself', () => {
  it('is closed so long after its last alarm cleared, and the history says so', () => {
    const { demo, raise, clear } = leak();
    const task = raise('w1');
    raise('w2');
    const [one, two] = demo.task(task.id).alarms;
    clear(one, 60);
    demo.desk.advance(secondsIn(5_000));
    expect(demo.task(task.id).state).toBe('dispatched');
    clear(two, 6_000);
    demo.desk.advance(secondsIn(6_599));
    expect(demo.task(task.id).state).toBe('dispatched');
    demo.desk.advance(secondsIn(6_600));
    const closed = demo.task(task.id);
    expect(closed).toMatchObject({ state: 'closed', closedAt: secondsIn(6_600) });
    expect(closed.history.at(-1)).toMatchObject({
      actor: 'system',
      action: 'auto-close',
      because: [{ code: 'auto-closed', category: 'facilities', afterMs: 600_000 }],
    });
  });

  it('stays open when another alarm joins before, until that has cleared, too', () => {
    const { demo, raise, clear } = leak();
    const task = raise('w1');
    clear(task.alarms[0], 60);
    raise('w2', secondsIn(300));
    demo.desk.advance(secondsIn(3_000));
    expect(demo.task(task.id).state).toBe('dispatched');
    clear(demo.task(task.id).alarms[1], 3_000);
    demo.desk.advance(secondsIn(3_600));
    expect(demo.task(task.id).state).toBe('closed');
  });

  it('is never one of life safety, nor of a category that does not say so, nor suspended', () => {
    for (const setting of [{ lifeSafety: true }, { autoClose: '' }]) {
      const { demo, raise, clear } = leak(setting);
      if (setting.autoClose === '')
        demo.configuration.apply({ op: 'delete', resource: 'category', id: 'facilities' });
      const task = raise('w1');
      clear(task.alarms[0], 60);
      demo.desk.advance(secondsIn(100_000));
      expect(demo.task(task.id).state).toBe('dispatched');
    }
    const { demo, raise, clear } = leak();
    const task = raise('w1');
    demo.must(task, 'accept', 'w-zhou');
    demo.must(task, 'suspend', 'l-wang', { comment: 'x' });
    clear(task.alarms[0], 60);
    demo.desk.advance(secondsIn(100_000));
    expect(demo.task(task.id).state).toBe('suspended');
  });

  it('is not closed in the past by an end that was told late, and waits no longer after the clock was set back', () => {
    const { demo, raise } = leak();
    const task = raise('w1');
    const [alarm] = task.alarms;
    if (!alarm) throw new Error('no alarm');
    demo.desk.apply({ type: 'cleared', alarm, at: secondsIn(1) }, secondsIn(5_000));
    demo.desk.advance(secondsIn(5_000));
    expect(demo.task(task.id).closedAt).toBe(secondsIn(5_000));

    const back = leak();
    const other = back.raise('w1', secondsIn(9_000));
    back.clear(other.alarms[0], 9_000);
    back.demo.desk.setBack(t0);
    back.demo.desk.advance(secondsIn(600));
    expect(back.demo.task(other.id)).toMatchObject({ state: 'closed', closedAt: secondsIn(600) });
  });
});
