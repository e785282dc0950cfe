import { statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { stopwatch } from '#model/clock.ts';
import { startHttpReceiver } from '#tests/support/notify/http-receiver.ts';
import { RawMqtt } from '#tests/support/raw-mqtt.ts';
import { canMount, smallDisk } from '#tests/support/small-disk.ts';
import { ApiClient, until } from './support/api-client.ts';
import { community, tokens } from './support/community.ts';
import { hookChannel, linkIn, toldOf } from './support/hook-channel.ts';
import { readings } from './support/kill-rounds.ts';
import { LoadSender } from './support/load-sender.ts';
import { RunningPlatform } from './support/running-platform.ts';

const megabyte = 2 ** 20;

interface Ready {
  readonly checks: Readonly<Record<string, { readonly ok: boolean; readonly detail: string }>>;
}

describe.skipIf(!canMount)('a data directory on a disk that fills', () => {
  it('lets a smoke alarm through to its people, loses nothing acknowledged, and goes on when there is room', async () => {
    using disk = smallDisk(64);
    await using hook = await startHttpReceiver();
    await using platform = await RunningPlatform.start({
      dataDir: disk.path,
      env: { GRIDBELL_DISK_RESERVE: '64MB', ...hookChannel(hook) },
    });
    const admin = await ApiClient.signIn(platform);
    expect((await admin.post('/api/v1/import', community)).status).toBe(200);
    const inbox = async () => (await admin.get<Ready>('/health/ready')).body.checks['inbox'];
    const climate = new LoadSender({ username: 'climate-b3', password: tokens.climate, window: 20 });
    const smoke = new LoadSender({ username: 'smoke-b3-05', password: tokens.smoke, window: 1 });
    await climate.connect(platform.ready.mqtt);
    await smoke.connect(platform.ready.mqtt);
    const start = Date.parse('2026-03-10T12:00:00Z');
    const publish = (number: number, ballast: number) =>
      climate.publish(
        'gridbell/lianfang-1/climate-b3/telemetry',
        // What no device of this kind has goes into quarantine, which takes room as nothing else does.
        JSON.stringify({ ts: start + number, temperature: number % 40, note: 'x'.repeat(ballast) }),
      );

    disk.fill(25 * megabyte);
    const reading = (line: { payload: string }): number => (JSON.parse(line.payload) as { ts: number }).ts;
    for (let number = 1; number <= 1_500; number++) publish(number, 20_000);
    await until(inbox, (check) => check?.ok === false);
    disk.fill();
    const before = climate.acknowledged.length;
    expect(before).toBeGreaterThan(0);

    smoke.publish('gridbell/lianfang-1/smoke-b3-05/telemetry', JSON.stringify({ smoke: true }));
    const [task] = await until(
      () => admin.all<{ category: string; state: string }>('/api/v1/tasks'),
      (tasks) => tasks.length > 0,
    );
    expect(task).toMatchObject({ category: 'fire', state: 'dispatched' });
    // That the disk is full may be told before.
    await expect.poll(() => toldOf(hook)).toContain('notice.assigned');
    const link = `http://127.0.0.1:${platform.ready.http}${linkIn(hook)}`;
    expect(await fetch(link, { method: 'POST' })).toMatchObject({ status: 200 });
    expect(smoke.acknowledged).toHaveLength(1);
    expect(climate.acknowledged.length).toBeLessThan(1_500);

    disk.giveBack();
    await until(inbox, (check) => check?.ok === true);
    for (let number = 1_501; number <= 1_600; number++) publish(number, 0);
    await until(
      async () => {
        // Who waited for half a minute was sent away, and comes again as a device does.
        if (!climate.isConnected) await climate.connect(platform.ready.mqtt);
        return climate.acknowledged.length;
      },
      (count) => count > before + 100,
    );
    const acknowledged = climate.acknowledged.map(reading);
    await until(
      () => readings(admin, 'climate-b3', 'temperature'),
      (points) => points.length >= acknowledged.length,
    );
    climate.close();
    const stored = new Set(
      (await readings(admin, 'climate-b3', 'temperature')).map(({ at }) => Date.parse(String(at))),
    );
    expect(acknowledged.filter((at) => !stored.has(at))).toEqual([]);
    expect(await platform.stop()).toBe(0);
  });

  it.each(['a kill', 'an orderly stop'])(
    'is started on when it is full, after %s, and tells of alarms',
    async (how) => {
      using disk = smallDisk(64);
      await using hook = await startHttpReceiver();
      const options = { dataDir: disk.path, env: { GRIDBELL_DISK_RESERVE: '64MB', ...hookChannel(hook) } };
      const first = await RunningPlatform.start(options);
      const admin = await ApiClient.signIn(first);
      expect((await admin.post('/api/v1/import', community)).status).toBe(200);
      const reserve = join(disk.path, 'inbox', 'reserve');
      await until(
        () => Promise.resolve(statSync(reserve, { throwIfNoEntry: false })?.size),
        (size) => size === Math.floor(0.05 * 64 * megabyte),
      );
      if (how === 'a kill') await first.kill();
      else await first.stop();
      disk.fill();
      await using second = await RunningPlatform.start(options);
      const smoke = new LoadSender({ username: 'smoke-b3-05', password: tokens.smoke, window: 1 });
      await smoke.connect(second.ready.mqtt);
      smoke.publish('gridbell/lianfang-1/smoke-b3-05/telemetry', JSON.stringify({ smoke: true }));
      const again = await ApiClient.signIn(second);
      const tasks = await until(
        () => again.all<{ category: string }>('/api/v1/tasks'),
        (found) => found.length > 0,
      );
      expect(tasks).toMatchObject([{ category: 'fire' }]);
      await expect.poll(() => toldOf(hook)).toContain('notice.assigned');
      disk.giveBack();
      await until(
        async () => (await again.get<{ ready: boolean }>('/health/ready')).body.ready,
        (isReady) => isReady,
      );
      const points = await until(
        () => readings(again, 'smoke-b3-05', 'smoke').catch(() => []),
        (found) => found.length > 0,
      );
      expect(points).toHaveLength(1);
      smoke.close();
    },
  );

  it('keeps a device waiting unread, answers its pings meanwhile, and takes its message when there is room', async () => {
    using disk = smallDisk(64);
    await using platform = await RunningPlatform.start({ dataDir: disk.path });
    const admin = await ApiClient.signIn(platform);
    const other = { id: 'climate-b4', kind: 'environment', place: 'b3', token: 'other-token-12345' };
    const both = { ...community, devices: [...community.devices, other] };
    expect((await admin.post('/api/v1/import', both)).status).toBe(200);
    const inbox = async () => (await admin.get<Ready>('/health/ready')).body.checks['inbox'];
    using climate = await RawMqtt.connect({
      port: platform.ready.mqtt,
      username: 'climate-b3',
      password: tokens.climate,
      keepAliveSeconds: 2,
    });
    // However long it takes until the rest is so far.
    const pings = setInterval(() => climate.send({ cmd: 'pingreq' }), 250);
    using _ = { [Symbol.dispose]: () => clearInterval(pings) };
    const topic = 'gridbell/lianfang-1/climate-b3/telemetry';
    disk.fill(megabyte);
    // What another says is what the platform notices it by.
    const first = new LoadSender({ username: other.id, password: other.token, window: 1 });
    await first.connect(platform.ready.mqtt);
    first.publish(`gridbell/lianfang-1/${other.id}/telemetry`, '{"temperature":20}');
    await until(inbox, (check) => check?.ok === false);

    const acknowledged = climate.publishAcknowledged({ topic, payload: '{"temperature":21}', messageId: 1 });
    let isAcknowledged = false;
    acknowledged.then(
      () => {
        isAcknowledged = true;
      },
      () => undefined,
    );
    const began = stopwatch();
    // One and a half times its keep-alive, and more.
    while (stopwatch() - began < 4_000) {
      const answer = climate.next('pingresp');
      climate.send({ cmd: 'pingreq' });
      await answer;
    }
    expect(isAcknowledged).toBe(false);

    disk.giveBack();
    await acknowledged;
    await until(
      () => readings(admin, 'climate-b3', 'temperature'),
      (points) => points.length === 1,
    );
    await until(inbox, (check) => check?.ok === true);
    first.close();
  });
});
