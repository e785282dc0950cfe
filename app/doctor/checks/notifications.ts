import { existsSync } from 'node:fs';
import { advice, type Check, fine, problem, type Said, warning } from '#app/doctor/finding.ts';
import type { Ask, Patient } from '#app/doctor/patient.ts';
import { readChannels } from '#app/notify/channel-settings.ts';
import { notifyKeys } from '#app/notify/notify-keys.ts';
import { textsOf } from '#app/notify/text-settings.ts';
import type { DeviceId } from '#model/brand.ts';
import { messageOf } from '#model/errors.ts';
import type { ChannelType } from '#notify/channel.ts';
import { channelTypes } from '#notify/channel-kinds.ts';
import { type MqttSettings, namedIn } from '#notify/channels/mqtt.ts';
import { parseAllowedTargets } from '#notify/guard/target-guard.ts';

/** How people are told: the settings, the keys, and how the channels of a running platform are doing. */
export const notifications: Check = {
  name: 'notifications',
  examine: async (patient) => {
    if (patient.config === null) return [];
    const said = [
      ...settingsOf(patient),
      ...strangersOf(patient),
      ...keysOf(patient),
      ...(await healthOf(patient.ask)),
    ];
    return said.length > 0 ? said : [fine('channels are set up and work')];
  },
};

function settingsOf({ config }: Patient): readonly Said[] {
  if (config === null) return [];
  const { allowTargets, cascade, channels: text, publicUrl, texts } = config.notify;
  const types = Object.values(channelTypes) as unknown as readonly ChannelType[];
  const { channels, problems } = readChannels(text, types);
  const targets = mistakesOf(() => parseAllowedTargets(allowTargets)).map(
    (because) => `notify-allow-targets: ${because}`,
  );
  const wording = mistakesOf(() => textsOf(texts));
  const unknown = (cascade ?? [])
    .filter((id) => !channels.some((channel) => channel.id === id))
    .map((id) => `notify-cascade names ${id}, which is no channel`);
  const said = [...problems, ...unknown, ...wording, ...targets].map((found) =>
    problem(found, 'correct it: Gridbell does not start with it (docs/notifications.md)'),
  );
  if (said.length > 0) return said;
  if (channels.length === 0)
    return [
      fine('no channel is set up: people are told only while they have the console open (docs/channels.md)'),
    ];
  return publicUrl === null
    ? [
        advice(
          'messages have no link: notify-public-url is not set',
          'set it to where people reach the console',
        ),
      ]
    : [];
}

function mistakesOf(read: () => unknown): readonly string[] {
  try {
    read();
    return [];
  } catch (error) {
    return [messageOf(error)];
  }
}

/** What a channel to devices names and the community has not: it would be silent there. */
function strangersOf({ config, ops }: Patient): readonly Said[] {
  if (config === null || !ops?.ok) return [];
  const configuration = ops.value.reader.configuration();
  const types = Object.values(channelTypes) as unknown as readonly ChannelType[];
  return readChannels(config.notify.channels, types)
    .channels.filter(({ type }) => type.kind === 'mqtt')
    .flatMap(({ id, own }) => {
      // Checked by the schema of its kind.
      const { devices, places } = namedIn(own as MqttSettings);
      const missing = [
        ...devices
          .filter((device) => !configuration.device(device as DeviceId))
          .map((name) => `device ${name}`),
        ...places.filter((place) => !configuration.place(place)).map((name) => `place ${name}`),
      ];
      if (missing.length === 0) return [];
      return [
        warning(
          `the channel ${id} names what the community has not: ${missing.join(', ')}`,
          'correct notify: channels, or import what is missing; nothing sounds there until then',
        ),
      ];
    });
}

function keysOf({ paths }: Patient): readonly Said[] {
  if (!existsSync(paths.notifyKeys)) return [];
  try {
    notifyKeys(paths.notifyKeys);
    return [];
  } catch (error) {
    return [problem(messageOf(error), 'do as it says')];
  }
}

interface ChannelSeen {
  readonly id: string;
  readonly circuit: string;
  readonly deliveries: Readonly<Record<string, number>>;
}

async function healthOf(ask: Ask | null): Promise<readonly Said[]> {
  if (ask === null) return [];
  const { body, status } = await ask('/api/v1/channels');
  if (status !== 200) return [];
  const { items } = body as { readonly items: readonly ChannelSeen[] };
  return items.flatMap(({ circuit, deliveries, id }) => [
    ...(circuit === 'closed'
      ? []
      : [
          warning(
            `the channel ${id} failed again and again and is given up for a while`,
            `look at the log and the receiver, then try POST /api/v1/channels/${id}/test`,
          ),
        ]),
    ...((deliveries['dead'] ?? 0) === 0
      ? []
      : [
          advice(
            `${deliveries['dead']} messages could not be brought by the channel ${id}`,
            'GET /api/v1/outbox?state=dead shows them, POST /api/v1/outbox/replay sends them again',
          ),
        ]),
  ]);
}
