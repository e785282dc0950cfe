import { describe, expect, it } from 'vitest';
import type { Core } from '#app/core.ts';
import { judgeHealth } from '#app/health.ts';
import type { DeviceId } from '#model/brand.ts';
import { hashDeviceToken } from '#model/secrets.ts';
import { temporaryDirectory } from '#tests/support/temporary-directory.ts';
import { startWithDetector } from './support/core-with-detector.ts';
import { LoadSender } from './support/load-sender.ts';

const begin = 1_767_225_600_000;
const climate = 'climate-1' as DeviceId;

async function addClimate(core: Core): Promise<void> {
  const put = { op: 'put', id: climate } as const;
  const tokenHash = hashDeviceToken(core.directory.keys.deviceToken, climate, 'token');
  await core.execute(
    { kind: 'system', id: 'system' },
    {
      name: 'change',
      expect: 'any',
      reason: 'test',
      changes: [
        { ...put, resource: 'device', body: { id: climate, kind: 'environment', place: 'b1' as never } },
        { ...put, resource: 'credential', body: { device: climate, tokenHash } },
      ],
    },
  );
}

describe('readings that wait for history up to the bound', () => {
  it('are kept, what is vital comes in beside them, and all comes in again when history takes them over', async () => {
    using directory = temporaryDirectory();
    const { core, port } = await startWithDetector(directory.path, { GRIDBELL_HISTORY_OUTBOX: '1MB' });
    await addClimate(core);
    await core.history.call('pause', null);
    const sender = new LoadSender({ username: climate, password: 'token', window: 200 });
    await sender.connect(port);
    let sent = 0;
    // Texts that no reading before it had, so that a batch is large.
    const send = (count: number): void => {
      for (let index = 0; index < count; index += 1, sent += 1)
        sender.publish(
          `gridbell/c1/${climate}/telemetry`,
          JSON.stringify({
            ts: begin + sent * 1_000,
            values: { firmware: `${sent} ${'x'.repeat(240)}`, temperature: sent % 40 },
          }),
        );
    };
    const inbox = async () => (await core.lookout.look(5_000)).broker.last?.inbox.room;
    while (!(await inbox())?.isHeldBack) {
      if (sender.unacknowledged < 1_000) send(1_000);
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    send(1_000);
    const sight = await core.lookout.look(5_000);
    const { checks } = judgeHealth({ listening: true, clock: 'system', nowMs: 0, sight });
    expect(checks['inbox']).toMatchObject({
      ok: false,
      detail: expect.stringMatching(/history-outbox.*see history/),
    });
    const { bytes = 0, mostBytes = 0 } = sight.engine.last?.outbox ?? {};
    expect(bytes).toBeGreaterThanOrEqual(mostBytes);

    const detector = new LoadSender({ username: 'smoke-1', password: 'token', window: 1 });
    await detector.connect(port);
    const alarm = Promise.withResolvers<void>();
    core.feed.subscribe(({ topic }) => {
      if (topic === 'alarms') alarm.resolve();
    });
    detector.publish('gridbell/c1/smoke-1/telemetry', JSON.stringify({ smoke: true }));
    await alarm.promise;
    const acknowledged = sender.acknowledged.length;
    expect(acknowledged).toBeLessThan(sent);

    await core.history.call('resume', null);
    while (sender.unacknowledged > 0) {
      // Who waited for half a minute was sent away, and comes again as a device does.
      if (!sender.isConnected) await sender.connect(port);
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    expect(await inbox()).toMatchObject({ state: 'ample', isHeldBack: false });
    while ((await core.history.call('count', climate)) < sent * 2) await new Promise(setImmediate);
    expect(await core.history.call('count', climate)).toBe(sent * 2);
    sender.close();
    detector.close();
    await core.stop();
  });
});
