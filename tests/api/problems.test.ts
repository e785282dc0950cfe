import { request } from 'node:http';
import { describe, expect, it } from 'vitest';
import { type ErrorCode, errorCodes, GridbellError } from '#model/errors.ts';
import { routesOf, runningApi } from '#tests/api/support/running-api.ts';
import { disposableDirectory } from '#tests/store/ops/support/disposable-store.ts';

describe('what goes wrong', () => {
  it('leaves as a problem document with a stable code, whatever it was', async () => {
    await using api = await runningApi();
    const json = { 'content-type': 'application/json' };
    const cases: [string, ErrorCode, Parameters<typeof api.call>[1]][] = [
      ['no such route', 'not-found', { method: 'GET', url: '/api/v1/nowhere?x=1' }],
      ['no such method', 'not-found', { method: 'PATCH', url: '/api/v1/session' }],
      [
        'malformed JSON',
        'invalid-input',
        { method: 'POST', url: '/api/v1/places', headers: json, payload: '{"id":' },
      ],
      [
        'a reach for the prototype',
        'invalid-input',
        { method: 'POST', url: '/api/v1/places', headers: json, payload: '{"__proto__":{"role":"admin"}}' },
      ],
      [
        'unknown fields',
        'invalid-input',
        {
          method: 'POST',
          url: '/api/v1/places',
          payload: { id: 'x', kind: 'area', parent: 'g1', colour: 'red' },
        },
      ],
      ['a path that is none', 'invalid-input', { method: 'GET', url: '/api/v1/places/%ff' }],
      [
        'a parameter without end',
        'invalid-input',
        { method: 'GET', url: `/api/v1/places/${'x'.repeat(300)}` },
      ],
      ['no body at all', 'invalid-input', { method: 'POST', url: '/api/v1/places' }],
      ['a list for an object', 'invalid-input', { method: 'POST', url: '/api/v1/places', payload: [] }],
      [
        'too much',
        'too-large',
        { method: 'POST', url: '/api/v1/places', payload: { id: 'x'.repeat(1_100_000) } },
      ],
      [
        'another content type',
        'unsupported-media-type',
        { method: 'POST', url: '/api/v1/places', headers: { 'content-type': 'image/png' }, payload: 'x' },
      ],
      [
        'nobody',
        'not-authenticated',
        { method: 'GET', url: '/api/v1/places', headers: { authorization: 'Bearer wrong' } },
      ],
    ];
    for (const [what, code, request] of cases) {
      const answer = await api.call(code === 'not-authenticated' ? null : 'admin', request);
      const { status, title } = errorCodes[code];
      expect(answer.statusCode, what).toBe(status);
      expect(answer.headers['content-type'], what).toBe('application/problem+json; charset=utf-8');
      expect(answer.json(), what).toMatchObject({ type: `/api/docs/errors#${code}`, title, status, code });
      expect(answer.json().detail, what).toBeTypeOf('string');
    }
  });

  it('says of a body that nests without end that it does, on every route that takes one', async () => {
    await using api = await runningApi();
    const nested = (depth: number): string => `${'{"a":'.repeat(depth)}1${'}'.repeat(depth)}`;
    const asked: string[] = [];
    for (const route of routesOf(api.app)) {
      const [method = '', url = ''] = route.split(' ');
      if (!['PUT', 'POST', 'PATCH', 'DELETE'].includes(method)) continue;
      const answer = await api.call('admin', {
        method: method as 'PUT',
        url: url.replace(/:\w+/g, 'x'),
        headers: { 'content-type': 'application/json' },
        payload: nested(8_000),
      });
      expect(answer.statusCode, `${route} ${answer.body}`).toBeLessThan(500);
      if (answer.statusCode === 400 && answer.body.includes('nests deeper than 64')) asked.push(route);
    }
    expect(asked).toEqual(expect.arrayContaining(['PUT /api/v1/rules/:id', 'POST /api/v1/import']));
    expect(asked.length).toBeGreaterThanOrEqual(40);
    const shallow = await api.call('admin', {
      method: 'PUT',
      url: '/api/v1/rules/deep',
      headers: { 'content-type': 'application/json' },
      payload: `{"name": ${nested(60)}}`,
    });
    expect(shallow.statusCode).toBe(200);
  });

  it('names each issue of an input', async () => {
    await using api = await runningApi();
    const answer = await api.send('admin', 'POST', '/places', { id: 'a b', colour: 'red' });
    expect(
      answer
        .json()
        .issues.map((issue: { path: string }) => issue.path)
        .sort(),
    ).toEqual(['colour', 'id', 'kind', 'parent']);
  });

  it('tells nothing of what broke inside, but the log does', async () => {
    await using api = await runningApi();
    api.platform.execute = async () => {
      throw new Error('disk on fire at sector 7');
    };
    const answer = await api.send('admin', 'POST', '/tasks', { category: 'x', title: 'y', place: 'b3' });
    expect(answer.statusCode).toBe(500);
    expect(answer.json().code).toBe('internal');
    expect(answer.body).not.toContain('sector 7');
    expect(api.logged()).toContain('sector 7');
  });

  it('passes a failure of the engine on with its code', async () => {
    await using api = await runningApi();
    api.platform.execute = async () => {
      throw new GridbellError('disk-full', 'No room.', { extra: { free: 0 } });
    };
    const answer = await api.send('admin', 'POST', '/tasks', { category: 'x', title: 'y', place: 'b3' });
    expect(answer.json()).toMatchObject({ status: 503, code: 'disk-full', retry: true, free: 0 });
  });

  it('never lets an answer be framed, sniffed or cached', async () => {
    await using api = await runningApi();
    for (const url of ['/api/v1/places', '/api/v1/nowhere', '/health/live', '/api/docs']) {
      const { headers } = await api.call('admin', { method: 'GET', url });
      expect(headers['x-content-type-options'], url).toBe('nosniff');
      expect(headers['content-security-policy'], url).toContain("default-src 'none'");
      expect(headers['cache-control'], url).toBe('no-store');
    }
  });
});

describe('open routes', () => {
  it('are limited by address', async () => {
    await using api = await runningApi({ isEmpty: true });
    const ask = async (remoteAddress: string) =>
      await api.app.inject({ url: '/api/docs/errors', remoteAddress });
    for (let n = 0; n < 120; n++) expect((await ask('10.0.0.1')).statusCode).toBe(200);
    const refused = await ask('10.0.0.1');
    expect(refused.json()).toMatchObject({ status: 429, code: 'too-many-requests' });
    expect(refused.headers['retry-after']).toBeDefined();
    expect((await ask('10.0.0.2')).statusCode).toBe(200);
  });
});

describe('the operator’s socket', () => {
  it('serves the operator over a socket file', async () => {
    using directory = disposableDirectory();
    await using api = await runningApi({ trustedOperator: true });
    const socketPath = `${directory.path}/gridbell.sock`;
    await api.app.listen({ path: socketPath });
    const get = (path: string) =>
      new Promise<{ status: number | undefined; body: string }>((resolve, reject) => {
        request({ socketPath, path }, (response) => {
          let body = '';
          response.on('data', (chunk) => (body += String(chunk)));
          response.on('end', () => resolve({ status: response.statusCode, body }));
        })
          .on('error', reject)
          .end();
      });
    expect(await get('/api/v1/export')).toMatchObject({ status: 200 });
    expect((await get('/api/v1/session')).body).toContain('"id":"operator"');
    expect(await get('/metrics')).toMatchObject({ status: 200 });
    expect(await get('/api/docs')).toMatchObject({ status: 200 });
  });
});

describe('health and metrics', () => {
  it('say when something does not serve', async () => {
    await using api = await runningApi();
    expect((await api.app.inject('/health/live')).statusCode).toBe(200);
    expect((await api.app.inject('/health/ready')).statusCode).toBe(200);
    api.platform.isReady = false;
    const answer = await api.app.inject('/health/ready');
    expect(answer.statusCode).toBe(503);
    expect(answer.json()).toEqual({ ready: false, checks: { inbox: { ok: false, detail: 'position 1' } } });
  });

  it('give metrics to this machine only, also through a proxy', async () => {
    await using api = await runningApi({ trustProxy: '127.0.0.1' });
    await api.get('admin', '/places/b3');
    const local = await api.app.inject('/metrics');
    expect(local.body).toContain(
      'gridbell_http_request_seconds_count{method="GET",route="/api/v1/places/:id",status="200"} 1',
    );
    expect((await api.app.inject({ url: '/metrics', remoteAddress: '192.168.1.7' })).statusCode).toBe(403);
    const proxied = await api.app.inject({ url: '/metrics', headers: { 'x-forwarded-for': '192.168.1.7' } });
    expect(proxied.statusCode).toBe(403);
  });

  it('give metrics to nobody for whom a proxy asks that is not trusted', async () => {
    await using api = await runningApi();
    const asked = async (headers: Record<string, string>) =>
      (await api.app.inject({ url: '/metrics', headers })).statusCode;
    expect(await asked({ 'x-forwarded-for': '192.168.1.7' })).toBe(403);
    expect(await asked({ 'x-forwarded-for': '127.0.0.1, 192.168.1.7' })).toBe(403);
    expect(await asked({ 'x-real-ip': '192.168.1.7' })).toBe(403);
    expect(await asked({ forwarded: 'for=192.168.1.7' })).toBe(403);
    expect(await asked({ 'x-forwarded-for': '127.0.0.1' })).toBe(200);
  });
});
