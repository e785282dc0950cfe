import { createHash } from 'node:crypto';
import type { LightMyRequestResponse } from 'fastify';
import { describe, expect, it } from 'vitest';
import { GridbellError } from '#model/errors.ts';
import { face, multipart } from '#tests/api/pushes/push-bodies.ts';
import { type RunningApi, runningApi } from '#tests/api/support/running-api.ts';

const url = '/api/v1/ingest/hikvision';
const token = 'door-secret-1';
const event = '{"eventType":"heartBeat","macAddress":"44:19:b6:6d:24:85"}';

/** With a door station whose token is known. */
async function withStation(): Promise<RunningApi> {
  const api = await runningApi();
  const made = await api.send('admin', 'POST', '/devices', {
    id: 'station-1',
    kind: 'gateway',
    dialect: 'hikvision',
    topic: 'hikvision/#',
    place: 'b3',
    token,
  });
  expect(made.statusCode, made.body).toBe(201);
  return api;
}

const basic = (device: string, password: string): string =>
  `Basic ${Buffer.from(`${device}:${password}`).toString('base64')}`;

interface Push {
  readonly authorization?: string;
  readonly path?: string;
  readonly payload?: string | Buffer;
  readonly type?: string;
  readonly method?: 'POST' | 'GET';
  readonly remoteAddress?: string;
}
const push = async (
  api: RunningApi,
  { authorization, method = 'POST', ...more }: Push,
): Promise<LightMyRequestResponse> =>
  await api.app.inject({
    method,
    url: `${url}${more.path ?? ''}`,
    remoteAddress: more.remoteAddress ?? '10.0.0.7',
    headers: {
      ...(authorization === undefined ? {} : { authorization }),
      ...(method === 'GET' ? {} : { 'content-type': more.type ?? 'application/json' }),
    },
    ...(method === 'GET' ? {} : { payload: more.payload ?? event }),
  });

const md5 = (text: string): string => createHash('md5').update(text).digest('hex');
const nonceOf = (answer: LightMyRequestResponse): string =>
  /nonce="([^"]+)"/.exec(String(answer.headers['www-authenticate']))?.[1] ?? '';

/** RFC 7616 §3.4, as a client has it. */
function digest(
  nonce: string,
  more: { nc?: string; password?: string; uri?: string; user?: string; qop?: false } = {},
): string {
  const { nc = '00000001', password = token, uri = url, user = 'station-1' } = more;
  const secret = md5(`${user}:gridbell:${password}`);
  const asked = md5(`POST:${uri}`);
  const plain = `Digest username="${user}", realm="gridbell", nonce="${nonce}", uri="${uri}"`;
  return more.qop === false
    ? `${plain}, response="${md5(`${secret}:${nonce}:${asked}`)}"`
    : `${plain}, algorithm=MD5, qop=auth, nc=${nc}, cnonce="0a4f113b", response="${md5(`${secret}:${nonce}:${nc}:0a4f113b:auth:${asked}`)}"`;
}

describe('who may push', () => {
  it('nobody who does not say who it is; what it takes is told', async () => {
    await using api = await withStation();
    const answer = await push(api, {});
    expect(answer.statusCode).toBe(401);
    expect(answer.json().code).toBe('not-authenticated');
    expect(String(answer.headers['www-authenticate'])).toMatch(
      /^Digest realm="gridbell", qop="auth".*Basic realm/,
    );
    expect(api.platform.delivered).toEqual([]);
  });

  it('a device with its token: basic, in the path, by digest', async () => {
    await using api = await withStation();
    expect((await push(api, { authorization: basic('station-1', token) })).json()).toEqual({
      statusCode: 1,
      statusString: 'OK',
      subStatusCode: 'ok',
    });
    expect((await push(api, { path: `/station-1/${token}` })).statusCode).toBe(200);
    const nonce = nonceOf(await push(api, {}));
    expect((await push(api, { authorization: digest(nonce) })).statusCode).toBe(200);
    expect((await push(api, { authorization: digest(nonce, { nc: '00000002' }) })).statusCode).toBe(200);
    expect(
      (await push(api, { authorization: digest(nonceOf(await push(api, {})), { qop: false }) })).statusCode,
    ).toBe(200);
    expect(
      api.platform.delivered.map(({ device, topic, payload }) => [device, topic, String(payload)]),
    ).toEqual(Array.from({ length: 5 }, () => ['station-1', 'hikvision/station-1', event]));
    expect((await push(api, { method: 'GET', authorization: basic('station-1', token) })).statusCode).toBe(
      200,
    );
  });

  it('no digest twice, none of another time, place or maker', async () => {
    await using api = await withStation();
    const nonce = nonceOf(await push(api, {}));
    expect((await push(api, { authorization: digest(nonce) })).statusCode).toBe(200);
    const again = await push(api, { authorization: digest(nonce) });
    expect(again.statusCode).toBe(401);
    expect(String(again.headers['www-authenticate'])).toContain('stale=true');
    expect(
      (await push(api, { authorization: digest(nonceOf(again), { uri: '/api/v1/devices' }) })).statusCode,
    ).toBe(401);
    expect((await push(api, { authorization: digest('kz.1.made-up') })).statusCode).toBe(401);
    const old = nonceOf(again);
    api.wall.at = (api.wall.at + 6 * 60_000) as typeof api.wall.at;
    expect((await push(api, { authorization: digest(old) })).statusCode).toBe(401);
    expect(api.platform.delivered).toHaveLength(1);
  });

  it('no wrong token, no other device, no account of a person, no device that does not exist', async () => {
    await using api = await withStation();
    await api.send('admin', 'POST', '/devices', {
      id: 'climate-9',
      kind: 'environment',
      place: 'b3',
      token: 'abc',
    });
    for (const authorization of [
      basic('station-1', 'wrong'),
      basic('nobody', token),
      basic('', token),
      `Bearer ${api.signIn('admin')}`,
      digest(nonceOf(await push(api, {})), { password: 'wrong' }),
      digest(nonceOf(await push(api, {})), { user: 'nobody' }),
      'Digest',
      'Basic !!!',
      `Digest ${'x="'.repeat(100_000)}`,
    ])
      expect((await push(api, { authorization })).statusCode, authorization.slice(0, 60)).toBe(401);
    expect((await push(api, { path: '/station-1/wrong' })).statusCode).toBe(401);
    // Right, but it speaks another language.
    expect((await push(api, { authorization: basic('climate-9', 'abc') })).statusCode).toBe(403);
    expect(api.platform.delivered).toEqual([]);
  });

  it('a guesser is slowed, and keeps the device itself out of nothing', async () => {
    await using api = await withStation();
    const guess = () =>
      push(api, { authorization: basic('station-1', 'guess'), remoteAddress: '203.0.113.9' });
    const codes = new Set<number>();
    for (let tried = 0; tried < 30; tried++) codes.add((await guess()).statusCode);
    expect(codes).toEqual(new Set([401, 429]));
    const slowed = await guess();
    expect(Number(slowed.headers['retry-after'])).toBeGreaterThan(0);
    expect((await push(api, { authorization: basic('station-1', token) })).statusCode).toBe(200);
  });

  it('a device that floods is told to wait', async () => {
    await using api = await withStation();
    const authorization = basic('station-1', token);
    const codes: number[] = [];
    for (let sent = 0; sent < 320; sent++) codes.push((await push(api, { authorization })).statusCode);
    expect(codes.filter((code) => code === 200)).toHaveLength(300);
    expect(codes.at(-1)).toBe(429);
  });

  it('a token that was made is short enough for its keyboard, and goes with the next', async () => {
    await using api = await withStation();
    const { token: made } = (await api.send('admin', 'POST', '/devices/station-1/rotate-token', {})).json();
    expect(made).toMatch(/^[\w-]{16}$/);
    expect((await push(api, { authorization: basic('station-1', token) })).statusCode).toBe(401);
    expect(
      (await push(api, { authorization: digest(nonceOf(await push(api, {})), { password: made }) }))
        .statusCode,
    ).toBe(200);
    expect((await api.get('admin', '/devices/station-1')).body).not.toContain(made);
  });

  it('no secret is in the log, and none in the store', async () => {
    await using api = await withStation();
    await push(api, { path: `/station-1/${token}` });
    await push(api, { path: '/station-1/almost-right' });
    await push(api, { authorization: basic('station-1', token), payload: Buffer.alloc(300_000, 0x7b) });
    expect(api.logged()).not.toContain(token);
    expect(api.logged()).not.toContain('almost-right');
    const stored = JSON.stringify(api.writer.resource('credential', 'station-1'));
    expect(stored).not.toContain(token);
    expect(stored).not.toContain(md5(`station-1:gridbell:${token}`));
  });
});

describe('what is pushed', () => {
  it('goes on as it stands, without its pictures', async () => {
    await using api = await withStation();
    const { body, type } = multipart([
      { name: 'event_log', type: 'application/json', content: event },
      { name: 'Picture', filename: 'face.jpg', type: 'image/jpeg', content: face },
    ]);
    const answer = await push(api, { authorization: basic('station-1', token), payload: body, type });
    expect(answer.statusCode).toBe(200);
    expect(api.platform.delivered.map(({ payload }) => String(payload))).toEqual([event]);
  });

  it('is answered when it is on disk, and not when it is not', async () => {
    await using api = await withStation();
    const authorization = basic('station-1', token);
    const disk = Promise.withResolvers<void>();
    api.platform.delivering = () => disk.promise;
    let isAnswered = false;
    const answered = push(api, { authorization }).then((answer) => {
      isAnswered = true;
      return answer;
    });
    await push(api, {});
    expect(isAnswered).toBe(false);
    disk.resolve();
    expect((await answered).statusCode).toBe(200);
    api.platform.delivering = async () => {
      throw new GridbellError('disk-full', 'no room');
    };
    expect((await push(api, { authorization })).statusCode).toBe(503);
  });

  it('a device whose messages hang holds up nobody else', async () => {
    await using api = await withStation();
    const authorization = basic('station-1', token);
    await api.send('admin', 'POST', '/devices', {
      id: 'station-2',
      kind: 'gateway',
      dialect: 'hikvision',
      place: 'b3',
      token,
    });
    const disk = Promise.withResolvers<void>();
    api.platform.delivering = () => disk.promise;
    const hanging = Array.from({ length: 4 }, () => push(api, { authorization }));
    const more = await push(api, { authorization });
    expect(more.statusCode).toBe(429);
    api.platform.delivering = async () => {};
    expect((await push(api, { authorization: basic('station-2', token) })).statusCode).toBe(200);
    disk.resolve();
    for (const each of hanging) expect((await each).statusCode).toBe(200);
    expect((await push(api, { authorization })).statusCode).toBe(200);
  });

  it('a body that is too large is 413 before it is read', async () => {
    await using api = await withStation();
    const answer = await api.app.inject({
      method: 'POST',
      url,
      headers: { authorization: basic('station-1', token), 'content-type': 'image/jpeg' },
      payload: Buffer.alloc(16 * 2 ** 20 + 1),
    });
    expect(answer.statusCode).toBe(413);
  });
});
