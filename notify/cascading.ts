import { type DurationMs, type EpochMs, plus } from '#model/brand.ts';
import type { Recipient } from '#notify/channel.ts';
import { type Delivery, isDeliveryOpen, type Message } from '#notify/message.ts';
import type { OpenChannel } from '#notify/open-channel.ts';
import { nextTurn, type Ways, wantsProof } from '#notify/pipeline/cascade.ts';
import { decideAgain } from '#notify/pipeline/pipeline.ts';
import { type Surroundings, subjectOf } from '#notify/pipeline/stage.ts';
import type { NotifyStore } from '#notify/ports.ts';
import type { NotifyReason } from '#notify/reason.ts';

export interface CascadingParts {
  readonly store: NotifyStore;
  readonly around: Surroundings;
  readonly ways: Ways;
  /** To people who look at a page now; every message goes there, too. */
  readonly live: OpenChannel | undefined;
  /** After so long without proof the next channel has its turn. */
  readonly proofWithinMs: DurationMs;
  readonly proofWithinLifeSafetyMs: DurationMs;
}

/** Brings messages from channel to channel until somebody saw them or no channel is left. */
export class Cascading {
  readonly #parts: CascadingParts;

  constructor(parts: CascadingParts) {
    this.#parts = parts;
  }

  /** Its time has come: it waited long enough, or the channel before brought no proof. */
  due(message: Message, now: EpochMs): void {
    if (message.state === 'waiting') this.#gathered(message, now);
    else if (message.step === 0) this.#begin(message, now);
    else
      this.#next(
        message,
        { code: 'no-proof', channel: lastOf(message), withinMs: this.#proofWithin(message) },
        now,
      );
  }

  /** A channel could not, or not yet: the next one need not wait for proof of this one. */
  failed(message: Message, channel: string, now: EpochMs): void {
    if (message.state !== 'telling' && message.state !== 'told') return;
    if (lastOf(message) === channel && message.step < message.channels.length)
      this.#next(message, { code: 'channel-failed', channel }, now);
    else this.#settle(message);
  }

  /** A channel took it. */
  told(message: Message, now: EpochMs): void {
    const { store } = this.#parts;
    for (const each of [message, ...this.#members(message)]) {
      if (each.state !== 'proven') store.putMessage({ ...each, toldAt: each.toldAt ?? now });
    }
    this.#settle(store.message(message.notice.id) ?? message);
  }

  /** Of what is not under way, nothing more goes out. */
  callOff(message: Message): void {
    const { store } = this.#parts;
    for (const delivery of store.deliveriesOf(message.notice.id)) {
      if (!delivery.ends && (delivery.state === 'queued' || delivery.state === 'retrying'))
        store.putDelivery({ ...delivery, state: 'called-off', dueAt: null });
    }
  }

  /** Things may have changed: what is not true any more is not told any more. */
  lookAgain(message: Message, now: EpochMs): void {
    if (message.state !== 'telling' && message.state !== 'waiting' && message.state !== 'grouped') return;
    const { around, store } = this.#parts;
    const { notice } = message;
    const verdict = decideAgain(subjectOf(notice, around.world, now), around);
    if (!('stop' in verdict)) return;
    this.handOver(message);
    this.callOff(message);
    const state = message.toldAt === null ? verdict.stop : 'told';
    store.putMessage({ ...message, state, dueAt: null, because: [...message.because, ...verdict.because] });
  }

  /** Somebody acted, or it is over: what channels began for it ends. */
  standDown(message: Message, now: EpochMs): void {
    const { around, store, ways } = this.#parts;
    const { notice } = message;
    if (message.actedAt === null && !('stop' in decideAgain(subjectOf(notice, around.world, now), around)))
      return;
    for (const delivery of store.deliveriesOf(notice.id)) {
      const lasts = ways.channel(delivery.channel)?.channel.standDown !== undefined;
      if (lasts && !delivery.ends && mayHaveBegun(delivery))
        store.putDelivery({ ...delivery, ends: true, state: 'queued', dueAt: now, createdAt: now });
    }
  }

  /** Needs telling no more, but others were to be told with it: the first of them leads now. */
  handOver(message: Message): void {
    if (message.state !== 'waiting') return;
    const { store } = this.#parts;
    const [first, ...others] = this.#members(message);
    if (!first) return;
    store.putMessage({ ...first, state: 'waiting', lead: null, dueAt: message.dueAt });
    for (const each of others) store.putMessage({ ...each, lead: first.notice.id });
  }

  /** The interval is over: all that is still true goes out. */
  #gathered(message: Message, now: EpochMs): void {
    for (const member of this.#members(message)) this.lookAgain(member, now);
    this.lookAgain(message, now);
    const current = this.#parts.store.message(message.notice.id);
    if (current?.state === 'waiting') this.#begin({ ...current, state: 'telling' }, now);
  }

  #members({ notice }: Message): readonly Message[] {
    return this.#parts.store.membersOf(notice.id).filter(({ state }) => state === 'grouped');
  }

  #begin(message: Message, now: EpochMs): void {
    const { live, store } = this.#parts;
    const recipient = this.recipient(message);
    if (live && recipient && live.channel.reach(recipient).reaches)
      store.addDelivery(deliveryOf(message, live.id, now));
    this.#next(message, { code: 'first-channel' }, now);
  }

  #next(message: Message, why: NotifyReason, now: EpochMs): void {
    const { store, ways } = this.#parts;
    const recipient = this.recipient(message);
    if (!recipient) {
      const because: readonly NotifyReason[] = [...message.because, { code: 'person-unknown' }];
      store.putMessage({ ...message, state: 'inhibited', dueAt: null, because });
      return;
    }
    const { because, channel, step } = nextTurn(message, recipient, ways, now);
    if (!channel) {
      const nothing: readonly NotifyReason[] = message.channels.length === 0 ? [{ code: 'no-channel' }] : [];
      this.#settle({ ...message, step, dueAt: null, because: [...message.because, ...because, ...nothing] });
      return;
    }
    store.addDelivery(deliveryOf(message, channel.id, now));
    const isLast = step >= message.channels.length;
    store.putMessage({
      ...message,
      state: 'telling',
      step,
      // Without somebody to wait for it is told as soon as this one took it; the next comes when this one fails.
      dueAt: wantsProof(message) && !isLast ? plus(now, this.#proofWithin(message)) : null,
      because: [...message.because, ...because, why],
    });
  }

  /** Where it stands now that no channel's turn is to come by time. */
  #settle(message: Message): void {
    const { store } = this.#parts;
    const deliveries = store.deliveriesOf(message.notice.id);
    const took = deliveries.some(
      ({ ends, state }) => ends || state === 'sent' || state === 'delivered' || state === 'ended',
    );
    const state = took ? 'told' : deliveries.some(isDeliveryOpen) ? 'telling' : 'unreachable';
    const goesOn = message.dueAt !== null;
    store.putMessage({ ...message, state: goesOn ? 'telling' : state });
  }

  recipient({ notice }: Message): Recipient | undefined {
    const { around, store } = this.#parts;
    const found = around.world.recipient(notice.person);
    return found && { ...found, pushSubscriptions: store.pushSubscriptions(notice.person) };
  }

  #proofWithin({ notice }: Message): DurationMs {
    return notice.lifeSafety ? this.#parts.proofWithinLifeSafetyMs : this.#parts.proofWithinMs;
  }
}

/** The channel whose turn it was last. */
const lastOf = ({ channels, step }: Message): string => channels[step - 1] ?? '';

const mayHaveBegun = ({ mayHaveArrived, state }: Delivery): boolean =>
  state === 'sent' || state === 'delivered' || (mayHaveArrived && state !== 'trying' && state !== 'queued');

const deliveryOf = ({ notice }: Message, channel: string, now: EpochMs): Omit<Delivery, 'id'> => ({
  message: notice.id,
  person: notice.person,
  task: notice.task,
  channel,
  key: `${notice.id}:${channel}`,
  state: 'queued',
  attempts: 0,
  lifeSafety: notice.lifeSafety,
  createdAt: now,
  dueAt: now,
  sentAt: null,
  deliveredAt: null,
  last: null,
  mayHaveArrived: false,
  ends: false,
});
