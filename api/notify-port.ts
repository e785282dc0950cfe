import type { Severity } from '#model/alarm.ts';
import type { EpochMs, PersonId, TaskId } from '#model/brand.ts';
import type { NoticeKind } from '#model/notice.ts';
import type { Task } from '#model/task.ts';
import type { Answer, ChannelKind, PushSubscription } from '#notify/channel.ts';
import type { NoticeListener } from '#notify/channels/stream.ts';
import type { Delivery, DeliveryState, Message, MessageState } from '#notify/message.ts';
import type { OneTap, OutboxFilter } from '#notify/ports.ts';

/** A channel as it is doing. */
export interface ChannelStatus {
  readonly id: string;
  readonly kind: ChannelKind;
  /** False: the clock is that of the data, and nothing leaves this machine. */
  readonly on: boolean;
  readonly contentFree: boolean;
  readonly severities: readonly Severity[] | null;
  readonly circuit: 'closed' | 'open' | 'half-open';
  /** In a row. */
  readonly failures: number;
  readonly openUntil: EpochMs | null;
  /** How many there are, by state. */
  readonly deliveries: Readonly<Record<string, number>>;
}

/** Who was told of a task, by what, and how it is known that they know. Times are ISO 8601. */
export interface TaskProof {
  readonly person: PersonId;
  readonly kind: NoticeKind;
  readonly at: string;
  readonly state: MessageState;
  readonly channels: readonly {
    readonly channel: string;
    readonly state: DeliveryState;
    readonly sentAt: string | null;
    readonly deliveredAt: string | null;
  }[];
  readonly seenAt: string | null;
  readonly seenBy: 'console' | 'link' | null;
  readonly actedAt: string | null;
}

/** What a one-tap link is about, with the task as it stands. */
export interface LinkTarget extends OneTap {
  readonly stands: Task;
}

/** What is to be sent again: these, or all that were given up (of one channel). */
export interface OutboxOrder {
  readonly ids?: readonly number[] | undefined;
  readonly channel?: string | undefined;
}

/** What the API needs of the notifier; `app/` wires it. */
export interface ApiNotify {
  /** For `PushManager.subscribe` (RFC 8292). */
  readonly vapidPublicKey: string;
  /** False: nothing leaves this machine. */
  readonly outside: boolean;
  channels(): readonly ChannelStatus[];
  /** Rejects with GridbellError `not-found`, `unknown-reference`, `wrong-state`, `wrong-clock`. */
  test(channel: string, person: PersonId): Promise<Answer>;
  /** Newest first. */
  outbox(
    filter: OutboxFilter,
    page: { readonly limit: number; readonly before?: number },
  ): readonly { readonly message: Message; readonly deliveries: readonly Delivery[] }[];
  /** How many go out again. */
  replay(order: OutboxOrder, by: string): number;
  /** Notices to one person's open page; answers with how to stop. */
  listen(person: PersonId, listener: NoticeListener): () => void;
  putPushSubscription(person: PersonId, subscription: PushSubscription): void;
  /** True when there was one. */
  deletePushSubscription(person: PersonId, endpoint: string): boolean;
  seen(task: TaskId, person: PersonId, by: 'console' | 'link'): void;
  /** Oldest first. */
  proofsOf(task: TaskId): readonly TaskProof[];
  /** Throws GridbellError `not-found`. */
  link(token: string): LinkTarget;
  /** Does what the link is for, once. Rejects with what the task says against it. */
  useLink(token: string): Promise<LinkTarget>;
}
