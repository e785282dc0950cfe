import { describe, expect, it } from 'vitest';
import { SignInThrottle } from '#api/authentication/sign-in-throttle.ts';
import { epochMs, hour, minute, plus } from '#model/brand.ts';
import { hashPassword } from '#model/secrets.ts';
import { type RunningApi, runningApi, start } from '#tests/api/support/running-api.ts';

const signingIn = (username: string, password: string, headers: Record<string, string> = {}) =>
  ({ method: 'POST', url: '/api/v1/session', headers, payload: { username, password } }) as const;
const whoAmI = (headers: Record<string, string>) =>
  ({ method: 'GET', url: '/api/v1/session', headers }) as const;

async function cookieOf(api: RunningApi): Promise<string> {
  const answer = await api.app.inject(signingIn('p-worker', 'pw-worker'));
  return String(answer.headers['set-cookie']).split(';', 1)[0] ?? '';
}

describe('sessions', () => {
  it('open with the person’s id and password, for cookie and bearer alike', async () => {
    await using api = await runningApi();
    const answer = await api.app.inject(signingIn('p-worker', 'pw-worker'));
    expect(answer.statusCode).toBe(200);
    const { token, user, clock, expiresAt } = answer.json();
    expect(user).toEqual({
      id: 'p-worker',
      role: 'grid-worker',
      person: 'p-worker',
      name: '周敏',
      places: ['g1'],
    });
    expect(clock).toEqual({ kind: 'system', now: '2026-01-01T04:00:00.000Z' });
    expect(expiresAt).toBe('2026-01-01T16:00:00.000Z');
    const cookie = String(answer.headers['set-cookie']);
    expect(cookie).toContain(`gridbell-session=${token}`);
    expect(cookie).toMatch(/HttpOnly/);
    expect(cookie).toMatch(/SameSite=Strict/);
    expect(cookie).not.toMatch(/Secure/);
    const byBearer = await api.app.inject(whoAmI({ authorization: `Bearer ${token}` }));
    const byCookie = await api.app.inject(whoAmI({ cookie: `gridbell-session=${token}` }));
    expect(byBearer.json().user.id).toBe('p-worker');
    expect(byCookie.json().user.id).toBe('p-worker');
  });

  it('have a Secure cookie where a trusted proxy says TLS', async () => {
    await using api = await runningApi({ trustProxy: '127.0.0.1' });
    const answer = await api.app.inject(signingIn('p-worker', 'pw-worker', { 'x-forwarded-proto': 'https' }));
    expect(String(answer.headers['set-cookie'])).toMatch(/Secure/);
    expect(answer.headers['strict-transport-security']).toBeDefined();
  });

  it('do not open with a wrong password, an unknown name, or an account without a password, all with the same answer', async () => {
    await using api = await runningApi();
    const answers = await Promise.all(
      [
        ['p-worker', 'wrong'],
        ['nobody', 'pw-worker'],
        ['p-leader', ''],
        ['admin', 'anything'],
      ].map(([name = '', password = '']) => api.app.inject(signingIn(name, password || 'x'))),
    );
    for (const answer of answers) {
      expect(answer.statusCode).toBe(401);
      expect(answer.body).toBe(answers[0]?.body);
      expect(answer.headers['set-cookie']).toBeUndefined();
    }
  });

  it('end when signed out, when their time is over, and with the account', async () => {
    await using api = await runningApi();
    expect((await api.send('p-worker', 'DELETE', '/session')).statusCode).toBe(204);
    expect((await api.get('p-worker', '/session')).statusCode).toBe(401);
    expect((await api.get('p-care', '/session')).statusCode).toBe(200);
    await api.send('admin', 'DELETE', '/users/p-care');
    expect((await api.get('p-care', '/session')).statusCode).toBe(401);
    expect((await api.get('p-leader', '/session')).statusCode).toBe(200);
    api.wall.at = plus(start, 12 * hour);
    expect((await api.get('p-leader', '/session')).statusCode).toBe(401);
  });

  it('refuse what another site makes a browser send with the cookie', async () => {
    await using api = await runningApi();
    const cookie = await cookieOf(api);
    const act = async (headers: Record<string, string>, method: 'POST' | 'GET' = 'POST') =>
      (
        await api.app.inject({
          method,
          url: method === 'POST' ? '/api/v1/alarms/nothing/acknowledge' : '/api/v1/alarms',
          headers: { cookie, host: 'bell.example', ...headers },
        })
      ).statusCode;
    expect(await act({ 'sec-fetch-site': 'cross-site' })).toBe(403);
    expect(await act({ 'sec-fetch-site': 'same-site' })).toBe(403);
    expect(await act({ origin: 'http://evil.example' })).toBe(403);
    expect(await act({ origin: 'null' })).toBe(403);
    expect(await act({ origin: 'http://bell.example' })).toBe(404);
    expect(await act({ 'sec-fetch-site': 'same-origin' })).toBe(404);
    expect(await act({ origin: 'http://evil.example' }, 'GET')).toBe(200);
    const signIn = await api.app.inject(
      signingIn('p-worker', 'pw-worker', { 'sec-fetch-site': 'cross-site' }),
    );
    expect(signIn.statusCode).toBe(403);
  });

  it('do not care where a bearer token is used from', async () => {
    await using api = await runningApi();
    const answer = await api.call('p-worker', {
      method: 'POST',
      url: '/api/v1/alarms/nothing/acknowledge',
      headers: { origin: 'http://elsewhere.example' },
    });
    expect(answer.statusCode).toBe(404);
  });

  it('slow guessing down with 429 and Retry-After, and let the right password in again later', async () => {
    await using api = await runningApi();
    const statuses: number[] = [];
    for (let n = 0; n < 11; n++)
      statuses.push((await api.app.inject(signingIn('p-worker', `guess-${n}`))).statusCode);
    expect(statuses).toEqual([...Array(10).fill(401), 429]);
    const refused = await api.app.inject(signingIn('p-worker', 'pw-worker'));
    expect(refused.statusCode).toBe(429);
    expect(refused.json()).toMatchObject({ code: 'too-many-requests', retry: true });
    expect(refused.headers['retry-after']).toBe('30');
    api.wall.at = plus(start, 30_000);
    expect((await api.app.inject(signingIn('p-worker', 'pw-worker'))).statusCode).toBe(200);
  });
});

describe('the throttle of sign-ins', () => {
  const clockAt = (at: number) => {
    const clock = { at: epochMs(at), now: () => clock.at };
    return clock;
  };

  it('does not let a stranger lock out who signed in from another address before', () => {
    const throttle = new SignInThrottle(clockAt(0));
    throttle.begin('home', 'zhou');
    throttle.succeed('home', 'zhou');
    for (let n = 0; n < 20; n++) throttle.begin(`10.0.0.${n}`, 'zhou');
    expect(throttle.waitMs('10.0.1.1', 'zhou')).toBeGreaterThan(0);
    expect(throttle.waitMs('home', 'zhou')).toBe(0);
  });

  it('makes nobody wait for a clock that was set back', () => {
    const clock = clockAt(3 * 60 * minute);
    const throttle = new SignInThrottle(clock);
    throttle.begin('home', 'zhou');
    throttle.succeed('home', 'zhou');
    throttle.begin('home', 'lin');
    clock.at = epochMs(0);
    expect(throttle.waitMs('home', 'zhou')).toBe(0);
    expect(throttle.waitMs('home', 'lin')).toBe(0);
  });

  it('slows an address that tries many accounts', () => {
    const clock = clockAt(0);
    const throttle = new SignInThrottle(clock);
    for (let n = 0; n < 30; n++) throttle.begin('bad', `account-${n}`);
    expect(throttle.waitMs('bad', 'fresh')).toBe(10_000);
    expect(throttle.waitMs('good', 'fresh')).toBe(0);
    clock.at = epochMs(10 * minute);
    expect(throttle.waitMs('bad', 'fresh')).toBe(0);
  });
});

describe('accounts', () => {
  it('never show or log a password or its hash', async () => {
    await using api = await runningApi();
    const secret = 'correct-horse-7';
    const made = await api.send('admin', 'POST', '/users', { id: 'boss', role: 'auditor', password: secret });
    expect(made.json()).toEqual({ id: 'boss', role: 'auditor', person: null, hasPassword: true });
    const signedIn = await api.app.inject(signingIn('boss', secret));
    expect(signedIn.statusCode).toBe(200);
    const { token } = signedIn.json();
    await api.app.inject(signingIn('boss', 'wrong-horse-8'));
    await api.app.inject(whoAmI({ authorization: `Bearer ${token}` }));
    const rotated = (await api.send('admin', 'POST', '/devices/smoke-b3-05/rotate-token', {})).json().token;
    const shown = await Promise.all(
      ['/users', '/users/boss', '/export', '/audit', '/tokens', '/devices'].map((url) =>
        api.get('admin', url),
      ),
    );
    for (const text of [api.logged(), ...shown.map(({ body }) => body)]) {
      for (const hidden of [secret, 'wrong-horse-8', token, rotated, 'scrypt$'])
        expect(text).not.toContain(hidden);
    }
  });

  it('leave no secret in the log even where a whole request or error is logged', async () => {
    await using api = await runningApi({ isEmpty: true });
    const secret = 'correct-horse-7';
    const err = Object.assign(new Error('broken'), { extra: { standing: secret } });
    api.app.log.error(
      { err, req: { headers: { cookie: secret } }, body: { password: secret }, token: secret },
      'whole',
    );
    expect(api.logged()).toContain('whole');
    expect(api.logged()).not.toContain(secret);
  });

  it('keep one admin', async () => {
    await using api = await runningApi();
    expect((await api.send('admin', 'DELETE', '/users/admin')).json()).toMatchObject({ code: 'wrong-state' });
    expect((await api.send('admin', 'PATCH', '/users/admin', { role: 'auditor' })).statusCode).toBe(409);
    await api.send('admin', 'POST', '/users', { id: 'second', role: 'admin' });
    expect((await api.send('second', 'DELETE', '/users/admin')).statusCode).toBe(204);
  });

  it('follow the role of their person, and take a new password', async () => {
    await using api = await runningApi();
    await api.send('admin', 'PATCH', '/people/p-worker', {
      role: 'volunteer',
      account: { password: 'new-one' },
    });
    expect((await api.get('admin', '/users/p-worker')).json()).toMatchObject({ role: 'volunteer' });
    expect((await api.app.inject(signingIn('p-worker', 'new-one'))).statusCode).toBe(200);
    expect((await api.app.inject(signingIn('p-worker', 'pw-worker'))).statusCode).toBe(401);
    expect((await api.send('admin', 'DELETE', '/people/p-volunteer')).statusCode).toBe(204);
    expect((await api.get('admin', '/users/p-volunteer')).statusCode).toBe(404);
  });

  it('are not taken over by an import: a person named like another account is refused', async () => {
    await using api = await runningApi();
    const hash = await hashPassword('x');
    api.write((writer) => {
      writer.applyChange(
        {
          op: 'put',
          resource: 'account',
          id: 'root',
          body: { id: 'root', role: 'admin', passwordHash: hash },
        },
        start,
      );
    });
    const answer = await api.send('admin', 'POST', '/import', {
      community: { id: 'lianfang-1' },
      people: [{ id: 'root', role: 'volunteer', places: ['g1'], account: { password: 'mine' } }],
    });
    expect(answer.statusCode).toBe(409);
    expect(api.reader.account('root')).toMatchObject({ role: 'admin', passwordHash: hash });
  });
});
