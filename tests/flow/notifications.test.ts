import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { startHttpReceiver } from '#tests/support/notify/http-receiver.ts';
import { temporaryDirectory } from '#tests/support/temporary-directory.ts';
import { ApiClient, until } from './support/api-client.ts';
import { community, tokens } from './support/community.ts';
import { hookChannel, linkIn } from './support/hook-channel.ts';
import { RunningPlatform } from './support/running-platform.ts';

const run = promisify(execFile);

const smoke = (platform: RunningPlatform) =>
  run('mosquitto_pub', [
    '-h',
    '127.0.0.1',
    '-p',
    String(platform.ready.mqtt),
    '-q',
    '1',
    '-u',
    'smoke-b3-05',
    '-P',
    tokens.smoke,
    '-t',
    'gridbell/lianfang-1/smoke-b3-05/telemetry',
    '-m',
    '{"smoke":true}',
  ]);

interface OutboxItem {
  readonly id: string;
  readonly person: string;
  readonly kind: string;
  readonly state: string;
  readonly deliveries: readonly { readonly key: string; readonly state: string; readonly attempts: number }[];
}
interface TaskView {
  readonly id: string;
  readonly state: string;
  readonly version: number;
  readonly history: readonly { readonly action: string; readonly actor: string }[];
  readonly proofs: readonly {
    readonly person: string;
    readonly seenBy: string | null;
    readonly actedAt: string | null;
  }[];
}

describe('from smoke to a person', () => {
  it('the worker is told, takes the task by the link alone, and that is proof', async () => {
    using directory = temporaryDirectory();
    await using hook = await startHttpReceiver();
    const env = hookChannel(hook);
    await using platform = await RunningPlatform.start({ dataDir: directory.path, env });
    const admin = await ApiClient.signIn(platform);
    await admin.post('/api/v1/import', community);
    const worker = await ApiClient.signIn(platform, 'w-zhou', 'zhou-password');
    const live = (async () => {
      for await (const { data, event } of worker.stream('notices')) if (event === 'notice') return data;
      return null;
    })();
    await until(
      () => admin.get<string>('/metrics'),
      ({ body }) => body.includes('gridbell_stream_connections 1'),
    );
    await smoke(platform);
    await hook.has(1);
    expect(await live).toMatchObject({ kind: 'assigned', severity: 'critical', lifeSafety: true });
    const link = linkIn(hook);
    expect(link).not.toBe('');

    const base = `http://127.0.0.1:${platform.ready.http}`;
    const page = await fetch(base + link, {
      headers: { accept: 'text/html', 'user-agent': 'Mozilla/5.0', 'accept-language': 'zh-CN' },
    });
    expect(page.headers.get('content-security-policy')).toContain("form-action 'self'");
    const text = await page.text();
    expect(text).toContain('<form method="post"><button>接单</button></form>');
    expect(text).not.toContain('李奶奶');
    const [task] = await admin.all<TaskView>('/api/v1/tasks');
    expect(task?.state).toBe('dispatched');

    const nobody = new ApiClient(base, null);
    expect(await nobody.post(link)).toMatchObject({
      status: 200,
      body: { state: 'accepted', action: 'accept' },
    });
    expect(await nobody.post(link)).toMatchObject({ status: 409 });
    expect(await nobody.get(`${link.slice(0, -1)}${link.endsWith('A') ? 'B' : 'A'}`)).toMatchObject({
      status: 404,
    });
    const { body } = await admin.get<TaskView>(`/api/v1/tasks/${task?.id}`);
    expect(body.state).toBe('accepted');
    expect(body.history.at(-1)).toMatchObject({ action: 'accept', actor: 'w-zhou' });
    expect(body.proofs).toMatchObject([
      { person: 'w-zhou', seenBy: 'link', actedAt: expect.any(String) },
      { person: 'm-wang', seenBy: null, actedAt: null },
    ]);
    const [item] = await worker.all<OutboxItem>('/api/v1/outbox?person=me');
    expect(item).toMatchObject({ kind: 'assigned', state: 'proven' });
  });

  it('a program that opens the link is no proof: the preview of a chat, a scanner of mail', async () => {
    using directory = temporaryDirectory();
    await using hook = await startHttpReceiver();
    await using platform = await RunningPlatform.start({ dataDir: directory.path, env: hookChannel(hook) });
    const admin = await ApiClient.signIn(platform);
    await admin.post('/api/v1/import', community);
    await smoke(platform);
    await hook.has(1);
    const link = linkIn(hook);
    await fetch(`http://127.0.0.1:${platform.ready.http}${link}`, {
      headers: { 'user-agent': 'Slackbot-LinkExpanding 1.0' },
    });
    // A scanner of mail that passes for a browser.
    await fetch(`http://127.0.0.1:${platform.ready.http}${link}`, {
      headers: { 'user-agent': 'Mozilla/5.0 (Windows NT 10.0; Win64; x64)', accept: 'text/html' },
    });
    const [item] = await admin.all<OutboxItem & { readonly seenAt: string | null }>('/api/v1/outbox');
    expect(item?.seenAt).toBeNull();
  });
});

describe('somebody’s browser', () => {
  it('may be chosen by its channel’s name, and is forgotten when that person leaves', async () => {
    using directory = temporaryDirectory();
    await using hook = await startHttpReceiver();
    await using platform = await RunningPlatform.start({ dataDir: directory.path, env: hookChannel(hook) });
    const admin = await ApiClient.signIn(platform);
    await admin.post('/api/v1/import', community);
    const [leader, worker] = [
      await ApiClient.signIn(platform, 'l-chen', 'chen-password'),
      await ApiClient.signIn(platform, 'w-zhou', 'zhou-password'),
    ];
    expect(await worker.get('/api/v1/preferences')).toMatchObject({
      body: {
        available: [
          { id: 'stream', kind: 'stream' },
          { id: 'hook', kind: 'webhook' },
        ],
      },
    });
    const keys = { p256dh: 'p'.repeat(87), auth: 'a'.repeat(22) };
    for (const [name, person] of Object.entries({ leader, worker }))
      expect(
        await person.post('/api/v1/push-subscriptions', { endpoint: `https://push.example/${name}`, keys }),
      ).toMatchObject({ status: 204 });
    expect(await admin.send('DELETE', '/api/v1/people/l-chen')).toMatchObject({ status: 204 });
    using notify = new DatabaseSync(join(directory.path, 'notify.db'), { readOnly: true });
    expect(notify.prepare('select person from push_subscriptions').all()).toEqual([{ person: 'w-zhou' }]);
  });
});

describe('a kill in the middle', () => {
  it('sends what was under way again with the same key, and everything else once', async () => {
    using directory = temporaryDirectory();
    await using hook = await startHttpReceiver();
    const env = hookChannel(hook);
    let platform = await RunningPlatform.start({ dataDir: directory.path, env });
    let admin = await ApiClient.signIn(platform);
    await admin.post('/api/v1/import', community);
    hook.behave((_request, number) => (number % 3 === 0 ? 'hang' : { status: 200 }));
    const tasks: string[] = [];
    for (let round = 0; round < 3; round++) {
      for (let number = 0; number < 4; number++) {
        const made = await admin.post<{ id: string }>('/api/v1/tasks', {
          category: 'facilities',
          severity: 'critical',
          title: `round ${round}, task ${number}`,
          place: 'b3',
        });
        expect(made.status).toBe(201);
        tasks.push(made.body.id);
      }
      await platform.kill();
      platform = await RunningPlatform.start({ dataDir: directory.path, env });
      admin = await ApiClient.signIn(platform);
    }
    await using _ = platform;
    hook.behave(() => ({ status: 200 }));
    const outbox = await until(
      () => admin.all<OutboxItem>('/api/v1/outbox'),
      (items) =>
        items.length === 12 &&
        items.every(
          ({ deliveries }) => deliveries.length > 0 && deliveries.every(({ state }) => state === 'sent'),
        ),
    );
    expect(new Set(outbox.map(({ id }) => id)).size).toBe(12);
    const count = new Map<unknown, number>();
    for (const { headers } of hook.received) {
      const key = headers['webhook-id'] ?? headers['idempotency-key'];
      count.set(key, (count.get(key) ?? 0) + 1);
    }
    expect(count.size).toBe(12);
    const attempts = new Map(
      outbox.flatMap(({ deliveries }) => deliveries.map((each) => [each.key, each.attempts])),
    );
    // Every repeat is one that the outbox knows of: an answer that was lost.
    for (const [key, times] of count)
      expect(times, String(key)).toBeLessThanOrEqual(attempts.get(String(key)) ?? 0);
  });
});

describe('what does not leave the machine', () => {
  it('is anything, on the data clock', async () => {
    using directory = temporaryDirectory();
    await using hook = await startHttpReceiver();
    const env = hookChannel(hook);
    await using platform = await RunningPlatform.start({ dataDir: directory.path, clock: 'data', env });
    const admin = await ApiClient.signIn(platform);
    await admin.post('/api/v1/import', community);
    await smoke(platform);
    const outbox = await until(
      () =>
        admin.all<OutboxItem & { readonly because: readonly { readonly code: string }[] }>('/api/v1/outbox'),
      (items) => items.length === 2,
    );
    expect(outbox.map(({ because }) => because.at(-1)?.code)).toEqual(['outside-off', 'outside-off']);
    const { body } = await admin.get<{ items: readonly { id: string; on: boolean }[] }>('/api/v1/channels');
    expect(body.items.map(({ id, on }) => `${id} ${on}`)).toEqual(['stream true', 'hook false']);
    expect(await admin.post('/api/v1/channels/hook/test', { person: 'w-zhou' })).toMatchObject({
      status: 409,
    });
    expect(platform.output.join()).toContain('no notification leaves this machine');
    expect(hook.received).toHaveLength(0);
  });

  it('is what would go inside, and no secret is in logs, answers or exports', async () => {
    using directory = temporaryDirectory();
    await using hook = await startHttpReceiver();
    const { GRIDBELL_NOTIFY_ALLOW_TARGETS: _allowed, ...env } = hookChannel(hook);
    await using platform = await RunningPlatform.start({ dataDir: directory.path, env });
    const admin = await ApiClient.signIn(platform);
    await admin.post('/api/v1/import', community);
    const tested = await admin.post<{ because: string }>('/api/v1/channels/hook/test', { person: 'w-zhou' });
    expect(tested).toMatchObject({ status: 200, body: { outcome: 'refused' } });
    expect(tested.body.because).toContain('loopback');
    expect(hook.received).toHaveLength(0);
    const shown = [
      JSON.stringify((await admin.get('/api/v1/channels')).body),
      JSON.stringify((await admin.get('/api/v1/export')).body),
      JSON.stringify((await admin.get('/api/v1/outbox')).body),
      platform.output.join(),
    ].join();
    expect(shown).not.toContain('MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3');
  });
});
