import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { temporaryDirectory } from '#tests/support/temporary-directory.ts';
import { ApiClient, until } from './support/api-client.ts';
import { community, tokens } from './support/community.ts';
import { RunningPlatform } from './support/running-platform.ts';

const run = promisify(execFile);
const device = '/api/v1/devices/smoke-b3-05';

interface DeviceView {
  readonly online: boolean;
  readonly onlineSince: string | null;
}

describe('a command to a device', () => {
  it('arrives on its topic while it is connected, and is refused while it is not', async () => {
    using directory = temporaryDirectory();
    await using platform = await RunningPlatform.start({ dataDir: directory.path });
    const admin = await ApiClient.signIn(platform);
    await admin.post('/api/v1/import', community);
    const refused = await admin.post(`${device}/command`, { command: 'siren' });
    expect(refused).toMatchObject({ status: 409, body: { code: 'wrong-state' } });

    const port = String(platform.ready.mqtt);
    const topic = 'gridbell/lianfang-1/smoke-b3-05/command';
    const words = ['-h', '127.0.0.1', '-p', port, '-u', 'smoke-b3-05', '-P', tokens.smoke];
    const heard = run('mosquitto_sub', [...words, '-q', '1', '-t', topic, '-C', '1', '-W', '20']);
    const present = await until(
      () => admin.get<DeviceView>(device),
      ({ body }) => body.online,
    );
    expect(Date.parse(String(present.body.onlineSince))).not.toBeNaN();
    expect((await admin.get(`${device}/latest`)).body).toMatchObject({ online: { value: true, unit: null } });

    // It is connected before it has subscribed: what comes in between is lost, as with any device.
    const sending = until(
      async () => {
        const sent = await admin.post<{ id?: string }>(`${device}/command`, { command: 'siren', id: 'c-1' });
        return { sent, isHeard: await Promise.race([heard, new Promise((r) => setTimeout(r, 50))]) };
      },
      ({ isHeard }) => isHeard !== undefined,
    );
    expect(JSON.parse((await heard).stdout)).toEqual({ id: 'c-1', command: 'siren', args: {} });
    await sending;
    await until(
      () => admin.get<DeviceView>(device),
      ({ body }) => !body.online,
    );
  });
});
