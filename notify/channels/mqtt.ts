import { createHash } from 'node:crypto';
import { type Static, Type } from 'typebox';
import { durationMs, type PlaceId, second } from '#model/brand.ts';
import { GridbellError, messageOf } from '#model/errors.ts';
import { type NoticeKind, noticeKinds } from '#model/notice.ts';
import type { Answer, Channel, ChannelType, Dispatch } from '#notify/channel.ts';
import type { ChannelTools } from '#notify/channel-tools.ts';
import { filled } from '#notify/channels/body-template.ts';
import { oneOf } from '#notify/channels/setting-schemas.ts';
import { templateFields } from '#notify/channels/template-fields.ts';

const Places = Type.Array(Type.Unsafe<PlaceId>({ type: 'string', pattern: '^[A-Za-z0-9_-]{1,64}$' }), {
  minItems: 1,
  maxItems: 100,
});

const CommandSetting = {
  command: Type.String({ minLength: 1, maxLength: 64 }),
  /** Its strings are templates: what a LED screen shows. */
  args: Type.Optional(Type.Record(Type.String({ maxLength: 64 }), Type.Unknown(), { maxProperties: 50 })),
};

const Settings = Type.Object(
  {
    /** Each gets its command. */
    devices: Type.Array(
      Type.Object(
        {
          device: Type.String({ pattern: '^[A-Za-z0-9_-]{1,64}$' }),
          ...CommandSetting,
          /** It sounds for what happens there, and within; the channel's when absent. */
          places: Type.Optional(Places),
          /** When somebody acted on the message, or it is over. */
          off: Type.Optional(Type.Object(CommandSetting, { additionalProperties: false })),
        },
        { additionalProperties: false },
      ),
      { minItems: 1, maxItems: 50 },
    ),
    /** Of devices that have none of their own; everywhere when absent. */
    places: Type.Optional(Places),
    /** Messages that sound; `assigned`, `upgraded`, `escalated` when absent. */
    kinds: Type.Optional(Type.Array(oneOf(noticeKinds), { minItems: 1, maxItems: 20 })),
  },
  { additionalProperties: false },
);
export type MqttSettings = Static<typeof Settings>;
type DeviceSetting = MqttSettings['devices'][number];
type Order = Pick<DeviceSetting, 'device' | 'command' | 'args'>;

/** The devices and places that settings name; each should be one of the community. */
export const namedIn = ({ devices, places = [] }: MqttSettings) => ({
  devices: devices.map(({ device }) => device),
  places: [...new Set([...places, ...devices.flatMap(({ places: own = [] }) => own)])],
});

const usualKinds: NoticeKind[] = ['assigned', 'upgraded', 'escalated'];

/** Devices of the installation that make themselves heard or seen: a siren, a lamp, a LED screen. */
export const mqtt: ChannelType<typeof Settings> = {
  kind: 'mqtt',
  settings: Settings,
  secrets: [],
  open: openMqtt,
};

function openMqtt({ devices, kinds = usualKinds, places }: MqttSettings, tools: ChannelTools): Channel {
  /** Those that it concerns; all, where somebody tries the channel. */
  const at = ({ kind, place }: Dispatch): readonly DeviceSetting[] =>
    devices.filter(({ places: own = places }) => {
      if (own === undefined || kind === 'test') return true;
      return place !== null && own.some((ancestor) => tools.isWithin(place, ancestor));
    });
  // Somebody who tries a siren wants to hear it.
  const wanted: ReadonlySet<NoticeKind> = new Set([...kinds, 'test']);
  const order = async (orders: readonly Order[], dispatch: Dispatch, way: 'on' | 'off'): Promise<Answer> => {
    const fields = templateFields(dispatch);
    const results = orders.map(async ({ args = {}, command, device }): Promise<Answer> => {
      try {
        const filledArgs = objectOf(filled(args, (template) => tools.render(template, fields)));
        await tools.commandDevice({
          device,
          id: commandId(dispatch.key, device, way),
          command,
          args: filledArgs,
        });
        return { outcome: 'sent' };
      } catch (error) {
        return failed(device, error);
      }
    });
    return together(await Promise.all(results));
  };
  return {
    reach: () => ({ reaches: true }),
    send: async (dispatch, signal) => {
      if (!wanted.has(dispatch.kind))
        return { outcome: 'refused', because: `makes no noise for what is ${dispatch.kind}` };
      const there = at(dispatch);
      if (there.length === 0) return { outcome: 'refused', because: 'makes no noise at that place' };
      return await within(signal, order(there, dispatch, 'on'));
    },
    standDown: async (dispatch, signal) =>
      await within(
        signal,
        order(
          at(dispatch).flatMap(({ device, off }) => (off ? [{ device, ...off }] : [])),
          dispatch,
          'off',
        ),
      ),
    close: async () => {},
  };
}

/** The same at each try: a device that has obeyed a command tells its repeat by the id, and does not start over. */
const commandId = (key: string, device: string, way: 'on' | 'off'): string =>
  createHash('sha256').update(`${key} ${device} ${way}`).digest('base64url').slice(0, 32);

const objectOf = (value: unknown): Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null ? { ...value } : {};

function failed(device: string, error: unknown): Answer {
  const because = `${device}: ${messageOf(error)}`;
  if (!(error instanceof GridbellError)) return { outcome: 'retry', because, mayHaveArrived: true };
  // An earlier try gave it this order, in the words of then.
  if (error.code === 'already-exists') return { outcome: 'sent' };
  const seconds = error.extra['retryAfterSeconds'];
  if (error.code === 'too-many-requests')
    return {
      outcome: 'retry',
      because,
      mayHaveArrived: false,
      ...(typeof seconds === 'number' ? { afterMs: durationMs(seconds * second) } : {}),
    };
  const mayPass = error.code === 'internal' || error.code === 'not-ready' || error.code === 'disk-full';
  return mayPass ? { outcome: 'retry', because, mayHaveArrived: true } : { outcome: 'refused', because };
}

/** What failed for now is tried again for all: repeats harm nobody. What is refused for good holds nobody up. */
function together(answers: readonly Answer[]): Answer {
  const [first] = answers;
  if (first === undefined) return { outcome: 'sent' };
  const retry = answers.find(({ outcome }) => outcome === 'retry');
  return retry ?? answers.find(({ outcome }) => outcome === 'sent') ?? first;
}

async function within(signal: AbortSignal, answer: Promise<Answer>): Promise<Answer> {
  const { promise, resolve } = Promise.withResolvers<Answer>();
  const lost = (): void => resolve({ outcome: 'retry', because: 'took too long', mayHaveArrived: true });
  if (signal.aborted) lost();
  signal.addEventListener('abort', lost, { once: true });
  try {
    return await Promise.race([answer, promise]);
  } finally {
    signal.removeEventListener('abort', lost);
  }
}
