import mqtt from 'mqtt';

export interface Speaker {
  readonly port: number;
  readonly username: string;
  readonly password: string;
}

/** Messages by topic, at QoS 1, in their order, over one connection; resolves when all of them are acknowledged. */
export async function sayAs(
  { password, port, username }: Speaker,
  messages: Readonly<Record<string, object>>,
): Promise<void> {
  const client = await mqtt.connectAsync(`mqtt://127.0.0.1:${port}`, {
    username,
    password,
    clientId: username,
    reconnectPeriod: 0,
  });
  for (const [topic, payload] of Object.entries(messages))
    await client.publishAsync(topic, JSON.stringify(payload), { qos: 1 });
  await client.endAsync();
}

/** What the demo's Zigbee gateway brings that nobody has claimed: with addresses as the coordinator gives them, and with names. */
export const zigbeeNewcomers: Readonly<Record<string, object>> = {
  'zigbee2mqtt/0x00158d0004a1b2c3': { smoke: false, battery: 97, linkquality: 112 },
  'zigbee2mqtt/3-502 入户门': { contact: true, battery: 88, linkquality: 90 },
  'zigbee2mqtt/0x00158d0007e8f901': { temperature: 21.4, humidity: 48, battery: 71, linkquality: 77 },
  'zigbee2mqtt/3-301 卫生间': { occupancy: true, battery: 100, linkquality: 60 },
  'zigbee2mqtt/车库水浸': { water_leak: false, battery: 64, linkquality: 45 },
  'zigbee2mqtt/0x00124b0022c7aa10': { linkquality: 33, battery: 90 },
};
