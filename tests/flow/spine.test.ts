import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { temporaryDirectory } from '#tests/support/temporary-directory.ts';
import { ApiClient, until } from './support/api-client.ts';
import { community, tokens } from './support/community.ts';
import { readings } from './support/kill-rounds.ts';
import { RunningPlatform } from './support/running-platform.ts';

const run = promisify(execFile);

interface TaskView {
  readonly id: string;
  readonly version: number;
  readonly state: string;
  readonly assignee: string | null;
  readonly alarms: readonly string[];
  readonly history: readonly { readonly action: string; readonly actor: string; readonly to: string }[];
}

const publish = (platform: RunningPlatform, device: string, token: string, payload: object) =>
  run('mosquitto_pub', [
    '-h',
    '127.0.0.1',
    '-p',
    String(platform.ready.mqtt),
    '-u',
    device,
    '-P',
    token,
    '-q',
    '1',
    '-t',
    `gridbell/lianfang-1/${device}/telemetry`,
    '-m',
    JSON.stringify(payload),
  ]);

async function startWithCommunity(dataDir: string) {
  const platform = await RunningPlatform.start({ dataDir });
  const admin = await ApiClient.signIn(platform);
  const imported = await admin.post('/api/v1/import', community);
  expect(imported.status, JSON.stringify(imported.body)).toBe(200);
  return { platform, admin };
}

describe('from a publish to a closed task', () => {
  it('one smoke message raises one task for the worker on duty, live and in the list', async () => {
    using directory = temporaryDirectory();
    const { admin, platform } = await startWithCommunity(directory.path);
    await using _ = platform;
    const stream = admin.stream('alarms,tasks,readings');
    const live = (async () => {
      const seen = new Set<string>();
      for await (const { event } of stream) {
        seen.add(event);
        if (seen.size === 3) return seen;
      }
      return seen;
    })();
    await until(
      async () => (await admin.get<string>('/metrics')).body,
      (text) => text.includes('gridbell_stream_connections 1'),
    );
    await publish(platform, 'smoke-b3-05', tokens.smoke, { smoke: true });

    expect(await live).toEqual(new Set(['alarm', 'reading', 'task']));
    const tasks = await admin.all<TaskView>('/api/v1/tasks');
    expect(tasks).toHaveLength(1);
    expect(tasks[0]).toMatchObject({
      state: 'dispatched',
      assignee: 'w-zhou',
      category: 'fire',
      severity: 'critical',
    });
    const alarms = await admin.all<{ id: string; state: string; key: string }>('/api/v1/alarms');
    expect(alarms).toMatchObject([{ state: 'active', key: 'smoke-b3-05', tasks: [tasks[0]?.id] }]);
    expect((await admin.get('/api/v1/devices/smoke-b3-05/latest')).body).toMatchObject({
      smoke: { value: true },
    });
    const stored = await until(
      () => readings(admin, 'smoke-b3-05', 'smoke'),
      (points) => points.length > 0,
    );
    expect(stored.map(({ value }) => value)).toEqual([true]);
  });

  it('the worker accepts and handles, another closes, and everybody else is refused with a reason', async () => {
    using directory = temporaryDirectory();
    const { admin, platform } = await startWithCommunity(directory.path);
    await using _ = platform;
    await publish(platform, 'smoke-b3-05', tokens.smoke, { smoke: true });
    const worker = await ApiClient.signIn(platform, 'w-zhou', 'zhou-password');
    const leader = await ApiClient.signIn(platform, 'l-chen', 'chen-password');
    const carer = await ApiClient.signIn(platform, 'c-lin', 'lin-password');
    const [task] = await until(
      () => worker.all<TaskView>('/api/v1/tasks'),
      (tasks) => tasks.length === 1,
    );
    if (!task) throw new Error('no task');
    const act = (client: ApiClient, action: string, version: number, more = {}) =>
      client.post<TaskView & { code?: string }>(`/api/v1/tasks/${task.id}/${action}`, { version, ...more });

    expect((await act(carer, 'accept', task.version)).status).toBe(403);
    expect((await act(worker, 'close', task.version)).status).toBe(403);
    const accepted = await act(worker, 'accept', task.version);
    expect(accepted).toMatchObject({ status: 200, body: { state: 'accepted' } });
    expect(await act(worker, 'start', task.version)).toMatchObject({
      status: 409,
      body: { code: 'stale-version' },
    });
    const started = await act(worker, 'start', accepted.body.version);
    const handled = await act(worker, 'feedback', started.body.version, { comment: 'burnt rice, aired' });
    expect(handled.body.state).toBe('feedback');
    expect((await act(worker, 'close', handled.body.version)).status).toBe(403);
    const closed = await act(leader, 'close', handled.body.version);
    expect(closed).toMatchObject({ status: 200, body: { state: 'closed' } });
    expect(await act(leader, 'rework', closed.body.version)).toMatchObject({
      status: 409,
      body: { code: 'wrong-state' },
    });
    expect(closed.body.history.map(({ to }) => to)).toEqual([
      'filed',
      'dispatched',
      'accepted',
      'in-progress',
      'feedback',
      'closed',
    ]);
    expect((await admin.all<TaskView>('/api/v1/tasks')).map(({ state }) => state)).toEqual(['closed']);
  });

  it('survives SIGTERM and a start: tasks, readings and sessions stand, and the stream goes on where it was', async () => {
    using directory = temporaryDirectory();
    const first = await startWithCommunity(directory.path);
    await publish(first.platform, 'smoke-b3-05', tokens.smoke, { smoke: true });
    const events = first.admin.stream('alarms,tasks', '0');
    const seen = (await events.next()).value;
    await events.return(undefined);
    const code = await first.platform.stop();
    expect(code, first.platform.output.join('\n')).toBe(0);

    await using platform = await RunningPlatform.start({ dataDir: directory.path });
    const admin = await ApiClient.signIn(platform);
    expect(await admin.all<TaskView>('/api/v1/tasks')).toHaveLength(1);
    await publish(platform, 'smoke-b3-05', tokens.smoke, { smoke: true });
    await publish(platform, 'sos-0502', tokens.sos, { sos: true });
    const resumed: string[] = [];
    for await (const { id } of admin.stream('alarms,tasks', seen?.id ?? '')) {
      resumed.push(id);
      if (resumed.length >= 3) break;
    }
    expect(new Set(resumed).size).toBe(resumed.length);
    expect(resumed).not.toContain(seen?.id);
    const tasks = await until(
      () => admin.all<TaskView>('/api/v1/tasks'),
      ({ length }) => length >= 2,
    );
    expect(new Set(tasks.map(({ assignee }) => assignee))).toEqual(new Set(['c-lin', 'w-zhou']));
    expect(tasks).toHaveLength(2);
  });

  it('another password ends the sessions that the old one opened', async () => {
    using directory = temporaryDirectory();
    const { admin, platform } = await startWithCommunity(directory.path);
    await using _ = platform;
    const worker = await ApiClient.signIn(platform, 'w-zhou', 'zhou-password');
    expect((await worker.get('/api/v1/session')).status).toBe(200);
    const people = community.people.map((person) => ({
      ...person,
      account: { password: `${person.id}-anew` },
    }));
    expect((await admin.post('/api/v1/import', { ...community, people })).status).toBe(200);
    expect((await worker.get('/api/v1/session')).status).toBe(401);
    const again = await ApiClient.signIn(platform, 'w-zhou', 'w-zhou-anew');
    expect((await again.get('/api/v1/session')).status).toBe(200);
  });
});
