import type { EpochMs, PersonId, TaskId } from '#model/brand.ts';
import type { Notice } from '#model/notice.ts';
import type { NotifyReason } from '#notify/reason.ts';

/**
 * Where a notice stands on its way to its person. `waiting`: until `dueAt`; `grouped`: told together with `lead`; `telling`: a
 * channel is at it, or the next one waits for its turn; `told`: no channel is left to try; `proven`: the person saw it or
 * acted; `unreachable`: no channel brought it to them. The others: nobody is told, `because` says why.
 */
export const messageStates = [
  'waiting',
  'grouped',
  'telling',
  'told',
  'proven',
  'unreachable',
  'inhibited',
  'silenced',
  'repeated',
] as const;
export type MessageState = (typeof messageStates)[number];

/** A notice on its way. */
export interface Message {
  readonly notice: Notice;
  readonly state: MessageState;
  /** In the order of the stages. */
  readonly because: readonly NotifyReason[];
  /** The notice that it is told with. */
  readonly lead: string | null;
  /** The channels to try, in order. */
  readonly channels: readonly string[];
  /** How many of them had their turn. */
  readonly step: number;
  /** When somebody has to look at it again; null: when something happens. */
  readonly dueAt: EpochMs | null;
  /** When it first went out by any channel. */
  readonly toldAt: EpochMs | null;
  readonly seenAt: EpochMs | null;
  readonly seenBy: 'console' | 'link' | null;
  readonly actedAt: EpochMs | null;
}

/**
 * `queued`: waits for its turn; `trying`: under way, or was when the process died; `retrying`: waits for the next try; `sent`: the
 * receiver took it; `delivered`: it is at its goal, says the receiver; `refused`: for good; `dead`: tried too often;
 * `called-off`: not needed any more; `ended`: what it began (a siren) is over.
 */
export const deliveryStates = [
  'queued',
  'trying',
  'retrying',
  'sent',
  'delivered',
  'refused',
  'dead',
  'called-off',
  'ended',
] as const;
export type DeliveryState = (typeof deliveryStates)[number];

/** One message by one channel. */
export interface Delivery {
  readonly id: number;
  /** Id of the notice. */
  readonly message: string;
  readonly person: PersonId;
  readonly task: TaskId | null;
  readonly channel: string;
  /** The same at each try: receivers tell a repeat by it. */
  readonly key: string;
  readonly state: DeliveryState;
  readonly attempts: number;
  readonly lifeSafety: boolean;
  readonly createdAt: EpochMs;
  /** When it is tried next. */
  readonly dueAt: EpochMs | null;
  readonly sentAt: EpochMs | null;
  readonly deliveredAt: EpochMs | null;
  /** What the last try came to, in one line; null: there was none. */
  readonly last: string | null;
  /** A try may have arrived although no answer came. */
  readonly mayHaveArrived: boolean;
  /** What it began is being ended: the channel stands down. */
  readonly ends: boolean;
}

export const isDeliveryOpen = ({ state }: Pick<Delivery, 'state'>): boolean =>
  state === 'queued' || state === 'trying' || state === 'retrying';
