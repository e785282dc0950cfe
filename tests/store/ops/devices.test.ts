import { readFileSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { describe, expect, it } from 'vitest';
import { epochMs } from '#model/brand.ts';
import { disposableStore } from '#tests/store/ops/support/disposable-store.ts';
import { alarm, at, quarantined, reading, task } from '#tests/store/ops/support/samples.ts';

describe('what a device said last', () => {
  it('is the newest, and of two at one time the last received', async () => {
    await using ops = await disposableStore();
    ops.writer.putLatest([reading({ value: 20 }), reading({ value: 21 })]);
    ops.writer.putLatest([reading({ value: 99, at: epochMs(at - 1) })]);
    expect(ops.reader.latest('smoke-b3-05').map(({ value }) => value)).toEqual([21]);
  });

  it('keeps numbers, truth and words apart', async () => {
    await using ops = await disposableStore();
    const said = [
      reading({ property: 'co', value: 1 }),
      reading({ property: 'credential', value: 'true' }),
      reading({ property: 'smoke', value: true, flags: 3 }),
      reading({ property: 'temperature', value: -0.1 }),
    ];
    ops.writer.putLatest(said);
    expect([...ops.writer.latestReadings()]).toEqual(said);
    expect(ops.reader.latest('smoke-b3-05')).toEqual(
      said.map(({ property, value, at, receivedAt, flags }) => ({ property, value, at, receivedAt, flags })),
    );
    expect(ops.reader.latest('nobody')).toEqual([]);
  });

  it('is beside whether it is there and why', async () => {
    await using ops = await disposableStore();
    ops.writer.putPresence('d-1', true, at, 'connect');
    ops.writer.putPresence('d-1', false, epochMs(at + 5), 'keep-alive');
    expect(ops.reader.presence('d-1')).toEqual({
      device: 'd-1',
      online: false,
      at: at + 5,
      cause: 'keep-alive',
    });
    expect(ops.reader.presence()).toHaveLength(1);
    expect(ops.reader.presence('d-2')).toBeUndefined();
  });
});

describe('what few parts keep', () => {
  it('is kept by component and key until it is taken back', async () => {
    await using ops = await disposableStore();
    ops.writer.putState('rules', 'a', '1');
    ops.writer.putState('rules', 'b', '2');
    ops.writer.putState('ingest', 'a', '3');
    ops.writer.putState('rules', 'a', '4');
    ops.writer.putState('rules', 'b', null);
    ops.writer.putState('rules', 'c', null);
    expect([...ops.writer.state('rules')]).toEqual([['a', '4']]);
    expect([...ops.writer.state('ingest')]).toEqual([['a', '3']]);
  });
});

describe('the engine’s memory', () => {
  /** With another snapshot that is not whole yet. */
  const begun = async () => {
    const ops = await disposableStore();
    const { memory } = ops.writer;
    for (const key of ['a', 'b', 'c']) memory.put('rules', key, 'old');
    memory.put('ingest', 'a', 'other');
    memory.accept();
    memory.put('rules', 'a', 'new');
    memory.put('rules', 'b', null);
    memory.put('rules', 'd', 'first');
    memory.put('rules', 'd', 'last');
    return ops;
  };
  const before = [
    ['a', 'old'],
    ['b', 'old'],
    ['c', 'old'],
  ];
  const after = [
    ['a', 'new'],
    ['c', 'old'],
    ['d', 'last'],
  ];
  const countOf = ({ path }: { path: string }): unknown => {
    using connection = new DatabaseSync(path);
    return connection.prepare('select count(*) as count from memory').get()?.['count'];
  };

  it('is that of the last whole snapshot, and of another one nothing is left after a start', async () => {
    await using ops = await begun();
    const { memory } = ops.writer;
    expect([...memory.of('rules')]).toEqual(before);
    expect(memory.clean(100)).toBe(false);
    expect([...memory.of('rules')]).toEqual(before);
    memory.settle();
    memory.accept();
    expect([...memory.of('rules')]).toEqual(before);
    expect([...memory.of('ingest')]).toEqual([['a', 'other']]);
  });

  it('is that of a snapshot as soon as it is whole, however much of the one before is still there', async () => {
    for (const cleaned of [0, 1, 3, 5, 8, 100]) {
      await using ops = await begun();
      const { memory } = ops.writer;
      memory.accept();
      expect([...memory.of('rules')]).toEqual(after);
      for (let n = 0; n < cleaned; n += 1) memory.clean(1);
      expect([...memory.of('rules')]).toEqual(after);
      // Another one begins.
      memory.put('rules', 'c', null);
      while (memory.clean(2));
      expect([...memory.of('rules')]).toEqual(after);
      memory.settle();
      expect([...memory.of('rules')]).toEqual(after);
      expect([...memory.of('ingest')]).toEqual([['a', 'other']]);
      // These, and where the whole ones end.
      expect(countOf(ops)).toBe(after.length + 2);
    }
  });

  it('leaves nothing of what does not count in the file when that is written anew', async () => {
    await using ops = await begun();
    ops.writer.memory.put('rules', 'c', 'what-somebody-said');
    ops.writer.memory.accept();
    ops.writer.memory.put('rules', 'c', null);
    ops.writer.memory.accept();
    ops.writer.writeAnew();
    expect(readFileSync(ops.path).includes('what-somebody-said')).toBe(false);
    expect([...ops.writer.memory.of('rules')].map(([key]) => key)).toEqual(['a', 'd']);
  });
});

describe('sessions', () => {
  it('stand until they are closed, and go when another opens after their end', async () => {
    await using ops = await disposableStore();
    const end = epochMs(at + 1_000);
    ops.writer.openSession('hash-1', 'admin', end, at);
    ops.writer.openSession('hash-2', 'admin', end, at);
    expect(ops.reader.session('hash-1')).toEqual({ account: 'admin', expiresAt: end });
    ops.writer.closeSession('hash-1');
    expect(ops.reader.session('hash-1')).toBeUndefined();
    ops.writer.openSession('hash-3', 'admin', epochMs(end + 1), end);
    expect([ops.reader.session('hash-2'), ops.reader.session('hash-3')?.account]).toEqual([
      undefined,
      'admin',
    ]);
  });
});

describe('the counts', () => {
  it('are of what stands now', async () => {
    await using ops = await disposableStore();
    ops.writer.putAlarm(alarm('a-1'));
    ops.writer.putAlarm(alarm('a-2', { state: 'cleared' }));
    ops.writer.putTask(task('t-1'));
    ops.writer.putTask(task('t-2', { state: 'void' }));
    ops.writer.putQuarantined(quarantined());
    ops.writer.putPresence('d-1', true, at, 'connect');
    expect(ops.reader.counts(at)).toEqual({
      alarmsActive: { critical: 1 },
      tasksOpen: { dispatched: 1 },
      tasksOverdue: 0,
      timers: 0,
      timersOverdue: 0,
      deviceCommandsOpen: 0,
      quarantined: 1,
      devices: 0,
      devicesOnline: 1,
    });
  });
});
