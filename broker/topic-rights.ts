import type { CommunityId, DeviceId } from '#model/brand.ts';
import { covers, isFilter, matches } from '#model/topic-filter.ts';

/** Who speaks over a connection, once it is authenticated. */
export type Sender =
  | {
      readonly kind: 'device';
      readonly community: CommunityId;
      readonly device: DeviceId;
      readonly isGateway: boolean;
      /** A smoke detector and its like. */
      readonly isLifeSafety: boolean;
      /** Of a gateway: the filter of its dialect topics. */
      readonly filter: string | null;
    }
  | {
      readonly kind: 'operator';
      readonly community: CommunityId;
      readonly name: string;
      /** Finds a device of the community by its id. */
      readonly findDevice: (id: string) => DeviceId | undefined;
    };

/** Why a topic is refused; the reasons of `gridbell_mqtt_refused_total`. */
export const topicRefusals = [
  'empty-topic',
  'malformed-filter',
  'wildcard-publish',
  'reserved-topic', // $SYS and its like
  'shared-subscription',
  'foreign-community',
  'foreign-device',
  'not-its-topic', // own device, but nothing that this sender may do there
  'no-dialect-topic', // outside gridbell/, and no gateway with a filter
  'outside-filter',
] as const;
export type TopicRefusal = (typeof topicRefusals)[number];

export type PublishDecision =
  /** `device`: on whose behalf it is recorded. */
  { readonly ok: true; readonly device: DeviceId } | { readonly ok: false; readonly reason: TopicRefusal };
export type SubscribeDecision = { readonly ok: true } | { readonly ok: false; readonly reason: TopicRefusal };

/** Gridbell's own topics; all others are dialect topics. */
export const ownRoot = 'gridbell';
const upward: ReadonlySet<string> = new Set(['telemetry', 'status', 'command/reply']);
const replayed: ReadonlySet<string> = new Set(['telemetry', 'status']);

/** Below `gridbell`, or that itself. */
export const isOwnTopic = (topic: string): boolean => topic === ownRoot || topic.startsWith(`${ownRoot}/`);

/** Where commands go down to a device. */
export const commandTopic = (community: CommunityId, device: DeviceId): string =>
  `${ownRoot}/${community}/${device}/command`;

const refused = (reason: TopicRefusal) => ({ ok: false, reason }) as const;

/** What a sender may publish (docs/contract.md, MQTT). Whatever is not named is refused. Wills obey the same. */
export function decidePublish(sender: Sender, topic: string): PublishDecision {
  if (topic.length === 0) return refused('empty-topic');
  if (topic.includes('#') || topic.includes('+')) return refused('wildcard-publish');
  if (topic.startsWith('$')) return refused('reserved-topic');
  if (!isOwnTopic(topic)) return decideDialect(sender, topic);
  const [, community, device = '', ...rest] = topic.split('/');
  if (community !== sender.community) return refused('foreign-community');
  const what = rest.join('/');
  if (sender.kind === 'operator') {
    const found = sender.findDevice(device);
    if (found === undefined) return refused('foreign-device');
    return replayed.has(what) ? { ok: true, device: found } : refused('not-its-topic');
  }
  if (device !== sender.device) return refused('foreign-device');
  return upward.has(what) ? { ok: true, device: sender.device } : refused('not-its-topic');
}

function decideDialect(sender: Sender, topic: string): PublishDecision {
  if (sender.kind !== 'device' || !sender.isGateway || sender.filter === null)
    return refused('no-dialect-topic');
  return matches(sender.filter, topic) ? { ok: true, device: sender.device } : refused('outside-filter');
}

/** What a sender may subscribe to: its command topic; a gateway also what lies within its filter. */
export function decideSubscribe(sender: Sender, filter: string): SubscribeDecision {
  if (filter.length === 0) return refused('empty-topic');
  if (filter.startsWith('$share/')) return refused('shared-subscription');
  if (filter.startsWith('$')) return refused('reserved-topic');
  if (!isFilter(filter)) return refused('malformed-filter');
  if (sender.kind === 'operator') return refused('not-its-topic');
  if (filter === commandTopic(sender.community, sender.device)) return { ok: true };
  if (isOwnTopic(filter)) {
    const [, community, device] = filter.split('/');
    if (community !== sender.community) return refused('foreign-community');
    return refused(device === sender.device ? 'not-its-topic' : 'foreign-device');
  }
  if (!sender.isGateway || sender.filter === null) return refused('no-dialect-topic');
  return covers(sender.filter, filter) ? { ok: true } : refused('outside-filter');
}

/**
 * Client ids live in a name space of their sender: else one device could end another's connection, or take its session
 * over, by using its client id. A sender's name holds no `/`.
 */
export const scopedClientId = (userName: string, clientId: string): string => `${userName}/${clientId}`;
/** Who publishes commands to a device, and to those whom it carries: nobody connects under an empty client id. */
export const commandPublisher = (device: DeviceId): string => scopedClientId(device, '');
/** The sender's name in a scoped client id. */
export const ownerOf = (scoped: string): string => scoped.slice(0, Math.max(0, scoped.indexOf('/')));

/**
 * Whether a message that is routed may reach this subscriber. Each gateway has a name space of its own, so the same
 * topic of another gateway is another topic.
 */
export function mayReceive(sender: Sender, topic: string, publisher: string | undefined): boolean {
  if (sender.kind === 'operator') return false;
  if (isOwnTopic(topic)) return topic === commandTopic(sender.community, sender.device);
  return publisher !== undefined && ownerOf(publisher) === sender.device;
}
