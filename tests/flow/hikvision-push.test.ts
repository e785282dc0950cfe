import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { face, multipart } from '#tests/api/pushes/push-bodies.ts';
import { temporaryDirectory } from '#tests/support/temporary-directory.ts';
import { ApiClient, until } from './support/api-client.ts';
import { community } from './support/community.ts';
import { RunningPlatform } from './support/running-platform.ts';

const run = promisify(execFile);
const path = '/api/v1/ingest/hikvision';
const mac = '44:19:b6:6d:24:85';
const credentials = { station: 'station-b3:station-secret', other: 'station-b9:other-secret' };

const withStations = {
  ...community,
  devices: [
    {
      id: 'station-b3',
      kind: 'gateway',
      dialect: 'hikvision',
      topic: 'hikvision/#',
      place: 'b3',
      token: 'station-secret',
    },
    {
      id: 'station-b9',
      kind: 'gateway',
      dialect: 'hikvision',
      topic: 'hikvision/#',
      place: 'b3',
      token: 'other-secret',
    },
    { id: 'reader-b3', kind: 'access-reader', place: 'b3', gateway: 'station-b3', address: mac },
  ],
};

const name = '张伟测试';
const card = '9988776655';
/** Never to be found on the disk. */
const picture = Buffer.concat([face, Buffer.from('PICTURE-OF-A-FACE'), Buffer.alloc(5_000, 0xa5)]);

const denied = (serialNo: number, cardNo = card): string =>
  JSON.stringify({
    ipAddress: '192.168.1.64',
    macAddress: mac,
    // Now, as the device's own clock has it.
    dateTime: new Date().toISOString(),
    eventType: 'AccessControllerEvent',
    AccessControllerEvent: {
      majorEventType: 5,
      subEventType: 9,
      name,
      cardNo,
      doorNo: 1,
      serialNo,
      currentEvent: true,
    },
  });
const pushed = (serialNo: number) =>
  multipart([
    { name: 'AccessControllerEvent', type: 'application/json', content: denied(serialNo) },
    { name: 'Picture', filename: 'face.jpg', type: 'image/jpeg', content: picture },
  ]);

async function start(
  dataDir: string,
): Promise<{ readonly platform: RunningPlatform; readonly admin: ApiClient }> {
  const platform = await RunningPlatform.start({ dataDir });
  const admin = await ApiClient.signIn(platform);
  const imported = await admin.post('/api/v1/import', withStations);
  expect(imported.status, JSON.stringify(imported.body)).toBe(200);
  return { platform, admin };
}

const basic = (of: string): string => `Basic ${Buffer.from(of).toString('base64')}`;
const post = (platform: RunningPlatform, body: Buffer | string, type: string, of = credentials.station) =>
  fetch(`http://127.0.0.1:${platform.ready.http}${path}`, {
    method: 'POST',
    headers: { authorization: basic(of), 'content-type': type },
    body: typeof body === 'string' ? body : new Uint8Array(body),
  });

/** The head of a push over a socket of its own, and what of its body is given. */
async function half(
  platform: RunningPlatform,
  { body, type }: { body: Buffer; type: string },
  sent: number,
): Promise<Socket> {
  const socket = connect(platform.ready.http, '127.0.0.1');
  await once(socket, 'connect');
  socket.on('error', () => undefined);
  socket.write(
    `POST ${path} HTTP/1.1\r\nHost: gridbell\r\nAuthorization: ${basic(credentials.station)}\r\nContent-Type: ${type}\r\nContent-Length: ${body.length}\r\n\r\n`,
  );
  socket.write(body.subarray(0, sent));
  return socket;
}

interface Latest {
  readonly [property: string]: { readonly value: unknown };
}
const latest = async (admin: ApiClient): Promise<Latest> =>
  (await admin.get<Latest>('/api/v1/devices/reader-b3/latest')).body;

/** Everything in the data directory, as it lies there. */
const onDisk = (directory: string): Buffer =>
  Buffer.concat(
    readdirSync(directory, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => readFileSync(join(entry.parentPath, entry.name))),
  );

describe('a door station that pushes its events', () => {
  it('by digest, with a picture: it is on the disk when it is answered, and who it was is nowhere', async () => {
    using directory = temporaryDirectory();
    using files = temporaryDirectory();
    writeFileSync(join(files.path, 'face.jpg'), picture);
    {
      const { platform } = await start(directory.path);
      await using _ = platform;
      const { stdout } = await run('curl', [
        '-s',
        '--digest',
        '-u',
        credentials.station,
        '-F',
        `event_log=${denied(1)};type=application/json`,
        '-F',
        `Picture=@${join(files.path, 'face.jpg')};type=image/jpeg`,
        '-w',
        '\n%{http_code}',
        `http://127.0.0.1:${platform.ready.http}${path}`,
      ]);
      expect(stdout).toBe('{"statusCode":1,"statusString":"OK","subStatusCode":"ok"}\n200');
      // Pulled, before anybody could look.
      await platform.kill();
    }
    await using platform = await RunningPlatform.start({ dataDir: directory.path });
    const admin = await ApiClient.signIn(platform);
    const seen = await until(
      () => latest(admin),
      (values) => values['access-result'] !== undefined,
    );
    expect(seen['access-result']?.value).toBe('denied');
    expect(seen['credential']?.value).toMatch(/^p-/);
    await platform.stop();
    for (const secret of [name, card, 'PICTURE-OF-A-FACE', 'station-secret'])
      expect(onDisk(directory.path).includes(secret), secret).toBe(false);
  });

  it('five refusals of a card are one task, however often each is sent', async () => {
    using directory = temporaryDirectory();
    const { admin, platform } = await start(directory.path);
    await using _ = platform;
    for (const serialNo of [11, 12, 13, 14, 15]) {
      const { body, type } = pushed(serialNo);
      for (const _again of [1, 2]) expect((await post(platform, body, type)).status).toBe(200);
    }
    const tasks = await until(
      () => admin.all<{ category: string; alarms: string[] }>('/api/v1/tasks'),
      (found) => found.length > 0,
    );
    expect(tasks).toMatchObject([{ category: 'access-security' }]);
    const alarms = await admin.all<{ rule: string }>('/api/v1/alarms');
    expect(alarms).toMatchObject([{ rule: 'access-denied-repeatedly' }]);
    expect(JSON.stringify([tasks, alarms])).not.toContain(card);
  });

  it('an event whose picture never came is kept', async () => {
    using directory = temporaryDirectory();
    const { admin, platform } = await start(directory.path);
    await using _ = platform;
    const push = pushed(21);
    const socket = await half(platform, push, push.body.length - 3_000);
    // The other one of the same device is answered: the first has been read as far as it came.
    expect((await post(platform, '{"eventType":"heartBeat"}', 'application/json')).status).toBe(200);
    socket.destroy();
    const seen = await until(
      () => latest(admin),
      (values) => values['access-result'] !== undefined,
    );
    expect(seen['access-result']?.value).toBe('denied');
  });

  it('slow bodies of one device hold up nobody', async () => {
    using directory = temporaryDirectory();
    const { platform } = await start(directory.path);
    await using _ = platform;
    const event = { body: Buffer.from(denied(31)), type: 'application/json' };
    const sockets = await Promise.all([1, 2, 3, 4].map(() => half(platform, event, 10)));
    await until(
      async () => (await post(platform, event.body, event.type)).status,
      (status) => status === 429,
    );
    expect((await post(platform, event.body, event.type, credentials.other)).status).toBe(200);
    for (const socket of sockets) socket.destroy();
    await until(
      async () => (await post(platform, event.body, event.type)).status,
      (status) => status === 200,
    );
  });

  it('what is hostile is refused or rests in quarantine, and what is right goes on', async () => {
    using directory = temporaryDirectory();
    const { admin, platform } = await start(directory.path);
    await using _ = platform;
    const bomb = `<?xml version="1.0"?><!DOCTYPE a [<!ENTITY a0 "${name}">${Array.from(
      { length: 30 },
      (_, i) => `<!ENTITY a${i + 1} "&a${i};&a${i};&a${i};&a${i};">`,
    ).join('')}]><EventNotificationAlert><eventType>&a30;</eventType></EventNotificationAlert>`;
    const outside = `<?xml version="1.0"?><!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><EventNotificationAlert><eventType>&x;</eventType></EventNotificationAlert>`;
    const deep = `${'{"a":'.repeat(20_000)}1${'}'.repeat(20_000)}`;
    for (const text of [bomb, outside, deep, '{"eventType":', '<a>', `[${'{},'.repeat(9_000)}{}]`])
      expect((await post(platform, text, 'application/xml')).status, text.slice(0, 30)).toBe(200);
    const huge = Buffer.alloc(17 * 2 ** 20, 0x20);
    expect((await post(platform, huge, 'image/jpeg')).status).toBe(413);
    const big = multipart([{ name: 'event_log', content: Buffer.from(`{"a":"${'x'.repeat(300_000)}"}`) }]);
    expect((await post(platform, big.body, big.type)).status).toBe(413);
    expect((await post(platform, huge, 'image/jpeg', 'station-b3:wrong')).status).toBe(401);
    const held = await until(
      () => admin.all<{ reason: string; payload: unknown }>('/api/v1/quarantine'),
      (found) => found.length >= 6,
    );
    // Each once, however much was in it.
    expect(held).toHaveLength(6);
    expect(new Set(held.map(({ reason }) => reason))).toEqual(new Set(['malformed']));
    expect(JSON.stringify(held)).not.toContain(name);
    expect(JSON.stringify(held)).not.toContain('root:');
    const { body, type } = pushed(41);
    expect((await post(platform, body, type)).status).toBe(200);
    await until(
      () => latest(admin),
      (values) => values['access-result']?.value === 'denied',
    );
  });
});
