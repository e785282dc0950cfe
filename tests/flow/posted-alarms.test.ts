import { expect, it } from 'vitest';
import { temporaryDirectory } from '#tests/support/temporary-directory.ts';
import { ApiClient, until } from './support/api-client.ts';
import { community } from './support/community.ts';
import { RunningPlatform } from './support/running-platform.ts';

interface AlarmView {
  readonly id: string;
  readonly key: string;
  readonly state: string;
  readonly tasks: readonly string[];
}

const post = (id: string, key = 'b3') => ({
  rule: 'corridor-light',
  id,
  key,
  category: 'facilities',
  severity: 'minor',
  place: 'b3',
  title: { zh: '走廊灯', en: 'Corridor light' },
});
const alarms = '/api/v1/alarms';

it('what comes from outside is done once, through repeats and kills: alarms with their tasks, and messages', async () => {
  using directory = temporaryDirectory();
  let platform = await RunningPlatform.start({ dataDir: directory.path });
  await using _ = { [Symbol.asyncDispose]: () => platform.kill() };
  let client = await ApiClient.signIn(platform);
  await client.post('/api/v1/import', community);
  const again = async () => {
    await platform.kill();
    platform = await RunningPlatform.start({ dataDir: directory.path });
    client = await ApiClient.signIn(platform);
  };

  // Answered, then killed: it stands, and the same id answers what stands.
  const first = await client.post<AlarmView>(alarms, post('m-1'));
  expect(first).toMatchObject({ status: 201, body: { state: 'active' } });
  await again();
  expect(await client.post(alarms, post('m-1'))).toMatchObject({ status: 200, body: { id: first.body.id } });
  const task = await client.get<{ titles: object }>(`/api/v1/tasks/${first.body.tasks[0]}`);
  expect(task.body.titles).toEqual({ zh: '走廊灯', en: 'Corridor light' });

  // Killed with requests under way: whether each was written down is not known, so each is made again.
  const keys = Array.from({ length: 40 }, (_, index) => `light-${index}`);
  const underWay = keys.map((key) => client.post<AlarmView>(alarms, post('m-2', key)).catch(() => null));
  await Promise.race(underWay);
  await again();
  await Promise.all(underWay);
  for (const key of keys) {
    expect((await client.post<AlarmView>(alarms, post('m-2', key))).status).toBeLessThan(202);
    expect((await client.post<AlarmView>(alarms, post('m-2', key))).status).toBe(200);
  }
  const raised = (await client.all<AlarmView>(`${alarms}?rule=corridor-light`)).filter(
    ({ key }) => key !== 'b3',
  );
  expect(raised.map(({ key }) => key).sort()).toEqual([...keys].sort());
  expect(new Set(raised.flatMap(({ tasks }) => tasks)).size).toBe(keys.length);

  // Ended, killed, and asked for again: it does not come back, nor when a rule has its id.
  const ended = await client.post(`${alarms}/clear`, { rule: 'corridor-light', key: 'b3', id: 'c-1' });
  expect(ended).toMatchObject({ status: 200, body: { state: 'cleared' } });
  const rule = { category: 'fire', severity: 'minor', property: 'smoke', when: 'value == true' };
  expect((await client.send('PUT', '/api/v1/rules/corridor-light', rule)).status).toBeLessThan(300);
  await again();
  expect(await client.post(alarms, post('m-1'))).toMatchObject({ status: 200, body: { state: 'cleared' } });
  expect(await client.post(alarms, post('m-3'))).toMatchObject({ status: 409 });
  const history = await until(
    () => client.all<{ action: string; actor: string }>('/api/v1/audit'),
    (lines) => lines.some(({ action }) => action === 'clear-alarm'),
  );
  expect(history.filter(({ action }) => action === 'raise-alarm')).toHaveLength(1 + keys.length);

  // A message is told once, by the way that people are told, also when it is asked for again after a kill.
  const message = (id: string) => ({ id, to: { role: 'grid-worker', place: 'b3' }, text: `停水 ${id}` });
  expect(await client.post('/api/v1/bulletins', message('b-1'))).toMatchObject({
    status: 201,
    body: { told: 1 },
  });
  await again();
  expect(await client.post('/api/v1/bulletins', message('b-1'))).toMatchObject({
    status: 200,
    body: { told: 0 },
  });
  expect(await client.post('/api/v1/bulletins', message('b-2'))).toMatchObject({ body: { told: 1 } });
  const told = await until(
    async () => {
      const entries = await client.all<{ kind: string; person: string; text?: unknown }>('/api/v1/outbox');
      return entries.filter(({ kind }) => kind === 'bulletin');
    },
    (entries) => new Set(entries.map((each) => JSON.stringify(each))).size >= 2,
  );
  expect(told.map(({ person }) => person)).toEqual(['w-zhou', 'w-zhou']);
  expect(await platform.stop()).toBe(0);
});
