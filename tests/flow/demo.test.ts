import { once } from 'node:events';
import { mkdirSync, readdirSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { describe, expect, it } from 'vitest';
import { opening } from '#device-sim/demo/programme.ts';
import type { Task } from '#model/task.ts';
import { temporaryDirectory } from '#tests/support/temporary-directory.ts';
import { type Answer, ApiClient, until } from './support/api-client.ts';
import { demoProcess, RunningDemo } from './support/running-demo.ts';

const password = 'gridbell-demo';
const signIn = (demo: RunningDemo, account: string): Promise<ApiClient> =>
  ApiClient.signIn(demo, account, password);
const tasksOf = (client: ApiClient): Promise<Task[]> => client.all<Task>('/api/v1/tasks');
/** As a page acts that shows the task as it is: time goes on in a demo, and what it does to the task meanwhile is read anew. */
const act = (client: ApiClient, task: string, action: string): Promise<Answer<unknown>> =>
  until(
    async () => {
      const { body } = await client.get<Task>(`/api/v1/tasks/${task}`);
      return client.post<unknown>(`/api/v1/tasks/${task}/${action}`, { version: body.version });
    },
    ({ status }) => status !== 409,
  );

describe('the demo', () => {
  it('has a past; smoke and a fall come within a minute; the crew takes the fall and leaves the smoke to the visitor', async () => {
    using directory = temporaryDirectory();
    await using demo = await RunningDemo.start(directory.path, ['--days', '0.1']);
    const admin = await signIn(demo, 'admin');
    const waiting = (await tasksOf(admin)).find(({ state }) => state === 'feedback');
    expect(waiting?.history.map(({ action }) => action)).toContain('feedback');

    const modes = await admin.all<{ target: string; until: string }>('/api/v1/modes');
    expect(modes.map(({ target }) => target).toSorted()).toEqual(['g1-lane-east', 'r-0302-b1', 'r-0601-b5']);
    for (const mode of modes) expect(Date.parse(mode.until)).toBeGreaterThan(Date.now());

    const { body: alarms } = await until(
      () => admin.get<{ items: readonly { key: string; state: string }[] }>('/api/v1/alarms?state=active'),
      ({ body }) =>
        [opening.smoke.device, opening.fall.device].every((key) =>
          body.items.some((alarm) => alarm.key === key),
        ),
    );
    // Nothing stands that nobody announced; the heat after the smoke is another alarm of the same detector.
    expect(new Set(alarms.items.map(({ key }) => key))).toEqual(
      new Set([opening.smoke.device, opening.fall.device]),
    );
    const tasks = await until(
      () => tasksOf(admin),
      (all) => all.some(({ key, state }) => key === opening.fall.device && state !== 'dispatched'),
    );
    const fall = tasks.find(({ key }) => key === opening.fall.device);
    const smoke = tasks.find(({ key }) => key === opening.smoke.device);
    expect(fall?.history.some(({ action, actor }) => action === 'accept' && actor === fall.assignee)).toBe(
      true,
    );
    expect(smoke?.state).toBe('dispatched');
    expect(Date.parse(String(fall?.createdAt)) - Date.parse(String(smoke?.createdAt))).toBeLessThan(60_000);

    // The accounts that it names are those who have the work, and they may do it.
    const told = demo.out.join('\n');
    for (const account of [smoke?.assignee, fall?.assignee, 'admin', password, `:${demo.ready.http}`])
      expect(told).toContain(account);
    const worker = await signIn(demo, String(smoke?.assignee));
    expect((await act(worker, `${smoke?.id}`, 'accept')).status).toBe(200);
    const [, manager] = /^ +(m-\w+) /m.exec(told) ?? [];
    const verifier = await signIn(demo, String(manager));
    expect((await act(verifier, `${waiting?.id}`, 'close')).status).toBe(200);

    expect(demo.err.filter((line) => line.startsWith('gridbell:') && !line.includes('console/dist'))).toEqual(
      [],
    );
    expect(await demo.stop()).toBe(0);
  });

  it('goes on where it was with --keep, and ends with an error when the platform dies', async () => {
    using directory = temporaryDirectory();
    const first = await RunningDemo.start(directory.path, ['--days', '0.05']);
    const before = await tasksOf(await signIn(first, 'admin'));
    expect(await first.stop()).toBe(0);

    await using second = await RunningDemo.start(directory.path, ['--keep']);
    const ids = (await tasksOf(await signIn(second, 'admin'))).map(({ id }) => id);
    expect(before.length).toBeGreaterThan(0);
    expect(ids).toEqual(expect.arrayContaining(before.map(({ id }) => id)));
    process.kill(second.ready.pid, 'SIGKILL');
    expect(await second.ended()).toBe(1);
    expect(second.err.join('\n')).toMatch(/the platform ended by itself/);
  });

  it('says which port is taken before it makes anything', async () => {
    using directory = temporaryDirectory();
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    const child = demoProcess(join(directory.path, 'demo'), [], { GRIDBELL_HTTP_PORT: String(port) });
    const said = await text(child.stderr);
    expect(said).toMatch(/EADDRINUSE.*another http-port/);
    expect(readdirSync(directory.path)).toEqual([]);
    server.close();
  });

  it('does not touch a directory that is not a demo’s', async () => {
    using directory = temporaryDirectory();
    mkdirSync(join(directory.path, 'inbox'));
    const child = demoProcess(directory.path, []);
    expect(await text(child.stderr)).toMatch(/no demo made/);
    expect(readdirSync(directory.path)).toEqual(['inbox']);
  });
});
