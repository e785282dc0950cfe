import { describe, expect, it } from 'vitest';
import type { PersonId, PlaceId, RuleId, TaskId } from '#model/brand.ts';
import type { OpsWriter } from '#store/ops/writer.ts';
import type { TaskStore } from '#tasks/ports.ts';
import { disposableStore } from '#tests/store/ops/support/disposable-store.ts';
import { alarm, at, entry, task } from '#tests/store/ops/support/samples.ts';

/** The compiler's check that the writer is what tasks need. */
const asTaskStore = (writer: OpsWriter): TaskStore => writer;

describe('the ops store as the store of tasks', () => {
  it('gives alarms and tasks back as they were put', async () => {
    await using ops = await disposableStore();
    const store = asTaskStore(ops.writer);
    store.putAlarm(alarm('a-1', { tasks: ['t-1' as TaskId] }));
    store.putTask(task('t-1'));
    expect(store.alarm(alarm('a-1').id)).toEqual(alarm('a-1', { tasks: ['t-1' as TaskId] }));
    expect(store.task('t-1' as TaskId)).toEqual(task('t-1'));
    expect(store.task('t-2' as TaskId)).toBeUndefined();
  });

  it('keeps one row for one id, with the last that was put', async () => {
    await using ops = await disposableStore();
    ops.writer.putTask(task('t-1'));
    ops.writer.putTask(task('t-1', { version: 2, state: 'accepted' }));
    expect(ops.reader.tasks({}, { limit: 10 }).items.map(({ version }) => version)).toEqual([2]);
  });

  it('knows where somebody is at work: on the newest that they accepted or began', async () => {
    await using ops = await disposableStore();
    const store = asTaskStore(ops.writer);
    const whereabouts = () => store.whereabouts('w-zhou' as PersonId);
    store.putTask(task('t-1', { state: 'dispatched', place: 'b1' as PlaceId }));
    store.putTask(task('t-2', { state: 'accepted', place: 'b2' as PlaceId, assignee: 'c-lin' as PersonId }));
    expect(whereabouts()).toBeUndefined();
    store.putTask(task('t-3', { state: 'accepted', place: 'b3' as PlaceId }));
    store.putTask(task('t-4', { state: 'in-progress', place: 'b4' as PlaceId }));
    store.putTask(task('t-5', { state: 'feedback', place: 'b5' as PlaceId }));
    expect(whereabouts()).toBe('b4');
    store.putTask(task('t-4', { state: 'closed', place: 'b4' as PlaceId }));
    expect(whereabouts()).toBe('b3');
  });

  it('finds open tasks by any of rule, key, category and assignee, newest first', async () => {
    await using ops = await disposableStore();
    const store = asTaskStore(ops.writer);
    store.putTask(task('t-1'));
    store.putTask(task('t-2', { key: 'other' }));
    store.putTask(task('t-3', { rule: null, key: null, category: 'access', assignee: 'c-lin' as PersonId }));
    for (const [n, state] of (['closed', 'evaluated', 'rejected', 'void'] as const).entries())
      store.putTask(task(`done-${n}`, { state }));
    const ids = (filter: Parameters<TaskStore['openTasks']>[0]) =>
      store.openTasks(filter).map(({ id }) => id);
    expect(ids({})).toEqual(['t-3', 't-2', 't-1']);
    expect(ids({ rule: 'smoke-alarm' as RuleId, key: 'smoke-b3-05' })).toEqual(['t-1']);
    expect(ids({ category: 'fire' })).toEqual(['t-2', 't-1']);
    expect(ids({ assignee: 'c-lin' as PersonId })).toEqual(['t-3']);
    expect(store.countOpen('w-zhou' as PersonId)).toBe(2);
    store.putTask(task('t-1', { state: 'closed' }));
    expect(store.countOpen('w-zhou' as PersonId)).toBe(1);
  });

  it('keeps the history of a task in the order in which it was written', async () => {
    await using ops = await disposableStore();
    const store = asTaskStore(ops.writer);
    store.putTask(task('t-1'));
    const written = [
      entry(),
      entry({ from: 'filed', to: 'dispatched', action: 'dispatch', comment: '速去' }),
    ];
    for (const one of written) store.appendHistory('t-1' as TaskId, one);
    expect(store.history('t-1' as TaskId)).toEqual(written);
    const { join: _join, lastAlarmAt: _lastAlarmAt, reRaiseMs: _reRaiseMs, ...seen } = task('t-1');
    expect(ops.reader.task('t-1')).toEqual({ ...seen, history: written });
    expect(ops.reader.tasks({}, { limit: 1 }).items).toEqual([{ ...seen, history: written }]);
  });

  it('gives the timer that is due first, and of two at one time always the same', async () => {
    await using ops = await disposableStore();
    const store = asTaskStore(ops.writer);
    const timer = { kind: 're-raise', ref: 'a-1', due: at } as const;
    store.putTimer({ ...timer, id: 'b' });
    store.putTimer({ ...timer, id: 'a' });
    expect(store.nextTimer()).toEqual({ ...timer, id: 'a' });
    expect(store.allTimers()).toEqual([
      { ...timer, id: 'a' },
      { ...timer, id: 'b' },
    ]);
    ops.writer.begin();
    for (const id of ['t-z', 't-c']) store.putTask(task(id));
    ops.writer.commit();
    for (const ref of ['t-c', 't-z']) store.putTimer({ ...timer, id: `of-${ref}`, ref });
    // Of two tasks that of the older one, whatever they are called.
    expect(store.allTimers().map(({ id }) => id)).toEqual(['a', 'b', 'of-t-z', 'of-t-c']);
    store.deleteTimer('of-t-z');
    store.deleteTimer('of-t-c');
    store.deleteTimer('a');
    expect(store.nextTimer()?.id).toBe('b');
    store.deleteTimer('b');
    expect(store.nextTimer()).toBeUndefined();
  });

  it('numbers the events of the live stream and never gives a number twice', async () => {
    await using ops = await disposableStore();
    const emit = (id: string) =>
      ops.writer.emit({ topic: 'alarms', at, place: alarm(id).place, body: alarm(id) });
    for (const id of ['a-1', 'a-2', 'a-3']) emit(id);
    expect(ops.writer.emittedSince(1).map(({ seq }) => seq)).toEqual([2, 3]);
    expect(ops.reader.eventsAfter(0, 1)).toEqual([
      { seq: 1, topic: 'alarms', at, place: 'b3', body: alarm('a-1') },
    ]);
    ops.writer.trimEvents(1);
    expect(ops.reader.eventsAfter(0, 10).map(({ seq }) => seq)).toEqual([3]);
    ops.writer.trimEvents(0);
    emit('a-4');
    expect(ops.reader.lastEventSeq()).toBe(4);
  });
});
