import { DatabaseSync } from 'node:sqlite';
import { describe, expect, it } from 'vitest';
import { epochMs, position, type TaskId } from '#model/brand.ts';
import { disposableStore } from '#tests/store/ops/support/disposable-store.ts';
import { alarm, at, entry, reading, task } from '#tests/store/ops/support/samples.ts';

describe('a transaction of the ops store', () => {
  it('is seen by nobody before the commit, and by every reader right after it', async () => {
    await using ops = await disposableStore();
    const { reader, writer } = ops;
    writer.begin();
    writer.putAlarm(alarm('a-1'));
    writer.emit({ topic: 'alarms', at, place: alarm('a-1').place, body: alarm('a-1') });
    writer.putHistoryBatch({ position: position(4), readings: [reading()], context: [] });
    expect(reader.alarm('a-1')).toBeUndefined();
    expect(reader.alarms({}, { limit: 5 }).items).toEqual([]);
    expect([reader.lastEventSeq(), reader.historyBacklog()]).toEqual([0, 0]);
    writer.commit();
    expect(reader.alarm('a-1')).toEqual(alarm('a-1'));
    expect(reader.alarms({}, { limit: 5 }).items).toEqual([alarm('a-1')]);
    expect([reader.lastEventSeq(), reader.historyBacklog()]).toEqual([1, 1]);
  });

  it('leaves nothing behind when it is rolled back, and the writer goes on', async () => {
    await using ops = await disposableStore();
    const { reader, writer } = ops;
    writer.putTask(task('t-0'));
    writer.begin();
    writer.setPosition(position(7));
    writer.putTask(task('t-1'));
    writer.appendHistory('t-1' as TaskId, entry());
    writer.putTimer({ id: 'x', due: at, kind: 're-raise', ref: 'a-1' });
    expect(writer.openTasks({ category: 'fire' })).toHaveLength(2);
    writer.rollback();
    expect([writer.position(), writer.nextTimer(), writer.openTasks({ category: 'fire' }).length]).toEqual([
      0,
      undefined,
      1,
    ]);
    writer.begin();
    writer.putTask(task('t-1'));
    writer.appendHistory('t-1' as TaskId, entry());
    writer.setPosition(position(8));
    writer.commit();
    expect(reader.task('t-1')?.history).toEqual([entry()]);
    expect(writer.position()).toBe(8);
  });

  it('may be rolled back twice, or without having begun', async () => {
    await using ops = await disposableStore();
    ops.writer.rollback();
    ops.writer.begin();
    ops.writer.rollback();
    ops.writer.rollback();
    ops.writer.begin();
    ops.writer.commit();
  });

  it('may be rolled back while the state is only half read', async () => {
    await using ops = await disposableStore();
    const { writer } = ops;
    for (let n = 0; n < 10; n += 1) writer.putState('rules', `k${n}`, `${n}`);
    for (const [key] of writer.state('rules')) if (key === 'k3') break;
    writer.begin();
    writer.putState('rules', 'k0', 'changed');
    writer.rollback();
    expect([...writer.state('rules')][0]).toEqual(['k0', '0']);
  });

  it('is not committed when the history of a task that is not there was written', async () => {
    await using ops = await disposableStore();
    ops.writer.begin();
    ops.writer.appendHistory('nobody' as TaskId, entry());
    expect(() => ops.writer.commit()).toThrow(/FOREIGN KEY/);
    ops.writer.rollback();
    expect(ops.writer.history('nobody' as TaskId)).toEqual([]);
  });

  it('is not held up by a reader in the middle of a long read', async () => {
    await using ops = await disposableStore();
    for (let n = 0; n < 100; n += 1) ops.writer.putState('rules', `k${n}`, 'x');
    using slow = new DatabaseSync(ops.path);
    const rows = slow.prepare('select key from state').iterate();
    rows.next();
    ops.writer.begin();
    ops.writer.setEngineNow(epochMs(at + 1));
    ops.writer.commit();
    expect(ops.writer.engineNow()).toBe(at + 1);
    expect([...rows]).toHaveLength(99);
  });
});
