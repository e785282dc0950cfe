import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { temporaryDirectory } from '#tests/support/temporary-directory.ts';
import { ApiClient, until } from './support/api-client.ts';
import { community, tokens } from './support/community.ts';
import { RunningPlatform } from './support/running-platform.ts';

const run = promisify(execFile);
const device = '/api/v1/devices/smoke-b3-05';
const topic = 'gridbell/lianfang-1/smoke-b3-05/command';

interface CommandView {
  readonly id: string;
  readonly state: string;
  readonly sentAt: string | null;
  readonly deliveredAt: string | null;
  readonly reply: { readonly ok: boolean; readonly error: string | null } | null;
}

const asDevice = ({ ready }: RunningPlatform): string[] =>
  `-h 127.0.0.1 -p ${ready.mqtt} -u smoke-b3-05 -P ${tokens.smoke}`.split(' ');

/** Mosquitto's client with the device's token, until it was shown so many commands. */
async function shown(platform: RunningPlatform, count: number, ...more: string[]): Promise<unknown[]> {
  const words = [...asDevice(platform), '-t', topic, '-C', String(count), '-W', '120', ...more];
  const { stdout } = await run('mosquitto_sub', words);
  return stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as unknown);
}

const reply = (platform: RunningPlatform, message: object) =>
  run('mosquitto_pub', [
    ...asDevice(platform),
    '-q',
    '1',
    '-t',
    `${topic}/reply`,
    '-m',
    JSON.stringify(message),
  ]);

const stateOf = (client: ApiClient, id: string) => client.get<CommandView>(`${device}/commands/${id}`);
const reaches = (client: ApiClient, id: string, state: string) =>
  until(
    () => stateOf(client, id),
    ({ body }) => body.state === state,
  );

describe('a command to a device', () => {
  it('that was posted while it was away is shown by mosquitto_sub when it comes, after a crash too', async () => {
    using directory = temporaryDirectory();
    const options = { dataDir: directory.path };
    let platform = await RunningPlatform.start(options);
    await using _ = { [Symbol.asyncDispose]: () => platform.kill() };
    let admin = await ApiClient.signIn(platform);
    await admin.post('/api/v1/import', community);
    for (const id of ['c-1', 'c-2'])
      expect(
        await admin.post(`${device}/command`, { command: 'siren', args: { for: 5 }, id, expiresIn: '1h' }),
      ).toMatchObject({ status: 202, body: { id, state: 'waiting', sent: false } });
    await platform.kill();
    platform = await RunningPlatform.start(options);
    admin = await ApiClient.signIn(platform);
    const siren = { command: 'siren', args: { for: 5 } };

    // At QoS 0, which mosquitto_sub has by itself, nobody knows whether it arrived.
    expect(await shown(platform, 2)).toEqual([
      { id: 'c-1', ...siren },
      { id: 'c-2', ...siren },
    ]);
    expect((await reaches(admin, 'c-2', 'sent')).body).toMatchObject({ deliveredAt: null });
    expect(await shown(platform, 2, '-q', '1')).toHaveLength(2);
    await reaches(admin, 'c-1', 'delivered');
    await reaches(admin, 'c-2', 'delivered');

    await reply(platform, { id: 'c-1', ok: true });
    await reply(platform, { id: 'c-2', ok: false, error: 'no power' });
    await reply(platform, { id: 'unknown', ok: true });
    expect((await reaches(admin, 'c-1', 'answered')).body.reply).toEqual({ ok: true, error: null });
    expect((await reaches(admin, 'c-2', 'answered')).body.reply).toEqual({ ok: false, error: 'no power' });
    expect(await admin.all<CommandView>(`${device}/commands`)).toMatchObject([{ id: 'c-2' }, { id: 'c-1' }]);
    const audited = await admin.all<{ actor: string; action: string; target: string; detail: string }>(
      '/api/v1/audit',
    );
    expect(audited.filter(({ action }) => action === 'command-device')).toMatchObject([
      { actor: 'admin', target: 'device smoke-b3-05', detail: 'siren (c-2)' },
      { actor: 'admin', target: 'device smoke-b3-05', detail: 'siren (c-1)' },
    ]);
    // Nobody is there: the tick of the system clock ends it.
    await admin.post(`${device}/command`, { command: 'siren', id: 'short', expiresIn: '1s' });
    await reaches(admin, 'short', 'expired');
    expect(await platform.stop()).toBe(0);
  });

  it('reaches a device that is there at once, and each step is told on the stream', async () => {
    using directory = temporaryDirectory();
    await using platform = await RunningPlatform.start({ dataDir: directory.path });
    const admin = await ApiClient.signIn(platform);
    await admin.post('/api/v1/import', community);
    const heard = shown(platform, 1, '-q', '1');
    await until(
      () => admin.get<{ online: boolean }>(device),
      ({ body }) => body.online,
    );
    const events = admin.stream('device-commands', '0');
    const states: unknown[] = [];
    const told = (async () => {
      for await (const { event, data } of events) {
        if (event === 'device-command') states.push((data as CommandView).state);
        if (states.includes('delivered')) return;
      }
    })();
    const posted = await admin.post(`${device}/command`, { command: 'siren', id: 'c-1' });
    expect(posted).toMatchObject({ status: 202, body: { id: 'c-1', sent: true } });
    expect(await heard).toEqual([{ id: 'c-1', command: 'siren', args: {} }]);
    await told;
    expect(states).toEqual(['waiting', 'sent', 'delivered']);
    expect(await admin.post(`${device}/command`, { command: 'siren', id: 'c-1' })).toMatchObject({
      status: 202,
      body: { state: 'delivered' },
    });
    expect(await admin.post(`${device}/command`, { command: 'stop', id: 'c-1' })).toMatchObject({
      status: 409,
      body: { code: 'already-exists' },
    });
    expect(await admin.send('DELETE', `${device}/commands/c-1`)).toMatchObject({
      status: 409,
      body: { code: 'wrong-state' },
    });
  });

  it('of which the time is over is not sent any more, nor is one that was withdrawn', async () => {
    using directory = temporaryDirectory();
    await using platform = await RunningPlatform.start({ dataDir: directory.path, clock: 'data' });
    const admin = await ApiClient.signIn(platform);
    await admin.post('/api/v1/import', community);
    const noon = Date.parse('2030-01-01T12:00:00+08:00');
    const pass = (ms: number) =>
      admin.post('/api/v1/clock/advance', { to: new Date(noon + ms).toISOString() });
    await pass(0);
    for (const id of ['late', 'gone', 'good'])
      await admin.post(`${device}/command`, {
        command: 'siren',
        id,
        expiresIn: id === 'late' ? '60s' : '1h',
      });
    expect(await admin.send('DELETE', `${device}/commands/gone`)).toMatchObject({
      status: 200,
      body: { state: 'withdrawn' },
    });
    await pass(59_999);
    expect((await stateOf(admin, 'late')).body.state).toBe('waiting');
    await pass(60_000);
    expect((await stateOf(admin, 'late')).body).toMatchObject({
      state: 'expired',
      endedAt: new Date(noon + 60_000).toISOString(),
    });
    expect(await shown(platform, 1, '-q', '1')).toMatchObject([{ id: 'good' }]);
    // A device that got it in spite of all says so, and it is noted.
    await reply(platform, { id: 'late', ok: true });
    const { body } = await until(
      () => stateOf(admin, 'late'),
      (answer) => answer.body.reply !== null,
    );
    expect(body).toMatchObject({ state: 'expired', reply: { ok: true } });
  });
});
