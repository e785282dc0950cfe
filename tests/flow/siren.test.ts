import mqtt, { type MqttClient } from 'mqtt';
import { describe, expect, it } from 'vitest';
import { temporaryDirectory } from '#tests/support/temporary-directory.ts';
import { ApiClient, until } from './support/api-client.ts';
import { community, tokens } from './support/community.ts';
import { RunningPlatform } from './support/running-platform.ts';

const topics = 'gridbell/lianfang-1';
const sirenToken = 'siren-token-1234';
const withSiren = {
  ...community,
  places: [...community.places, { id: 'b4', kind: 'building', name: { zh: '4号楼' }, parent: 'g1' }],
  devices: [
    ...community.devices,
    { id: 'siren-b3', kind: 'siren', place: 'b3', token: sirenToken },
    { id: 'siren-b4', kind: 'siren', place: 'b4', token: sirenToken },
  ],
};
const channels = {
  siren: {
    kind: 'mqtt',
    severities: ['critical'],
    devices: ['b3', 'b4'].map((place) => ({
      device: `siren-${place}`,
      places: [place],
      command: 'siren',
      args: { seconds: 120, text: '{{ headline }}' },
      off: { command: 'siren', args: { seconds: 0 } },
    })),
  },
};

interface Order {
  readonly id: string;
  readonly command: string;
  readonly args: { readonly seconds: number; readonly text?: string };
}

const connect = ({ ready }: RunningPlatform, username: string, password: string): Promise<MqttClient> =>
  mqtt.connectAsync(`mqtt://127.0.0.1:${ready.mqtt}`, { username, password, protocolVersion: 4 });

const nextMessage = (client: MqttClient): Promise<unknown> =>
  new Promise((resolve) => client.once('message', resolve));

/** A siren on its command topic, and what it was told, in order. */
async function listen(
  platform: RunningPlatform,
  name = 'siren-b3',
): Promise<{ client: MqttClient; orders: Order[] }> {
  const client = await connect(platform, name, sirenToken);
  const orders: Order[] = [];
  client.on('message', (_, payload) => orders.push(JSON.parse(String(payload)) as Order));
  await client.subscribeAsync(`${topics}/${name}/command`, { qos: 1 });
  return { client, orders };
}

describe('a siren', () => {
  it('sounds when a detector smells smoke in its building and in no other, and is quiet when somebody accepted the task', async () => {
    using directory = temporaryDirectory();
    const env = { GRIDBELL_NOTIFY_CHANNELS: JSON.stringify(channels) };
    await using platform = await RunningPlatform.start({ dataDir: directory.path, env });
    const admin = await ApiClient.signIn(platform);
    await admin.post('/api/v1/import', withSiren);
    const { client: siren, orders } = await listen(platform);
    const { client: elsewhere, orders: unheard } = await listen(platform, 'siren-b4');
    const detector = await connect(platform, 'smoke-b3-05', tokens.smoke);
    await detector.publishAsync(`${topics}/smoke-b3-05/telemetry`, '{"smoke":true}', { qos: 1 });

    if (orders.length === 0) await nextMessage(siren);
    expect(orders).toMatchObject([
      { command: 'siren', args: { seconds: 120, text: expect.stringContaining('烟感报警') } },
    ]);

    const worker = await ApiClient.signIn(platform, 'w-zhou', 'zhou-password');
    const [task] = await worker.all<{ readonly id: string; readonly version: number }>('/api/v1/tasks');
    const accepted = await worker.post(`/api/v1/tasks/${task?.id}/accept`, { version: task?.version });
    expect(accepted.status).toBe(200);
    if (orders.length === 1) await nextMessage(siren);
    expect(orders[1]).toMatchObject({ command: 'siren', args: { seconds: 0 } });
    expect(orders[1]?.id).not.toBe(orders[0]?.id);

    // Each was brought once, and the outbox knows of both.
    const { body } = await until(
      () => admin.get<{ items: { deliveries: { channel: string; state: string }[] }[] }>('/api/v1/outbox'),
      (answer) =>
        answer.body.items.some(({ deliveries }) => deliveries.some(({ state }) => state === 'ended')),
    );
    expect(body.items.flatMap(({ deliveries }) => deliveries.map(({ state }) => state))).toContain('ended');
    expect(orders).toHaveLength(2);
    expect(unheard).toEqual([]);
    await Promise.all([siren.endAsync(), elsewhere.endAsync(), detector.endAsync()]);
  });
});
