import type { EpochMs, PersonId, PlaceId, TaskId } from '#model/brand.ts';
import type { Notice } from '#model/notice.ts';
import type { Preference } from '#model/preference.ts';
import type { Silence } from '#model/silence.ts';
import type { Task } from '#model/task.ts';
import type { LocalText } from '#model/text.ts';
import type { PushSubscription, Recipient } from '#notify/channel.ts';
import type { Circuit } from '#notify/circuit.ts';
import type { Delivery, Message } from '#notify/message.ts';

/** What the notifier reads of the community and its work, as committed; app/ wires it. */
export interface World {
  /** In order, at most `limit`. */
  noticesAfter(seq: number, limit: number): readonly Notice[];
  task(id: TaskId): Task | undefined;
  /** Without push subscriptions: the notifier has those. */
  recipient(person: PersonId): Omit<Recipient, 'pushSubscriptions'> | undefined;
  /** The person behind a name of a history: an account's, or a person's id. */
  personOf(actor: string): string;
  isPerson(person: PersonId): boolean;
  preference(person: PersonId): Preference | undefined;
  /** Whether somebody may read figures of all of these places now; null: of everything. */
  mayReadFigures(person: PersonId, places: readonly PlaceId[] | null): boolean;
  silences(): readonly Silence[];
  isWithin(place: PlaceId, ancestor: PlaceId): boolean;
  /** From the grid down: `第一网格 3号楼 3-502`. */
  placeName(place: PlaceId): LocalText;
  categoryName(category: string): LocalText;
  /** IANA. */
  timezone(): string;
}

/** A link that takes a task with one tap. */
export interface OneTap {
  /** 128 random bits, base64url. */
  readonly id: string;
  readonly task: TaskId;
  readonly person: PersonId;
  readonly action: 'accept' | 'claim';
  readonly expiresAt: EpochMs;
  readonly usedAt: EpochMs | null;
}

export interface OutboxFilter {
  readonly task?: string | undefined;
  readonly person?: string | undefined;
  /** State of a message, or of one of its deliveries. */
  readonly state?: string | undefined;
}

/** The notifier's own store. Synchronous; `transaction` is on disk, whole, when it returns. */
export interface NotifyStore {
  transaction<T>(work: () => T): T;
  /** `seq` of the last notice that was taken; 0 at the beginning. */
  position(): number;
  setPosition(seq: number): void;

  message(id: string): Message | undefined;
  putMessage(message: Message): void;
  /** Those that somebody has to look at by `at`, what is a matter of life first. */
  dueMessages(at: EpochMs, limit: number): readonly Message[];
  /** Of one person about one task, the newest first. */
  messagesOn(task: TaskId, person?: PersonId): readonly Message[];
  /** That waits for a person, so that others may be told with it. */
  waitingFor(person: PersonId): Message | undefined;
  /** Told together with it. */
  membersOf(lead: string): readonly Message[];
  /** When something that is no matter of life was last told to a person. */
  lastToldTo(person: PersonId): EpochMs | undefined;
  /** Newest first; `before`: the `seq` of the last that was given. */
  outbox(
    filter: OutboxFilter,
    page: { readonly limit: number; readonly before?: number },
  ): readonly Message[];

  addDelivery(delivery: Omit<Delivery, 'id'>): Delivery;
  delivery(id: number): Delivery | undefined;
  putDelivery(delivery: Delivery): void;
  deliveriesOf(message: string): readonly Delivery[];
  /** To be tried by `at` by this channel, what is a matter of life first, then the oldest. */
  dueDeliveries(channel: string, at: EpochMs, limit: number): readonly Delivery[];
  /** That a process which died was at. */
  cutDeliveries(): readonly Delivery[];
  /** Sent or delivered by this channel, and not ended. */
  takenBy(channel: string): readonly Delivery[];
  deadDeliveries(filter: { readonly channel?: string | undefined }, limit: number): readonly Delivery[];
  countDeliveries(): Readonly<Record<string, Readonly<Record<string, number>>>>;
  /** The next time after `at` at which a message or a delivery is due; undefined: nothing waits. */
  nextDue(after: EpochMs): EpochMs | undefined;
  noteAttempt(attempt: {
    readonly delivery: number;
    readonly number: number;
    readonly at: EpochMs;
    readonly outcome: string;
    readonly because: string | null;
  }): void;

  circuit(channel: string): Circuit | undefined;
  putCircuit(channel: string, circuit: Circuit): void;

  link(id: string): OneTap | undefined;
  /** That is still good for the same. */
  openLink(of: Pick<OneTap, 'task' | 'person' | 'action'>, at: EpochMs): OneTap | undefined;
  putLink(link: OneTap): void;

  pushSubscriptions(person: PersonId): readonly PushSubscription[];
  putPushSubscription(person: PersonId, subscription: PushSubscription, at: EpochMs): void;
  /** Who has browsers that may be pushed to. */
  pushSubscribers(): readonly PersonId[];
  deletePushSubscriptionsOf(person: PersonId): void;
  /** True when there was one. */
  deletePushSubscription(endpoint: string, person?: PersonId): boolean;

  /** Drops what is over since before `at`. */
  trim(at: EpochMs): void;
  close(): void;
}
