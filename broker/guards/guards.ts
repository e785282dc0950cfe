import { isUtf8 } from 'node:buffer';
import { connectFlag, type FrameFields, fieldsOf } from '#broker/guards/frame-fields.ts';
import { type Frame, type FrameHead, packetType } from '#broker/guards/frame-reader.ts';

export const guardRefusals = [
  'malformed-length',
  'connect-expected',
  'second-connect',
  'not-from-a-client',
  'packet-too-large',
  'payload-too-large',
  'malformed-packet',
  'client-id-too-long',
  'message-id-zero',
  'invalid-utf8',
  'empty-topic',
  'wildcard-publish',
] as const;
export type GuardRefusal = (typeof guardRefusals)[number];

/** What the guards know of the connection. */
export interface GuardedState {
  readonly isConnectSeen: boolean;
}

/** Something that aedes lets through and a public broker must not. A guard that answers a reason ends the connection. */
export interface Guard {
  readonly name: string;
  readonly atHead?: (head: FrameHead, state: GuardedState) => GuardRefusal | null;
  readonly atBody?: (frame: Frame & FrameFields, state: GuardedState) => GuardRefusal | null;
}

/** Every packet but a PUBLISH: a CONNECT may carry a will. */
export const smallPacketBytes = 64 * 2 ** 10;
/** Largest payload; a plain device's above 64 KiB is acknowledged and quarantined by ingest. */
export const payloadBytes = 4 * 2 ** 20;
/** Longest topic with its length, and a message id. */
export const publishHeadBytes = 2 + 65_535 + 2;

/** Longest client id. */
const clientIdBytes = 256;

const clientsTypes: ReadonlySet<number> = new Set(Object.values(packetType));

/** All that is checked of each packet before aedes sees it, in this order. */
export const guards: readonly Guard[] = [
  {
    name: 'the first packet is CONNECT',
    atHead: (head, state) =>
      !state.isConnectSeen && head.type !== packetType.connect ? 'connect-expected' : null,
  },
  {
    // [MQTT-3.1.0-2]
    name: 'there is one CONNECT',
    atHead: (head, state) =>
      state.isConnectSeen && head.type === packetType.connect ? 'second-connect' : null,
  },
  {
    // [MQTT-2.2.1]
    name: 'it is a packet that clients send',
    atHead: (head) => (clientsTypes.has(head.type) ? null : 'not-from-a-client'),
  },
  {
    name: 'packet size',
    // A message may come right behind the CONNECT; none of it is read before that is accepted.
    atHead: (head) => {
      const isMessage = head.type === packetType.publish;
      return head.length > (isMessage ? payloadBytes + publishHeadBytes : smallPacketBytes)
        ? 'packet-too-large'
        : null;
    },
  },
  {
    name: 'payload size',
    atBody: (frame) =>
      frame.type === packetType.publish && frame.length - frame.body.length > payloadBytes
        ? 'payload-too-large'
        : null,
  },
  {
    // It is kept as long as the session.
    name: 'client id length',
    atBody: (frame) =>
      frame.type === packetType.connect && (frame.texts[1]?.length ?? 0) > clientIdBytes
        ? 'client-id-too-long'
        : null,
  },
  {
    name: 'the flags of a CONNECT agree',
    atBody: ({ connectFlags }) =>
      connectFlags === undefined || areRight(connectFlags) ? null : 'malformed-packet',
  },
  {
    // [MQTT-2.3.1-1]
    name: 'message id is not 0',
    atBody: (frame) => (frame.messageId === 0 ? 'message-id-zero' : null),
  },
  {
    // [MQTT-1.5.3-1], [MQTT-1.5.3-2]
    name: 'texts are UTF-8 without NUL',
    atBody: (frame) =>
      frame.texts.every((text) => isUtf8(text) && !text.includes(0)) ? null : 'invalid-utf8',
  },
  {
    // [MQTT-4.7.3-1]
    name: 'a message has a topic',
    atBody: (frame) =>
      frame.type === packetType.publish && frame.texts[0]?.length === 0 ? 'empty-topic' : null,
  },
  {
    // [MQTT-3.3.2-2]
    name: 'no wildcard in the topic of a message',
    atBody: (frame) => {
      const topic = frame.type === packetType.publish ? frame.texts[0] : undefined;
      return topic?.includes('+') || topic?.includes('#') ? 'wildcard-publish' : null;
    },
  },
];

/** [MQTT-3.1.2-3], [MQTT-3.1.2-11], [MQTT-3.1.2-13] to [MQTT-3.1.2-15], [MQTT-3.1.2-22] */
function areRight(flags: number): boolean {
  const { password, reserved, userName, will, willQos, willRetain } = connectFlag;
  const isWillRight = flags & will ? (flags & willQos) !== willQos : (flags & (willQos | willRetain)) === 0;
  return (flags & reserved) === 0 && isWillRight && ((flags & password) === 0 || (flags & userName) !== 0);
}

/** What the guards say to a packet of which the fixed header is there. */
export function refusalAtHead(head: FrameHead, state: GuardedState): GuardRefusal | null {
  for (const guard of guards) {
    const refusal = guard.atHead?.(head, state) ?? null;
    if (refusal !== null) return refusal;
  }
  return null;
}

/** What they say to it once its body (frame-reader.ts) is there; fields that do not fit into it are refused first. */
export function refusalAtBody(frame: Frame, state: GuardedState): GuardRefusal | null {
  // A flood of pings costs as little as can be.
  if (frame.length === 0 && frame.type === packetType.pingreq) return null;
  const fields = fieldsOf(frame);
  if (fields === null) return 'malformed-packet';
  const whole = { ...frame, ...fields };
  for (const guard of guards) {
    const refusal = guard.atBody?.(whole, state) ?? null;
    if (refusal !== null) return refusal;
  }
  return null;
}
