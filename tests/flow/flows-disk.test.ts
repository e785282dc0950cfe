import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import { tabOf } from '#bench/flows/abuses.ts';
import { RawMqtt } from '#tests/support/raw-mqtt.ts';
import { canMount, smallDisk } from '#tests/support/small-disk.ts';
import { ApiClient, until } from './support/api-client.ts';
import { community, tokens } from './support/community.ts';
import { deploy, startWithFlows, untilFlows } from './support/flows-platform.ts';

// Flows stand behind everything else that the machine does, other tests included.
vi.setConfig({ testTimeout: 1_200_000 });

const megabyte = 2 ** 20;

describe.skipIf(!canMount)('flows on a disk that they fill', () => {
  it('are ended before they take the room of alarms, wait, and run again when there is more', async () => {
    using disk = smallDisk(400);
    await using platform = await startWithFlows(disk.path, { GRIDBELL_DISK_RESERVE: '64MB' });
    const admin = await ApiClient.signIn(platform);
    await admin.post('/api/v1/import', community);
    await untilFlows(admin, ({ state }) => state === 'running');
    // 5 % of it are the mark below which only what is vital is taken; flows go on down to three of them, and start above three and a half.
    disk.fill(90 * megabyte);
    await deploy(
      admin,
      tabOf(
        { id: 'go', type: 'inject', once: true, onceDelay: '0', repeat: '', props: [], wires: [['much']] },
        {
          id: 'much',
          type: 'function',
          outputs: 1,
          libs: [],
          func: "const payload = 'x'.repeat(2 ** 20); setInterval(() => node.send({ payload }), 50); return null;",
          wires: [['out']],
        },
        {
          id: 'out',
          type: 'file',
          filename: 'much.txt',
          filenameType: 'str',
          overwriteFile: 'false',
          wires: [[]],
        },
      ),
    );
    const waiting = await untilFlows(admin, ({ state }) => state === 'backing-off');
    expect(waiting.lastEnd).toMatchObject({ reason: 'disk' });
    expect(waiting.crashes['disk']).toBe(1);
    // No crash: however often it happens, flows are not paused for good.
    expect(waiting.crashesInARow).toBe(0);
    const health = await (await fetch(`http://127.0.0.1:${platform.ready.http}/health/ready`)).text();
    expect(health).toContain('wait for room on the disk');
    expect(disk.free()).toBeGreaterThan(20 * megabyte);

    using detector = await RawMqtt.connect({
      port: platform.ready.mqtt,
      username: 'smoke-b3-05',
      password: tokens.smoke,
    });
    await detector.publishAcknowledged({
      topic: 'gridbell/lianfang-1/smoke-b3-05/telemetry',
      payload: '{"smoke":true}',
      messageId: 1,
    });
    await until(
      () => admin.all<{ category: string }>('/api/v1/tasks'),
      (tasks) => tasks.some(({ category }) => category === 'fire'),
    );

    rmSync(join(disk.path, 'flows/files/much.txt'));
    disk.giveBack();
    await untilFlows(admin, ({ state }) => state === 'running');
    await admin.post('/api/v1/flows/stop');
    expect(await platform.stop()).toBe(0);
  });
});
