import { type DurationMs, durationMs, type EpochMs, epochMs, second } from '#model/brand.ts';
import type { Clock } from '#model/clock.ts';
import { messageOf as textOf } from '#model/errors.ts';
import type { Answer, Dispatch } from '#notify/channel.ts';
import { afterTry, closedCircuit, stateOf } from '#notify/circuit.ts';
import type { Delivery, Message } from '#notify/message.ts';
import type { OpenChannel } from '#notify/open-channel.ts';
import { nextTry } from '#notify/pipeline/retry.ts';
import type { NotifyStore } from '#notify/ports.ts';
import { isStoreFault } from '#notify/store-fault.ts';
import type { Unfinished } from '#notify/unfinished.ts';

export interface SendingParts {
  readonly store: NotifyStore;
  /** What came of a try and could not be written down. */
  readonly unfinished: Unfinished;
  readonly channels: readonly OpenChannel[];
  readonly clock: Clock;
  /** 0 ≤ x < 1. */
  readonly random: () => number;
  /** What goes out; null: there is nothing to be told any more. */
  readonly compose: (message: Message, delivery: Delivery, channel: OpenChannel) => Dispatch | null;
  /** Told in the transaction that writes it down. */
  readonly onTold: (message: Message, now: EpochMs) => void;
  readonly onFailed: (message: Message, channel: string, now: EpochMs) => void;
  /** A channel was given up for a while, or works again. */
  readonly onCircuit: (channel: string, isOpen: boolean, because: string | null) => void;
  /** For metrics. `toldAfterMs`: it is the first that went out of its message, so long after that came about; else null. */
  readonly onTried: (channel: string, outcome: Answer['outcome'], toldAfterMs: number | null) => void;
  /** Something came back: look what is due. */
  readonly wake: () => void;
}

/** Tries of one channel at a time: one that hangs holds up no other channel, and itself not wholly. */
const atATime = 8;
/** Tries after which the next channel need not wait for this one any longer. */
const triesAlone = 3;

/** How often a channel that was given up is asked for what is a matter of life: nobody knows when it works again. */
const urgentPauseMs = durationMs(second);

const ended: Promise<Answer> = Promise.resolve({ outcome: 'sent' });

/** Hands what is due to the channels and writes down what came of it, before and after. */
export class Sending {
  readonly #parts: SendingParts;
  readonly #underWay = new Map<string, Set<Promise<void>>>();
  readonly #abort = new AbortController();

  constructor(parts: SendingParts) {
    this.#parts = parts;
  }

  /** In a transaction. What a process that died was at: nobody knows whether it arrived, so it goes out again with the same key. */
  takeUpCut(): void {
    const { clock, store } = this.#parts;
    for (const delivery of store.cutDeliveries())
      store.putDelivery({
        ...delivery,
        state: 'retrying',
        dueAt: clock.now(),
        last: 'Gridbell stopped in the middle',
        mayHaveArrived: true,
      });
  }

  /** Begins all tries that are due and have room. */
  begin(): void {
    for (const channel of this.#parts.channels) {
      const begun = this.#take(channel);
      for (const { delivery, dispatch } of begun)
        this.#follow(channel, this.#try(channel, delivery, dispatch));
    }
  }

  /** Resolves when nothing is under way; what is not over by `withinMs` is broken off, and tried again by the next start. */
  async stop(withinMs: DurationMs): Promise<void> {
    const timer = setTimeout(() => this.#abort.abort(), withinMs);
    await this.idle();
    clearTimeout(timer);
  }

  async idle(): Promise<void> {
    await Promise.all([...this.#underWay.values()].flatMap((set) => [...set]));
  }

  #take(channel: OpenChannel): readonly { delivery: Delivery; dispatch: Dispatch }[] {
    const { clock, store } = this.#parts;
    const now = clock.now();
    const busy = this.#underWay.get(channel.id)?.size ?? 0;
    const circuit = store.circuit(channel.id) ?? closedCircuit;
    const state = stateOf(circuit, now);
    const room = state === 'half-open' ? (busy === 0 ? 1 : 0) : atATime - busy;
    const due = store.dueDeliveries(channel.id, now, state === 'open' ? 1_000 : room);
    if (due.length === 0) return [];
    return store.transaction(() => {
      if (state !== 'open') return due.flatMap((delivery) => this.#start(channel, delivery, now));
      const urgent = busy === 0 ? due.find(({ lifeSafety }) => lifeSafety) : undefined;
      const until = circuit.openUntil ?? now;
      for (const delivery of due.filter((each) => each !== urgent)) {
        const dueAt = delivery.lifeSafety ? epochMs(Math.min(until, now + urgentPauseMs)) : until;
        this.#rest(delivery, dueAt, now);
      }
      return urgent ? this.#start(channel, urgent, now) : [];
    });
  }

  /** Hardly anything is sent by a channel that is given up; the message goes on to the next one. */
  #rest(delivery: Delivery, until: EpochMs, now: EpochMs): void {
    const { onFailed, store } = this.#parts;
    store.putDelivery({ ...delivery, dueAt: until });
    const message = store.message(delivery.message);
    if (message && delivery.attempts === 0 && !delivery.ends) onFailed(message, delivery.channel, now);
  }

  #start(
    channel: OpenChannel,
    delivery: Delivery,
    now: EpochMs,
  ): { delivery: Delivery; dispatch: Dispatch }[] {
    const { compose, store } = this.#parts;
    const message = store.message(delivery.message);
    const started: Delivery = { ...delivery, state: 'trying', attempts: delivery.attempts + 1, dueAt: null };
    let dispatch: Dispatch | null = null;
    try {
      dispatch = message ? compose(message, started, channel) : null;
    } catch (error) {
      if (isStoreFault(error)) throw error;
      // One message that cannot be put into words must not hold up all others.
      const because = `it could not be put into words: ${textOf(error)}`.slice(0, 300);
      this.#retry(started, { outcome: 'retry', because, mayHaveArrived: false }, message, now);
      return [];
    }
    if (!dispatch) {
      store.putDelivery({ ...delivery, state: 'called-off', dueAt: null });
      return [];
    }
    // Before it goes out: after a crash it is known that it may have arrived.
    store.putDelivery(started);
    this.#note(started, 'under-way', null, now);
    return [{ delivery: started, dispatch }];
  }

  #follow(channel: OpenChannel, attempt: Promise<void>): void {
    const set = this.#underWay.get(channel.id) ?? new Set();
    this.#underWay.set(channel.id, set);
    const followed = attempt.finally(() => {
      set.delete(followed);
      this.#parts.wake();
    });
    set.add(followed);
  }

  async #try(channel: OpenChannel, delivery: Delivery, dispatch: Dispatch): Promise<void> {
    const answer = await this.#ask(channel, dispatch, delivery.ends);
    const now = this.#parts.clock.now();
    this.#parts.unfinished.take(() => this.#conclude(channel, delivery, answer, now));
  }

  #conclude(channel: OpenChannel, delivery: Delivery, answer: Answer, now: EpochMs): void {
    const { store } = this.#parts;
    const wasOpen = store.circuit(channel.id)?.openUntil ?? null;
    const message = store.message(delivery.message);
    const isFirst = (answer.outcome === 'sent' || answer.outcome === 'delivered') && message?.toldAt === null;
    store.transaction(() => this.#record(channel, delivery, answer, now));
    this.#parts.onTried(channel.id, answer.outcome, isFirst ? now - message.notice.at : null);
    const isOpen = store.circuit(channel.id)?.openUntil ?? null;
    if ((wasOpen === null) !== (isOpen === null))
      this.#parts.onCircuit(channel.id, isOpen !== null, 'because' in answer ? answer.because : null);
  }

  /** Always an answer: a channel that throws or hangs is one that may have sent it. */
  async #ask({ channel, timeoutMs }: OpenChannel, dispatch: Dispatch, ends: boolean): Promise<Answer> {
    const timeout = AbortSignal.timeout(timeoutMs);
    const signal = AbortSignal.any([timeout, this.#abort.signal]);
    const { promise: over, resolve: end } = Promise.withResolvers<Answer>();
    const lost = (): void => {
      const because = timeout.aborted ? `no answer within ${timeoutMs / second} s` : 'broken off';
      end({ outcome: 'retry', because, mayHaveArrived: true });
    };
    signal.addEventListener('abort', lost, { once: true });
    try {
      const asked = ends ? channel.standDown?.(dispatch, signal) : channel.send(dispatch, signal);
      return await Promise.race([asked ?? ended, over]);
    } catch (error) {
      return { outcome: 'retry', because: textOf(error).slice(0, 300), mayHaveArrived: true };
    } finally {
      signal.removeEventListener('abort', lost);
    }
  }

  #record(channel: OpenChannel, tried: Delivery, answer: Answer, now: EpochMs): void {
    const { onFailed, onTold, store } = this.#parts;
    const message = store.message(tried.message);
    const answered = answer.outcome !== 'retry';
    // Who asks for patience works.
    if (answered || answer.afterMs === undefined)
      store.putCircuit(channel.id, afterTry(store.circuit(channel.id) ?? closedCircuit, answered, now));
    for (const endpoint of answer.gone ?? []) store.deletePushSubscription(endpoint);
    this.#note(tried, answer.outcome, 'because' in answer ? answer.because : null, now);
    if (tried.ends && answered) {
      const last = answer.outcome === 'refused' ? answer.because : null;
      store.putDelivery({ ...tried, state: 'ended', dueAt: null, last });
      return;
    }
    switch (answer.outcome) {
      case 'sent':
      case 'delivered': {
        const deliveredAt = answer.outcome === 'delivered' ? now : null;
        const last = answer.receipt === undefined ? null : `receipt ${answer.receipt}`.slice(0, 200);
        store.putDelivery({ ...tried, state: answer.outcome, dueAt: null, sentAt: now, deliveredAt, last });
        if (message) onTold(message, now);
        return;
      }
      case 'refused':
        store.putDelivery({ ...tried, state: 'refused', dueAt: null, last: answer.because });
        if (message) onFailed(message, channel.id, now);
        return;
      case 'retry':
        this.#retry(tried, answer, message, now);
        return;
      default:
        answer satisfies never;
    }
  }

  #retry(
    tried: Delivery,
    answer: Answer & { readonly outcome: 'retry' },
    message: Message | undefined,
    now: EpochMs,
  ): void {
    const { onFailed, random, store } = this.#parts;
    const mayHaveArrived = tried.mayHaveArrived || answer.mayHaveArrived;
    const needed = tried.ends || (message?.state !== 'proven' && message?.state !== 'inhibited');
    const at = nextTry({
      attempts: tried.attempts,
      lifeSafety: tried.lifeSafety,
      since: tried.createdAt,
      now,
      afterMs: answer.afterMs ?? null,
      chance: random(),
    });
    const state = !needed ? 'called-off' : at === null ? 'dead' : 'retrying';
    store.putDelivery({ ...tried, state, dueAt: needed ? at : null, last: answer.because, mayHaveArrived });
    const isLate = tried.lifeSafety || at === null || tried.attempts === triesAlone;
    if (message && needed && isLate && !tried.ends) onFailed(message, tried.channel, now);
  }

  #note({ attempts, id }: Delivery, outcome: string, because: string | null, at: EpochMs): void {
    this.#parts.store.noteAttempt({ delivery: id, number: attempts, at, outcome, because });
  }
}
