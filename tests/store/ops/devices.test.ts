import { describe, expect, it } from 'vitest';
import { epochMs, position } from '#model/brand.ts';
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

describe('the engine’s memory', () => {
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

  describe('that is staged', () => {
    const staged = async () => {
      const ops = await disposableStore();
      for (const key of ['a', 'b', 'c']) ops.writer.putState('rules', key, 'old');
      ops.writer.stageState('rules', 'a', 'new');
      ops.writer.stageState('rules', 'b', null);
      ops.writer.stageState('rules', 'd', 'first');
      ops.writer.stageState('rules', 'd', 'last');
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

    it('does not count before it is whole, and is no more after a start', async () => {
      await using ops = await staged();
      expect([...ops.writer.state('rules')]).toEqual(before);
      ops.writer.settleStagedState();
      expect([...ops.writer.state('rules')]).toEqual(before);
      expect(ops.writer.moveStagedState(10)).toBe(false);
      expect([...ops.writer.state('rules')]).toEqual(before);
    });

    it('counts when it is whole, however much of it was moved before the start', async () => {
      for (const moves of [0, 1, 2, 3, 4]) {
        await using ops = await staged();
        ops.writer.acceptStagedState(position(7));
        const left = Array.from({ length: moves }, () => ops.writer.moveStagedState(1));
        expect(left).toEqual([true, true, true, false].slice(0, moves));
        ops.writer.settleStagedState();
        expect([...ops.writer.state('rules')]).toEqual(after);
        expect(ops.writer.snapshotPosition()).toBe(7);
        // Another one begins anew.
        ops.writer.stageState('rules', 'c', null);
        ops.writer.settleStagedState();
        expect([...ops.writer.state('rules')]).toEqual(after);
      }
    });

    it('is overtaken by one that is written at once', async () => {
      await using ops = await staged();
      ops.writer.moveAllStagedState();
      ops.writer.putState('rules', 'a', 'newest');
      ops.writer.settleStagedState();
      expect([...ops.writer.state('rules')]).toEqual([['a', 'newest'], ...after.slice(1)]);
    });
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
