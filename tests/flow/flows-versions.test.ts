import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { tabOf } from '#bench/flows/abuses.ts';
import { temporaryDirectory } from '#tests/support/temporary-directory.ts';
import { until } from './support/api-client.ts';
import { deploy, press, startWithRunningFlows, untilFlows } from './support/flows-platform.ts';

interface Version {
  readonly id: string;
  readonly by: string;
  readonly how: string;
  readonly tabs: number;
  readonly nodes: number;
  readonly added: readonly string[];
  readonly changed: readonly string[];
  readonly stands: boolean;
}

const word = 'a password that flows need';
const speaker = (name: string) => ({
  id: 'speaker',
  type: 'http request',
  name,
  method: 'POST',
  url: 'http://127.0.0.1:9',
  authType: 'basic',
  wires: [[]],
});
const credentials = '/flows/credentials/http-request/speaker';

// Five starts of flows, which stand behind everything else that the machine does.
it('each deploy is on disk, kept, noted with who made it, and can be put back with its credentials', async () => {
  using directory = temporaryDirectory();
  const start = () => startWithRunningFlows(directory.path);
  let { admin, platform } = await start();
  await using _ = { [Symbol.asyncDispose]: () => platform.kill() };
  const versions = async () => (await admin.get<{ items: Version[] }>('/api/v1/flows/versions')).body.items;
  const noted = async () =>
    (await admin.all<{ action: string; actor: string; detail: string }>('/api/v1/audit'))
      .filter(({ action }) => action === 'note-flows')
      .map(({ actor, detail }) => `${actor}: ${detail}`);
  const putBack = (id: string) => admin.post<unknown>(`/api/v1/flows/versions/${id}/put-back`);

  // Answered, then killed: it is there.
  await deploy(admin, tabOf({ ...speaker('first'), credentials: { user: 'gateway', password: word } }));
  expect((await admin.get(credentials)).body).toEqual({ user: 'gateway', has_password: true });
  await platform.kill();
  ({ admin, platform } = await start());
  expect(await versions()).toMatchObject([
    { by: 'admin', how: 'deploy', tabs: 1, nodes: 1, added: ['Test'], changed: [], stands: true },
  ]);
  expect((await admin.get(credentials)).body).toEqual({ user: 'gateway', has_password: true });

  // No password lies in any file as it is.
  const files = readdirSync(directory.path, { recursive: true, encoding: 'utf8' }).filter((name) =>
    /^flows.*\.json$/.test(name),
  );
  expect(files).toContain('flows/flows_cred.json');
  for (const name of files)
    expect(readFileSync(join(directory.path, name), 'utf8'), name).not.toContain(word);

  // The next one says what is different; the same again is no version.
  await deploy(admin, [
    ...tabOf({ id: 'note', type: 'comment', name: 'without speaker', wires: [] }),
    { id: 'other', type: 'tab', label: 'Lamps' },
  ]);
  await deploy(admin, [
    ...tabOf({ id: 'note', type: 'comment', name: 'without speaker', wires: [] }),
    { id: 'other', type: 'tab', label: 'Lamps' },
  ]);
  const [second, first] = await versions();
  expect(second).toMatchObject({ added: ['Lamps'], changed: ['Test'], removed: [], stands: true });
  expect(await versions()).toHaveLength(2);
  expect((await admin.get<unknown[]>(`/api/v1/flows/versions/${first?.id}`)).body).toMatchObject([
    { type: 'tab' },
    { id: 'speaker', name: 'first' },
  ]);
  expect((await admin.get(credentials)).body).toEqual({});

  // Put back while it runs: flows and their credentials.
  expect((await putBack(first?.id ?? '')).status).toBe(200);
  expect((await admin.get<{ name: string }[]>('/flows/flows')).body[1]?.name).toBe('first');
  expect((await admin.get(credentials)).body).toEqual({ user: 'gateway', has_password: true });
  expect((await putBack('20260101000000000-000000000000')).status).toBe(404);

  // And while it does not.
  await admin.post('/api/v1/flows/stop');
  expect((await putBack(second?.id ?? '')).status).toBe(200);
  await admin.post('/api/v1/flows/start');
  await untilFlows(admin, ({ state }) => state === 'running');
  expect((await admin.get<unknown[]>('/flows/flows')).body).toHaveLength(3);
  expect((await versions()).map(({ how }) => how.split(' ')[0])).toEqual(['put', 'put', 'deploy', 'deploy']);

  // What somebody wrote past the editor is found, and said to be nobody's.
  await platform.stop();
  writeFileSync(
    join(directory.path, 'flows/flows.json'),
    JSON.stringify([{ id: 'tab', type: 'tab', label: 'By hand' }]),
  );
  ({ admin, platform } = await start());
  expect((await versions())[0]).toMatchObject({ by: 'system', how: 'found', tabs: 1, nodes: 0 });

  // A button of a flow, too.
  await deploy(
    admin,
    tabOf({ id: 'button', type: 'inject', repeat: '', once: false, props: [], wires: [[]] }),
  );
  await press(admin, 'button');
  const lines = await until(noted, (each) => each.some((line) => line.includes('inject')));
  const told = lines.toReversed().join('\n');
  expect(told).toContain('admin: deploy: 2 tabs, 1 node; added Lamps; changed Test (version ');
  expect(told).toContain('admin: deploy: nothing is different');
  expect(told).toContain(`admin: put back ${first?.id}: 1 tab, 1 node`);
  expect(told).toContain('admin: stop');
  expect(told).toContain('system: found as the files say');
  expect(told).toContain('admin: POST inject/button');
}, 1_200_000);
