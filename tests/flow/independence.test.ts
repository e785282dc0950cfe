import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { describe, expect, it } from 'vitest';
import type { Core } from '#app/core.ts';
import type { DeviceId, EpochMs } from '#model/brand.ts';
import { temporaryDirectory } from '#tests/support/temporary-directory.ts';
import { startWithDetector } from './support/core-with-detector.ts';
import { LoadSender } from './support/load-sender.ts';

const nextAlarm = (core: Core): Promise<unknown> =>
  new Promise((resolve) => {
    core.feed.subscribe((event) => {
      if (event.topic === 'tasks' && (event.body as { category: string }).category === 'fire')
        resolve(event.body);
    });
  });

describe('a part that is slow or away', () => {
  it('history stopped: messages are acknowledged, alarms come, and it catches up when it goes on', async () => {
    using directory = temporaryDirectory();
    const { core, port } = await startWithDetector(directory.path);
    core.history.tell('pause', null);
    const sender = new LoadSender({ username: 'smoke-1', password: 'token', window: 50 });
    await sender.connect(port);
    const task = nextAlarm(core);
    for (let second = 0; second < 500; second += 1) {
      sender.publish(
        'gridbell/c1/smoke-1/telemetry',
        JSON.stringify({ ts: 1_767_225_600_000 + second, values: { temperature: second / 10 } }),
      );
    }
    sender.publish('gridbell/c1/smoke-1/telemetry', JSON.stringify({ smoke: true }));
    expect(await task).toMatchObject({ state: 'dispatched', category: 'fire' });
    while (sender.unacknowledged > 0) await new Promise(setImmediate);
    expect(await core.history.call('count', 'smoke-1' as DeviceId)).toBe(0);
    expect(core.reader.historyBacklog()).toBeGreaterThan(0);

    core.history.tell('resume', null);
    while ((await core.history.call('count', 'smoke-1' as DeviceId)) < 501) await new Promise(setImmediate);
    const { points } = await core.history.call('readings', {
      device: 'smoke-1' as DeviceId,
      property: 'temperature',
      from: 0 as EpochMs,
      to: 4e12 as EpochMs,
      limit: 1_000,
    });
    expect(points).toHaveLength(500);
    sender.close();
    await core.stop();
  });

  it('history busy with many heavy queries: an alarm is acknowledged and raised while they still run', async () => {
    using directory = temporaryDirectory();
    const { core, port } = await startWithDetector(directory.path);
    const sender = new LoadSender({ username: 'smoke-1', password: 'token', window: 200 });
    await sender.connect(port);
    const topic = 'gridbell/c1/smoke-1/telemetry';
    for (let index = 0; index < 40_000; index += 1) {
      sender.publish(
        topic,
        JSON.stringify({ ts: 1_767_225_600_000 + index, values: { temperature: index % 50 } }),
      );
    }
    while ((await core.history.call('count', 'smoke-1' as DeviceId)) < 40_000)
      await new Promise(setImmediate);

    let running = 0;
    const queries = Array.from({ length: 60 }, async () => {
      running += 1;
      await core.history.call('readings', {
        device: 'smoke-1' as DeviceId,
        property: 'temperature',
        from: 0 as EpochMs,
        to: 4e12 as EpochMs,
        limit: 100_000,
      });
      running -= 1;
    });
    const task = nextAlarm(core);
    sender.publish(topic, JSON.stringify({ smoke: true }));
    await task;
    while (sender.unacknowledged > 0) await new Promise(setImmediate);
    expect(running).toBeGreaterThan(0);
    await Promise.all(queries);
    sender.close();
    await core.stop();
  });

  it('the API blocked: broker and engine do not wait for its thread', async () => {
    using directory = temporaryDirectory();
    const { core, port } = await startWithDetector(directory.path);
    const signal = new Int32Array(new SharedArrayBuffer(4));
    const publisher = new Worker(new URL('./support/blocked-api-publisher.ts', import.meta.url), {
      workerData: { port, signal, ops: core.directory.paths.ops, topic: 'gridbell/c1/smoke-1/telemetry' },
    });
    await once(publisher, 'message');
    // From here this thread, which is the API's, answers nobody until the publisher has seen its PUBACK and the task.
    publisher.postMessage('go');
    expect(Atomics.wait(signal, 0, 0, 120_000)).not.toBe('timed-out');
    await publisher.terminate();
    await core.stop();
  });
});
