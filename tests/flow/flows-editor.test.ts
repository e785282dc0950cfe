import { existsSync, readFileSync } from 'node:fs';
import { request } from 'node:http';
import { join } from 'node:path';
import { expect, it, vi } from 'vitest';
import { WebSocket } from 'ws';
import { tabOf } from '#bench/flows/abuses.ts';
import { temporaryDirectory } from '#tests/support/temporary-directory.ts';
import { ApiClient, until } from './support/api-client.ts';
import { childrenOf } from './support/children-of.ts';
import { community } from './support/community.ts';
import {
  deploy,
  flowsOf,
  startWithFlows,
  startWithRunningFlows,
  untilFlows,
} from './support/flows-platform.ts';
import { adminPassword } from './support/running-platform.ts';

// Flows stand behind everything else that the machine does, other tests included.
vi.setConfig({ testTimeout: 1_200_000 });

/** Opens a WebSocket and answers with the status that refused it, or 101. */
const upgrade = (url: string, headers: Record<string, string>): Promise<number> =>
  new Promise((resolve, reject) => {
    const socket = new WebSocket(url, { headers });
    socket.on('open', () => {
      resolve(101);
      socket.terminate();
    });
    socket.on('unexpected-response', (_request, response) => resolve(response.statusCode ?? 0));
    // After the answer it changes nothing.
    socket.on('error', reject);
  });

/** As a browser opens an address. */
const visit = (url: string): Promise<readonly [status: number, location: string | undefined]> =>
  new Promise((resolve, reject) => {
    request(url, { headers: { accept: 'text/html', 'sec-fetch-mode': 'navigate' } }, (response) => {
      response.resume();
      resolve([response.statusCode ?? 0, response.headers.location]);
    })
      .on('error', reject)
      .end();
  });

const bySocket = (socketPath: string, headers: Record<string, string>): Promise<number> =>
  new Promise((resolve, reject) => {
    request({ socketPath, path: '/flows/flows', headers }, (response) => {
      response.resume();
      resolve(response.statusCode ?? 0);
    })
      .on('error', reject)
      .end();
  });

it('the editor is there for admins alone, through Gridbell alone, and its process knows little and may little', async () => {
  using directory = temporaryDirectory();
  await using platform = await startWithFlows(directory.path);
  const base = `http://127.0.0.1:${platform.ready.http}`;
  const admin = await ApiClient.signIn(platform);
  await admin.post('/api/v1/import', community);
  const begun = await untilFlows(admin, ({ state }) => state === 'running');
  expect(begun.complaints).toEqual([]);

  // Who may: no session 401, a worker 403, an admin.
  expect((await new ApiClient(base, null).get('/flows/flows')).status).toBe(401);
  expect(await visit(`${base}/flows/`)).toEqual([302, '/flow-control']);
  for (const [who, password] of [
    ['w-zhou', 'zhou-password'],
    ['m-wang', 'wang-password'],
  ]) {
    const client = await ApiClient.signIn(platform, who, password);
    for (const path of ['/flows/', '/flows/flows', '/flows/settings'])
      expect((await client.get(path)).status, `${who} ${path}`).toBe(403);
    expect((await client.post('/flows/flows', [])).status).toBe(403);
    expect((await client.get('/api/v1/flows')).status).toBe(403);
  }
  expect((await admin.get<string>('/flows/')).body).toContain('Node-RED');

  // A browser's session: cookies ride along, so other sites are refused, on requests and on WebSockets.
  const signIn = await fetch(`${base}/api/v1/session`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ username: 'admin', password: adminPassword }),
  });
  const cookie = (signIn.headers.get('set-cookie') ?? '').split(';')[0] ?? '';
  const page = await fetch(`${base}/flows/`, { headers: { cookie } });
  expect(page.status).toBe(200);
  expect(page.headers.get('content-security-policy')).toContain("frame-ancestors 'none'");
  expect(page.headers.get('set-cookie')).toBeNull();
  const foreign = await fetch(`${base}/flows/flows`, {
    method: 'POST',
    headers: { cookie, origin: 'https://elsewhere.example', 'content-type': 'application/json' },
    body: '[]',
  });
  expect(foreign.status).toBe(403);
  const comms = `${base.replace('http', 'ws')}/flows/comms`;
  expect(await upgrade(comms, {})).toBe(401);
  expect(await upgrade(comms, { cookie, origin: 'https://elsewhere.example' })).toBe(403);
  expect(await upgrade(comms, { cookie })).toBe(403);
  expect(await upgrade(comms, { cookie, origin: base })).toBe(101);

  // An open editor ends with its session.
  const open = new WebSocket(comms, { headers: { cookie, origin: base } });
  const closed = new Promise((resolve) => open.once('close', resolve));
  await new Promise((resolve) => open.once('open', resolve));
  await fetch(`${base}/api/v1/session`, { method: 'DELETE', headers: { cookie } });
  await closed;

  // Its socket is for nobody who does not know the secret of this start.
  const socketPath = join(directory.path, 'flows/editor.sock');
  expect(await bySocket(socketPath, {})).toBe(403);
  expect(await bySocket(socketPath, { 'gridbell-start-secret': 'x'.repeat(43) })).toBe(403);

  // What flows may: their own files, and Gridbell's API, not those of others, no programs.
  const secret = join(directory.path, 'keys.json');
  await deploy(
    admin,
    tabOf(
      {
        id: 'go',
        type: 'inject',
        once: true,
        onceDelay: '0',
        repeat: '',
        props: [{ p: 'payload' }],
        payload: 'x',
        wires: [['keys', 'own', 'run', 'look']],
      },
      {
        id: 'keys',
        type: 'file in',
        filename: secret,
        filenameType: 'str',
        format: 'utf8',
        wires: [['got']],
      },
      { id: 'got', type: 'file', filename: 'stolen.txt', filenameType: 'str', wires: [[]] },
      {
        id: 'own',
        type: 'file',
        filename: 'own.txt',
        filenameType: 'str',
        appendNewline: true,
        overwriteFile: 'false',
        createDir: false,
        wires: [[]],
      },
      { id: 'run', type: 'exec', command: 'touch ran.txt', wires: [[], [], []] },
      {
        id: 'look',
        type: 'function',
        outputs: 1,
        libs: [],
        wires: [['env']],
        func: "msg.payload = JSON.stringify([typeof process, typeof require, env.get('PATH') !== undefined, env.get('GRIDBELL_ADMIN_PASSWORD') ?? null]); return msg;",
      },
      {
        id: 'env',
        type: 'file',
        filename: 'env.txt',
        filenameType: 'str',
        appendNewline: false,
        overwriteFile: 'true',
        wires: [[]],
      },
    ),
  );
  const files = join(directory.path, 'flows/files');
  const written = await until(
    async () => {
      try {
        readFileSync(join(files, 'own.txt'));
        return JSON.parse(readFileSync(join(files, 'env.txt'), 'utf8')) as unknown;
      } catch {
        // Not there yet, or written in part.
        return null;
      }
    },
    (values) => values !== null,
  );
  expect(written).toEqual(['undefined', 'undefined', true, null]);
  const complained = await untilFlows(admin, ({ complaints }) => complaints.length >= 2);
  expect(complained.complaints.map(({ text }) => text).join('\n')).toContain('restricted');
  expect(existsSync(join(files, 'stolen.txt'))).toBe(false);
  expect(existsSync(join(files, 'ran.txt'))).toBe(false);

  // Nothing secret in what it was started with, nor on the disk.
  const [pid = 0] = childrenOf(platform.ready.pid);
  expect(readFileSync(`/proc/${pid}/cmdline`, 'utf8')).toContain('--permission');
  expect(readFileSync(`/proc/${pid}/environ`, 'utf8')).not.toContain('GRIDBELL');
  expect((await flowsOf(admin)).state).toBe('running');

  // Stopped, it is away; started, the flows are as they were.
  expect((await admin.post('/api/v1/flows/stop')).status).toBe(200);
  expect((await admin.get('/flows/flows')).status).toBe(503);
  expect(existsSync(`/proc/${pid}`)).toBe(false);
  expect((await admin.get<{ items: { id: string }[] }>('/api/v1/tokens')).body.items).toEqual([]);
  await admin.post('/api/v1/flows/start');
  await untilFlows(admin, ({ state }) => state === 'running');
  expect((await admin.get<unknown[]>('/flows/flows')).body).toHaveLength(8);
  expect(await platform.stop()).toBe(0);
});

it('a deploy is kept however its path is written, and a path that others would read differently is refused', async () => {
  using directory = temporaryDirectory();
  const { admin, platform } = await startWithRunningFlows(directory.path);
  await using _ = platform;
  const token = await admin.post<{ token: string }>('/api/v1/tokens', { name: 'deploy', role: 'admin' });
  /** fetch() would put the path right. */
  const send = (method: string, path: string, body: unknown): Promise<number> =>
    new Promise((resolve, reject) => {
      const text = JSON.stringify(body);
      request(
        {
          port: platform.ready.http,
          method,
          path,
          headers: {
            authorization: `Bearer ${token.body.token}`,
            'content-type': 'application/json',
            'content-length': Buffer.byteLength(text),
          },
        },
        (response) => {
          response.resume();
          resolve(response.statusCode ?? 0);
        },
      )
        .on('error', reject)
        .end(text);
    });
  const newest = async () =>
    (await admin.get<{ items: { added: string[]; changed: string[] }[] }>('/api/v1/flows/versions')).body
      .items[0];
  const tab = (id: string) => [{ id, type: 'tab', label: id }];

  for (const [index, path] of ['/flows/flows', '/flows/FLOWS', '/flows/Flows/'].entries()) {
    expect(await send('POST', path, tab(`tab${index}`)), path).toBe(204);
    expect((await newest())?.added, path).toEqual([`tab${index}`]);
  }
  expect(await send('POST', '/flows/flows', tab('state-of-doors'))).toBe(204);
  const changed = { id: 'state-of-doors', label: 'doors', nodes: [] };
  expect(await send('PUT', '/flows/flow/state-of-doors', changed)).toBe(200);
  expect((await newest())?.changed).toEqual(['doors']);

  for (const path of ['/flows//flows', '/flows/./flows', '/flows/%2e/flows', '/flows/settings/../flows'])
    expect(await send('POST', path, tab('hidden')), path).toBe(400);
  expect((await admin.get<unknown[]>('/flows/flows')).body).toHaveLength(1);
  expect(await platform.stop()).toBe(0);
});

it('flows have a bounded number of connections to Gridbell, and each request that is too much fails by itself', async () => {
  using directory = temporaryDirectory();
  const { admin, platform } = await startWithRunningFlows(directory.path);
  await using _ = platform;
  const url = `http://127.0.0.1:${platform.ready.http}/health/live`;
  await deploy(
    admin,
    tabOf(
      { id: 'go', type: 'inject', once: true, onceDelay: '0', repeat: '', props: [], wires: [['many']] },
      {
        id: 'many',
        type: 'function',
        outputs: 1,
        libs: [],
        func: 'for (let index = 0; index < 500; index += 1) node.send({}); return null;',
        wires: [['ask']],
      },
      { id: 'ask', type: 'http request', method: 'GET', ret: 'txt', url, wires: [['well']] },
      {
        id: 'well',
        type: 'switch',
        property: 'statusCode',
        propertyType: 'msg',
        rules: [{ t: 'eq', v: '200', vt: 'num' }],
        wires: [['write']],
      },
      {
        id: 'write',
        type: 'file',
        filename: 'answered.txt',
        filenameType: 'str',
        appendNewline: true,
        overwriteFile: 'false',
        wires: [[]],
      },
    ),
  );
  const { complaints } = await untilFlows(admin, (flows) => flows.complaints.length >= 50);
  expect(complaints[0]?.text).toContain('connections to Gridbell already');
  // Those that were let through were answered, and so are later ones.
  await until(
    async () => existsSync(join(directory.path, 'flows/files/answered.txt')),
    (isThere) => isThere,
  );
  expect((await flowsOf(admin)).state).toBe('running');
});
