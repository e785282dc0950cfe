import { DateTime } from 'luxon';
import { expect, it } from 'vitest';
import type { EpochMs } from '#model/brand.ts';
import { wallClock } from '#model/clock.ts';
import {
  account,
  type MailServer,
  partsOf,
  startMailServer,
  wordsOf,
} from '#tests/notify/channels/support/mail-server.ts';
import { temporaryDirectory } from '#tests/support/temporary-directory.ts';
import { ApiClient, until } from './support/api-client.ts';
import { community } from './support/community.ts';
import { RunningPlatform } from './support/running-platform.ts';

const people = community.people.map((person) => ({
  ...person,
  addresses: { email: `${person.id}@grid.example` },
}));
const environmentOf = ({ caFile, port }: MailServer): Record<string, string> => ({
  GRIDBELL_NOTIFY_CHANNELS: JSON.stringify({
    hook: {
      kind: 'webhook',
      url: 'http://127.0.0.1:9/never',
      secret: `whsec_${'MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3'}`,
    },
    mail: {
      kind: 'email',
      host: 'localhost',
      port,
      'ca-file': caFile,
      from: 'bell@grid.example',
      ...account,
    },
  }),
  GRIDBELL_NOTIFY_ALLOW_TARGETS: 'localhost,127.0.0.1',
  GRIDBELL_NOTIFY_PUBLIC_URL: 'https://gridbell.example',
  GRIDBELL_LOG_LEVEL: 'debug',
});

interface OutboxItem {
  readonly person: string;
  readonly kind: string;
  readonly state: string;
  readonly because: readonly { readonly code: string }[];
  readonly deliveries: readonly { readonly channel: string; readonly state: string }[];
}

const bulletins = async (platform: RunningPlatform): Promise<readonly OutboxItem[]> => {
  const items = await (await ApiClient.signIn(platform)).all<OutboxItem>('/api/v1/outbox');
  return items.filter(({ kind }) => kind === 'bulletin').sort((a, b) => (a.person < b.person ? -1 : 1));
};
const looked = async (platform: RunningPlatform): Promise<void> => {
  const output = () => Promise.resolve(platform.output.join());
  await until(output, (text) => text.includes('summaries: looked what is due'));
};
const sent = ({ deliveries, state }: OutboxItem): boolean =>
  state === 'inhibited' || deliveries.some((each) => each.state === 'sent');
const subjectsTo = (server: MailServer, person: string): readonly string[] => [
  ...new Map(
    server.mails
      .filter(({ to }) => to.includes(`${person}@grid.example`))
      .map(({ headers }) => [headers['message-id'], wordsOf(headers['subject'] ?? '')]),
  ).values(),
];

/**
 * Where the morning is over: what is due at eight would be a summary of the day before. And where the day does not end meanwhile: what
 * was done would be of two days.
 */
const afternoonAt = (now: EpochMs): string => {
  const { hour: there } = DateTime.fromMillis(now, { zone: 'Asia/Shanghai' });
  return there < 9 || there >= 22 ? 'America/New_York' : 'Asia/Shanghai';
};

it('a summary goes out each morning by e-mail, once whatever dies, late where it has to be, and to nobody who may not read it', async () => {
  using directory = temporaryDirectory();
  await using mails = await startMailServer();
  const start = (aheadMs: number) =>
    RunningPlatform.start({ dataDir: directory.path, env: environmentOf(mails), aheadMs });
  const now = wallClock.now();
  const zone = afternoonAt(now);
  const today = DateTime.fromMillis(now, { zone }).startOf('day');
  /** So far ahead it is that time of that many days from now, also where a day has 23 hours. */
  const ahead = (days: number, time: { hour: number; minute?: number; second?: number }): number =>
    today.plus({ days }).set(time).toMillis() - now;

  const first = await start(0);
  const admin = await ApiClient.signIn(first);
  expect(
    await admin.post('/api/v1/import', {
      ...community,
      community: { ...community.community, timezone: zone },
      people,
    }),
  ).toMatchObject({ status: 200 });
  for (const [name, password] of [
    ['l-chen', 'chen-password'],
    ['m-wang', 'wang-password'],
  ] as const) {
    const person = await ApiClient.signIn(first, name, password);
    expect(await person.get('/api/v1/preferences')).toMatchObject({ body: { summaries: [] } });
    expect(await person.send('PATCH', '/api/v1/preferences', { summaries: ['daily'] })).toMatchObject({
      status: 200,
      body: { summaries: ['daily'] },
    });
  }
  const worker = await ApiClient.signIn(first, 'w-zhou', 'zhou-password');
  expect(await worker.send('PATCH', '/api/v1/preferences', { summaries: ['daily'] })).toMatchObject({
    status: 403,
  });
  for (const title of ['one', 'two'])
    await admin.post('/api/v1/tasks', { category: 'facilities', severity: 'minor', title, place: 'b3' });
  expect(await first.stop()).toBe(0);

  // Killed with the first mail that comes.
  const date = today.toISODate() ?? '';
  const dated = () => mails.mails.filter(({ headers }) => wordsOf(headers['subject'] ?? '').includes(date));
  const second = await start(ahead(1, { hour: 8, second: 5 }));
  await until(
    () => Promise.resolve(dated()),
    ({ length }) => length > 0,
  );
  await second.kill();
  const third = await start(ahead(1, { hour: 8, minute: 3 }));
  await looked(third);
  const told = await until(
    () => bulletins(third),
    (items) => items.length === 2 && items.every(sent),
  );
  expect(told.map(({ person }) => person)).toEqual(['l-chen', 'm-wang']);
  expect(told[0]?.deliveries.map(({ channel }) => channel)).toEqual(['mail']);
  for (const person of ['l-chen', 'm-wang'])
    expect(subjectsTo(mails, person).filter((subject) => subject.includes(date))).toHaveLength(1);
  const [plain] = partsOf(dated()[0]?.raw ?? '');
  expect(plain?.text).toContain('上报数：2');
  expect(plain?.text).not.toContain('迟发');
  expect(plain?.text).toContain(`https://gridbell.example/figures?kind=daily&date=${date}`);

  // The leader becomes a worker; Gridbell is down in the morning.
  const chief = await ApiClient.signIn(third);
  expect(await chief.send('PATCH', '/api/v1/users/l-chen', { role: 'grid-worker' })).toMatchObject({
    status: 200,
  });
  expect(await third.stop()).toBe(0);
  await using fourth = await start(ahead(2, { hour: 15 }));
  const late = await until(
    () => bulletins(fourth),
    (items) => items.length === 4 && items.every(sent),
  );
  expect(late.filter(({ person }) => person === 'l-chen').map(({ state }) => state)).toContain('inhibited');
  expect(late.flatMap(({ because }) => because.map(({ code }) => code))).toContain('figures-not-theirs');
  const next = today.plus({ days: 1 }).toISODate() ?? '';
  expect(subjectsTo(mails, 'l-chen').filter((subject) => subject.includes(next))).toHaveLength(0);
  expect(subjectsTo(mails, 'm-wang').filter((subject) => subject.includes(next))).toHaveLength(1);
  const [text] = partsOf(mails.mails.at(-1)?.raw ?? '');
  expect(text?.text).toContain(`迟发：原定 ${today.plus({ days: 2 }).toISODate()} 08:00 发出`);
});

it('none goes out on the clock of the data', async () => {
  using directory = temporaryDirectory();
  await using mails = await startMailServer();
  await using platform = await RunningPlatform.start({
    dataDir: directory.path,
    clock: 'data',
    env: environmentOf(mails),
  });
  const admin = await ApiClient.signIn(platform);
  expect(await admin.post('/api/v1/import', { ...community, people })).toMatchObject({ status: 200 });
  expect(platform.output.join()).not.toContain('summaries: looked');
});
