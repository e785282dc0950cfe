import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer as createPlain, type RequestListener } from 'node:http';
import { createServer as createSecure } from 'node:https';
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { temporaryDirectory } from '#tests/support/temporary-directory.ts';

interface Pause {
  readonly error: Error & { readonly status: number };
  readonly ms: number;
}
interface Connection {
  readonly state: { readonly kind: string; readonly text: string };
  call(method: string, path: string): Promise<unknown>;
  perform<Value>(
    lane: string,
    work: () => Promise<Value>,
    given: { readonly onPause: (pause: Pause) => void; readonly signal: AbortSignal },
  ): Promise<Value>;
  close(): void;
}
const { Connection } = createRequire(import.meta.url)('../../../rules/node-red/lib/connection.js') as {
  readonly Connection: new (given: {
    readonly url: string;
    readonly token: () => string;
    readonly tls?: { readonly ca?: string };
  }) => Connection;
};

async function listening(server: ReturnType<typeof createPlain> | ReturnType<typeof createSecure>) {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    [Symbol.dispose]: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}

it('after a 429 all that one Gridbell is asked for waits as long as it says, and goes on then', async () => {
  let asked = 0;
  using server = await listening(
    createPlain((_request, response) => {
      asked += 1;
      if (asked > 1) response.writeHead(200, { 'content-type': 'application/json' }).end('{"ok":true}');
      else response.writeHead(429, { 'retry-after': '3600' }).end();
    }),
  );
  const connection = new Connection({ url: `http://127.0.0.1:${server.port}`, token: () => 'token' });
  const first = new AbortController();
  const paused = Promise.withResolvers<Pause>();
  const ask = () => connection.call('POST', 'alarms');
  const ended = connection
    .perform('one', ask, { onPause: paused.resolve, signal: first.signal })
    .catch(() => 'ended');
  const { error, ms } = await paused.promise;
  expect([error.status, ms]).toEqual([429, 3_600_000]);

  // Of another node, in another lane: it does not have to find out by itself.
  let isDone = false;
  const second = connection
    .perform('two', ask, { onPause: () => undefined, signal: new AbortController().signal })
    .finally(() => {
      isDone = true;
    });
  await connection.call('GET', 'session');
  expect([asked, isDone]).toEqual([2, false]);
  // The flow that was refused is taken away, and its pause with it.
  first.abort();
  expect(await ended).toBe('ended');
  expect(await second).toEqual({ ok: true });
  connection.close();
});

it('over TLS a Gridbell is believed by its certificate, by an authority that somebody gives, or not at all', async () => {
  using directory = temporaryDirectory();
  const [key, cert] = [join(directory.path, 'key.pem'), join(directory.path, 'cert.pem')];
  const words =
    'req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj /CN=localhost -addext subjectAltName=IP:127.0.0.1';
  execFileSync('openssl', [...words.split(' '), '-keyout', key, '-out', cert], { stdio: 'ignore' });
  const answer: RequestListener = ({ headers }, response) =>
    response
      .writeHead(200, { 'content-type': 'application/json' })
      .end(JSON.stringify({ given: headers.authorization }));
  using server = await listening(createSecure({ key: readFileSync(key), cert: readFileSync(cert) }, answer));
  const url = `https://127.0.0.1:${server.port}`;
  const doubting = new Connection({ url, token: () => 'secret' });
  await expect(doubting.call('GET', 'session')).rejects.toMatchObject({
    code: 'unreachable',
    isTemporary: true,
  });
  expect(doubting.state).toEqual({ kind: 'unreachable', text: 'DEPTH_ZERO_SELF_SIGNED_CERT' });
  const believing = new Connection({ url, token: () => 'secret', tls: { ca: readFileSync(cert, 'utf8') } });
  expect(await believing.call('GET', 'session')).toEqual({ given: 'Bearer secret' });
  expect(believing.state.kind).toBe('connected');
  for (const each of [doubting, believing]) each.close();
});
