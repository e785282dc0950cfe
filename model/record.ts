import type { DeviceId, EpochMs } from '#model/brand.ts';
import type { ClockKind } from '#model/clock.ts';
import type { Command } from '#model/command.ts';

/**
 * What the inbox holds: everything that changes an outcome, in order. The engine is a function of these records alone,
 * so that replaying them is the recovery (docs/architecture.md). `at` is the wall clock when the record was appended.
 */
export type InboxRecord =
  | MessageRecord
  | PresenceRecord
  | CommandRecord
  | DeliveryRecord
  | { readonly type: 'start'; readonly at: EpochMs; readonly clock: ClockKind }
  | { readonly type: 'stop'; readonly at: EpochMs }
  | { readonly type: 'tick'; readonly at: EpochMs };

export const recordTypes = [
  'message',
  'presence',
  'command',
  'delivery',
  'start',
  'stop',
  'tick',
] as const satisfies readonly InboxRecord['type'][];

/** An MQTT message that the broker accepted: the sender was authenticated and may publish to this topic. */
export interface MessageRecord {
  readonly type: 'message';
  readonly at: EpochMs;
  /** The authenticated sender (the MQTT user name): a device, or the gateway that carries others. */
  readonly sender: DeviceId;
  /** The MQTT client id: the name space of `messageId`. */
  readonly client: string;
  readonly topic: string;
  readonly payload: Uint8Array;
  readonly qos: 0 | 1 | 2;
  readonly dup: boolean;
  /** As the sender set it. */
  readonly retain: boolean;
  /** The MQTT message id; 0 at QoS 0. */
  readonly messageId: number;
  /** True when it came retained from a gateway or bridge within 5 s of its CONNECT: state, not an event. */
  readonly state: boolean;
}

export type PresenceCause =
  | 'connect'
  | 'disconnect'
  | 'will'
  | 'keep-alive'
  | 'status'
  | 'connection-lost'
  | 'taken-over';

/** A device came or went. */
export interface PresenceRecord {
  readonly type: 'presence';
  readonly at: EpochMs;
  readonly device: DeviceId;
  readonly online: boolean;
  readonly cause: PresenceCause;
}

/** What a person, the command line or the platform itself asks for: configuration and actions on tasks and alarms. */
export interface CommandRecord {
  readonly type: 'command';
  readonly at: EpochMs;
  /** Unique; the outcome is reported under it. */
  readonly id: string;
  readonly actor: Actor;
  readonly command: Command;
}

/** How far a command to a device came; told by the broker. */
export interface DeliveryRecord {
  readonly type: 'delivery';
  readonly at: EpochMs;
  readonly device: DeviceId;
  /** The id of the command. */
  readonly command: string;
  /** `sent`: written to a connection of the device; `delivered`: acknowledged over one (PUBACK). */
  readonly reached: 'sent' | 'delivered';
}

/**
 * Who asks. `operator` is whoever may open the socket in the data directory; `system` is Gridbell itself; `link` is a person who
 * opened the link of a message, with no account perhaps; `resident` is whoever reports something or has the tracking code of a
 * report.
 */
export interface Actor {
  readonly kind: 'account' | 'operator' | 'resident' | 'system' | 'token' | 'link';
  /** Account name, token id, person id of a link, or `operator` / `resident` / `system`. */
  readonly id: string;
  /** The person behind the account, where there is one. */
  readonly person?: string;
}
