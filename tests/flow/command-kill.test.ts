import { expect, it } from 'vitest';
import { Chance } from '#device-sim/chance/chance.ts';
import { temporaryDirectory } from '#tests/support/temporary-directory.ts';
import { ApiClient, until } from './support/api-client.ts';
import { CommandedDevice } from './support/commanded-device.ts';
import { community, tokens } from './support/community.ts';
import { RunningPlatform } from './support/running-platform.ts';

const device = '/api/v1/devices/smoke-b3-05';
const topic = 'gridbell/lianfang-1/smoke-b3-05/command';
const credentials = { username: 'smoke-b3-05', password: tokens.smoke, topic };

interface CommandView {
  readonly id: string;
  readonly state: string;
}

/** A platform that is killed and started again on the same directory. */
async function killable(dataDir: string) {
  let platform = await RunningPlatform.start({ dataDir });
  let client = await ApiClient.signIn(platform);
  await client.post('/api/v1/import', community);
  return {
    get port() {
      return platform.ready.mqtt;
    },
    get client() {
      return client;
    },
    kill: () => platform.kill(),
    start: async () => {
      platform = await RunningPlatform.start({ dataDir });
      client = await ApiClient.signIn(platform);
    },
    state: async (id: string) => (await client.get<CommandView>(`${device}/commands/${id}`)).body.state,
    stop: () => platform.stop(),
    [Symbol.asyncDispose]: () => platform.kill(),
  };
}

it('a command comes through a kill after each of its steps', async () => {
  using directory = temporaryDirectory();
  await using platform = await killable(directory.path);
  using one = new CommandedDevice({ ...credentials, acknowledges: () => false });

  // Asked for.
  const asked = { command: 'siren', id: 'c-1', expiresIn: '1h' };
  expect(await platform.client.post(`${device}/command`, asked)).toMatchObject({ status: 202 });
  await platform.kill();
  await platform.start();
  expect(await platform.state('c-1')).toBe('waiting');

  // Sent, not acknowledged.
  await one.connect(platform.port);
  await one.has(1);
  await platform.kill();
  await platform.start();
  expect(await platform.state('c-1')).toMatch(/^(waiting|sent)$/);

  // Acknowledged, in the moment of the kill: it may have been heard or not.
  await one.connect(platform.port);
  const [got] = await one.has(1);
  if (!got) throw new Error('nothing came');
  expect(got).toMatchObject({ id: 'c-1', dup: false });
  one.acknowledge(got);
  await platform.kill();
  await platform.start();
  await one.connect(platform.port);
  // It comes again where it was not, which may be known only when the engine has read what the inbox holds of before.
  let isAnswered = false;
  await until(
    () => {
      const [again] = one.connections.at(-1) ?? [];
      if (again && !isAnswered) one.acknowledge(again);
      isAnswered ||= again !== undefined;
      return platform.state('c-1');
    },
    (state) => state === 'delivered',
  );

  // Delivered: it does not come again.
  await platform.kill();
  await platform.start();
  await one.connect(platform.port);
  await platform.client.post(`${device}/command`, { ...asked, id: 'c-2' });
  expect(await one.has(1)).toMatchObject([{ id: 'c-2' }]);
  expect(await platform.state('c-1')).toBe('delivered');

  // Answered, and the answer is on disk.
  const payload = JSON.stringify({ id: 'c-1', ok: true });
  await one.client.publishAcknowledged({ topic: `${topic}/reply`, payload, messageId: 9 });
  await platform.kill();
  await platform.start();
  await until(
    () => platform.state('c-1'),
    (state) => state === 'answered',
  );
  expect(await platform.stop()).toBe(0);
});

it('commands under way come through kills at random moments: none is lost, none is delivered without a PUBACK', async () => {
  using directory = temporaryDirectory();
  await using platform = await killable(directory.path);
  const chance = new Chance(11);
  const isNeverAcknowledged = (id: string) => Number(id.slice(2)) % 25 === 0;
  using one = new CommandedDevice({ ...credentials, acknowledges: (id) => !isNeverAcknowledged(id) });
  await one.connect(platform.port);
  const rounds = 3;
  let last = 0;
  let restarted = Promise.withResolvers<void>();
  let isOver = false;

  /** One after the other; a POST that the kill left without an answer is made again under its id. */
  const asking = (async () => {
    for (let isAnswered = true; !isOver || !isAnswered; ) {
      const body = { command: 'siren', args: { n: last + 1 }, id: `c-${last + 1}`, expiresIn: '1h' };
      const again = restarted.promise;
      const answer = await platform.client.post(`${device}/command`, body).catch(() => null);
      isAnswered = answer !== null;
      if (answer === null) await again;
      else {
        expect(answer).toMatchObject({ status: 202 });
        last += 1;
      }
    }
  })();
  for (let round = 0; round < rounds; round++) {
    const enough = last + 5 + 25 * chance.next();
    await until(
      async () => last,
      (asked) => asked >= enough,
    );
    await platform.kill();
    await platform.start();
    await one.connect(platform.port);
    restarted.resolve();
    restarted = Promise.withResolvers<void>();
  }
  isOver = true;
  restarted.resolve();
  await asking;

  const settled = (commands: readonly CommandView[]) =>
    commands.every(({ id, state }) => state === (isNeverAcknowledged(id) ? 'sent' : 'delivered'));
  const commands = await until(() => platform.client.all<CommandView>(`${device}/commands`), settled);
  expect(commands.map(({ id }) => id)).toEqual(
    Array.from({ length: last }, (_, index) => `c-${last - index}`),
  );
  expect(last).toBeGreaterThan(5 * rounds);
  const received = new Set(one.received.map(({ id }) => id));
  for (const { id, state } of commands) {
    expect(received.has(id), `${id} came to the device`).toBe(true);
    if (state === 'delivered') expect(one.acknowledged.has(id), `${id} was acknowledged`).toBe(true);
  }
  for (const connection of one.connections) {
    const numbers = connection.map(({ id }) => Number(id.slice(2)));
    expect(numbers).toEqual(numbers.toSorted((a, b) => a - b));
    expect(new Set(numbers).size).toBe(numbers.length);
  }
});

it('a door is opened once at most, whenever Gridbell is killed and however many of its connections are there', async () => {
  using directory = temporaryDirectory();
  await using platform = await killable(directory.path);
  const token = 'door-token-1234';
  const door = { id: 'door-b3', kind: 'door', place: 'b3', token };
  expect(await platform.client.post('/api/v1/devices', door)).toMatchObject({ status: 201 });
  const opens: string[] = [];
  const one = () =>
    new CommandedDevice({
      username: door.id,
      password: token,
      topic: `gridbell/lianfang-1/${door.id}/command`,
      acknowledges: (id) => {
        opens.push(id);
        return false;
      },
    });
  const path = `/api/v1/devices/${door.id}/command`;
  const unlock = async (): Promise<string> => {
    const { body } = await platform.client.post<{ confirmation: string; id: string }>(
      `${path}/confirmation`,
      { command: 'unlock', reason: 'Fire brigade' },
    );
    const asked = { command: 'unlock', confirmation: body.confirmation };
    expect(await platform.client.post(path, asked)).toMatchObject({ status: 202 });
    return body.id;
  };
  /** What is asked for now comes behind all that may still be on its way. */
  const last = async (device: CommandedDevice): Promise<void> => {
    await platform.client.post(path, { command: 'lock' });
    await until(
      async () => device.connections.at(-1) ?? [],
      (got) => got.length > 0,
    );
  };

  for (let round = 0; round < 2; round++) {
    using first = one();
    using second = one();
    await first.connect(platform.port);
    await second.connect(platform.port);
    // The moment in which it reaches the door.
    const id = await unlock();
    await until(
      async () => opens,
      (got) => got.includes(id),
    );
    await platform.kill();
    await platform.start();
    using back = one();
    await back.connect(platform.port);
    await last(back);
    expect(opens.filter((each) => each === id)).toEqual([id]);
  }

  // While nobody was there: who opens it after a restart asks again.
  const forgotten = await unlock();
  await platform.kill();
  await platform.start();
  using back = one();
  await back.connect(platform.port);
  await last(back);
  expect(opens).not.toContain(forgotten);
});
