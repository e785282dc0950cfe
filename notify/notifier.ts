import {
  type DurationMs,
  durationMs,
  type EpochMs,
  epochMs,
  minute,
  type PersonId,
  plus,
  second,
} from '#model/brand.ts';
import type { Clock } from '#model/clock.ts';
import { iso } from '#model/clock.ts';
import { messageOf as textOf } from '#model/errors.ts';
import type { Log } from '#model/log.ts';
import type { Task } from '#model/task.ts';
import { Cascading } from '#notify/cascading.ts';
import { compose } from '#notify/composing.ts';
import { newNotices, takeNotices } from '#notify/intake.ts';
import type { OneTapLinks } from '#notify/links/one-tap.ts';
import type { Message } from '#notify/message.ts';
import type { OpenChannel } from '#notify/open-channel.ts';
import { quietChannels } from '#notify/pipeline/figures.ts';
import { type Surroundings, subjectOf } from '#notify/pipeline/stage.ts';
import type { NotifyStore, World } from '#notify/ports.ts';
import { type Proof, proved } from '#notify/proof.ts';
import { Sending } from '#notify/sending.ts';
import { isStoreFault } from '#notify/store-fault.ts';
import type { Texts } from '#notify/templates.ts';
import { Unfinished } from '#notify/unfinished.ts';

export interface NotifierOptions {
  readonly world: World;
  readonly store: NotifyStore;
  /** In the order of the cascade; the live stream is none of them. */
  readonly channels: readonly OpenChannel[];
  /** To pages that are open. */
  readonly live: OpenChannel;
  readonly links: OneTapLinks;
  /** What is said of each kind of notice. */
  readonly texts: Texts;
  readonly publicUrl: string | null;
  /** False: nothing leaves this machine. */
  readonly outside: boolean;
  readonly groupWithinMs: DurationMs;
  readonly proofWithinMs: DurationMs;
  readonly proofWithinLifeSafetyMs: DurationMs;
  readonly clock: Clock;
  /** Looks at the store at least this often, whatever timers say: clocks are set, machines sleep, data hurry. */
  readonly lookEveryMs: DurationMs;
  readonly random: () => number;
  readonly onTried: (channel: string, outcome: string, toldAfterMs: number | null) => void;
  readonly onCircuit: (channel: string, isOpen: boolean, because: string | null) => void;
  readonly log: Log;
}

/** After a fault (disk full) everything is tried again. */
const retryMs = durationMs(2 * second);
/** One message that we failed at. */
const failedAgainMs = durationMs(30 * second);
const graceMs = durationMs(2 * second);
const trimEveryMs = durationMs(24 * 60 * minute);
const kept = durationMs(180 * 24 * 60 * minute);
const dueAtOnce = 200;
const mostLost = 10_000;

/**
 * Brings notices to people. All that it knows rests in its own store; whatever happens it looks there what is due, so a crash
 * changes nothing but the time.
 */
export class Notifier {
  readonly #options: NotifierOptions;
  readonly #around: Surroundings;
  readonly #cascading: Cascading;
  readonly #sending: Sending;
  readonly #unfinished: Unfinished;
  /** Some channel begins what has to be ended. */
  readonly #hasLasting: boolean;
  #timer: NodeJS.Timeout | null = null;
  #trimmer: NodeJS.Timeout | null = null;
  /** What the process before this one was at is taken over. */
  #hasTakenOver = false;
  #isAwake = false;
  #isStopped = false;

  constructor(options: NotifierOptions) {
    this.#options = options;
    this.#unfinished = new Unfinished(options.log);
    const { channels, clock, links, live, outside, publicUrl, store, texts, world } = options;
    const around = {
      world,
      told: store,
      channels: channels.map(({ id }) => id),
      quietChannels: quietChannels(channels),
      groupWithinMs: options.groupWithinMs,
    };
    const all = new Map(channels.map((channel) => [channel.id, channel]));
    const cascading = new Cascading({
      ...options,
      around,
      live,
      ways: { channel: (id) => all.get(id), circuit: (id) => store.circuit(id), outside },
    });
    const parts = { store, around, texts, cascading, links, publicUrl };
    this.#around = around;
    this.#hasLasting = channels.some(({ channel }) => channel.standDown !== undefined);
    this.#cascading = cascading;
    this.#sending = new Sending({
      ...options,
      unfinished: this.#unfinished,
      channels: [live, ...channels],
      compose: (message, delivery, channel) =>
        compose(parts, { message, delivery, channel, now: clock.now() }),
      onTold: (message, now) => {
        cascading.told(message, now);
        // Somebody may have acted while it was under way: what it began then ends at once.
        if (this.#hasLasting) this.#standDown(message.notice.id, now);
      },
      onFailed: (message, channel, now) => cascading.failed(message, channel, now),
      wake: () => this.wake(),
    });
  }

  start(): void {
    this.#trim();
    this.#trimmer = setInterval(() => this.#trim(), trimEveryMs);
    this.wake();
  }

  /** Something may be due: soon, and once for many calls. */
  wake(): void {
    if (this.#isAwake || this.#isStopped) return;
    this.#isAwake = true;
    setImmediate(() => {
      this.#isAwake = false;
      if (!this.#isStopped) this.#work();
    });
  }

  /** Resolves when nothing is under way and nothing is due now; for tests. */
  async settled(): Promise<void> {
    for (;;) {
      await new Promise((resolve) => setImmediate(resolve));
      await this.#sending.idle();
      const { clock, store, world } = this.#options;
      const due = store.nextDue(epochMs(0));
      const isIdle = due === undefined || due > clock.now();
      if (isIdle && !this.#isAwake && world.noticesAfter(store.position(), 1).length === 0) return;
      this.wake();
    }
  }

  /** A task changed: whoever acted has proved it, and what is not true any more is called off. */
  taskChanged(task: Task): void {
    const { store } = this.#options;
    const now = this.#options.clock.now();
    this.#unfinished.take(() => {
      const messages = store.messagesOn(task.id);
      const open = messages.filter(({ actedAt }) => actedAt === null);
      if (open.length === 0 && !(this.#hasLasting && messages.length > 0)) return;
      store.transaction(() => {
        for (const message of open) this.#lookAt(message, task, now);
        if (this.#hasLasting)
          for (const { id } of messages.map(({ notice }) => notice)) this.#standDown(id, now);
      });
    });
    this.wake();
  }

  /** Somebody saw a task: on the console's page of it, or by the link. */
  seen(proof: Proof): void {
    const { store } = this.#options;
    this.#unfinished.take(() => {
      const concerned = store
        .messagesOn(proof.task, proof.person)
        .filter((each) => proved(each, proof) !== null);
      if (concerned.length === 0) return;
      store.transaction(() => {
        for (const message of concerned) this.#prove(message, proof);
      });
      this.wake();
    });
  }

  /** The community changed: who is none of it any more has no browsers here; the next one of that id gets none of theirs. */
  peopleChanged(): void {
    const { store } = this.#options;
    this.#unfinished.take(() => {
      if (this.#gone().length > 0) store.transaction(() => this.#forgetGone());
    });
  }

  /** Sends again what was given up. Answers how many. */
  replay(ids: readonly number[], by: string): number {
    const { clock, store } = this.#options;
    const now = clock.now();
    const dead = ids
      .flatMap((id) => store.delivery(id) ?? [])
      .filter(({ state }) => state === 'dead' || state === 'refused');
    store.transaction(() => {
      for (const delivery of dead) {
        store.putDelivery({
          ...delivery,
          state: 'queued',
          dueAt: now,
          createdAt: now,
          attempts: delivery.attempts,
        });
        const message = store.message(delivery.message);
        if (message)
          store.putMessage({
            ...message,
            state: message.state === 'unreachable' ? 'telling' : message.state,
            because: [...message.because, { code: 'replayed', by, at: iso(now) }],
          });
      }
    });
    this.wake();
    return dead.length;
  }

  async stop(): Promise<void> {
    this.#isStopped = true;
    if (this.#timer) clearTimeout(this.#timer);
    if (this.#trimmer) clearInterval(this.#trimmer);
    await this.#sending.stop(graceMs);
    const { channels, live, store } = this.#options;
    await Promise.allSettled([live, ...channels].map(({ channel }) => channel.close()));
    this.#unfinished.again();
    store.close();
  }

  #work(): void {
    const { clock, log, lookEveryMs, store } = this.#options;
    try {
      this.#takeOver();
      this.#unfinished.again();
      const now = clock.now();
      const hadWork = this.#decide();
      this.#sending.begin();
      if (hadWork) this.wake();
      // What is due and could not begin waits for something that is under way, which wakes us.
      else this.#sleep(store.nextDue(now), this.#unfinished.count > 0 ? retryMs : lookEveryMs);
    } catch (error) {
      log.error({ error: textOf(error) }, 'notifications wait: the notifier failed and tries again');
      this.#sleep(undefined, retryMs);
    }
  }

  /** What is new and what is due, in one write: on most disks each costs some milliseconds of this thread. False: there is none. */
  #decide(): boolean {
    const { clock, log, store } = this.#options;
    const notices = newNotices(this.#options);
    if (notices.length === 0 && store.dueMessages(clock.now(), 1).length === 0) return false;
    store.transaction(() => {
      takeNotices(notices, store, { around: this.#around, now: clock.now(), log });
      const now = clock.now();
      for (const message of store.dueMessages(now, dueAtOnce)) this.#dueByItself(message, now);
    });
    return true;
  }

  /** Before anything goes out: what the process before this one was at, and what is not set up any more. */
  #takeOver(): void {
    if (this.#hasTakenOver) return;
    const { clock, store } = this.#options;
    store.transaction(() => {
      this.#sending.takeUpCut();
      this.#passOverLostChannels(clock.now());
      this.#standDownLeftOvers(clock.now());
      this.#forgetGone();
    });
    this.#hasTakenOver = true;
  }

  /** One that we fail at waits for a while, and holds up no other. */
  #dueByItself(message: Message, now: EpochMs): void {
    try {
      this.#due(message, now);
    } catch (error) {
      if (isStoreFault(error)) throw error;
      const { log, store } = this.#options;
      log.error({ notice: message.notice.id, error: textOf(error) }, 'a message failed; it is tried again');
      store.putMessage({ ...message, dueAt: plus(now, failedAgainMs) });
    }
  }

  /** Somebody may have acted while nobody looked. */
  #due(message: Message, now: EpochMs): void {
    const { store, world } = this.#options;
    const { task } = subjectOf(message.notice, world, now);
    if (task) this.#lookAt(message, task, now);
    const current = store.message(message.notice.id);
    if (current && current.dueAt !== null) this.#cascading.due(current, now);
  }

  #lookAt(message: Message, task: Task, now: EpochMs): void {
    const { notice } = message;
    const acted = task.history.findLast(
      (entry) => entry.at >= notice.at && this.#options.world.personOf(entry.actor) === notice.person,
    );
    if (acted && mayBeProved(message))
      this.#prove(message, {
        task: task.id,
        person: notice.person,
        at: acted.at,
        by: 'action',
        what: acted.action,
      });
    else this.#cascading.lookAgain(message, now);
  }

  /** What cannot be dropped now is dropped tomorrow. */
  #trim(): void {
    const { clock, log, store } = this.#options;
    try {
      store.trim(epochMs(clock.now() - kept));
    } catch (error) {
      log.warn({ error: textOf(error) }, 'old messages could not be dropped');
    }
  }

  #standDown(id: string, now: EpochMs): void {
    const message = this.#options.store.message(id);
    if (message) this.#cascading.standDown(message, now);
  }

  /** What waited for a channel that is not set up any more goes on to the next one. */
  #passOverLostChannels(now: EpochMs): void {
    const { channels, live, store } = this.#options;
    const known = new Set([live, ...channels].map(({ id }) => id));
    for (const channel of Object.keys(store.countDeliveries()).filter((id) => !known.has(id)))
      for (const delivery of store.dueDeliveries(channel, epochMs(Number.MAX_SAFE_INTEGER), mostLost)) {
        store.putDelivery({
          ...delivery,
          state: 'refused',
          dueAt: null,
          last: 'there is no such channel any more',
        });
        const message = store.message(delivery.message);
        if (message) this.#cascading.failed(message, channel, now);
      }
  }

  /** What a process that died did not end. */
  #standDownLeftOvers(now: EpochMs): void {
    const { channels, store } = this.#options;
    for (const { channel, id } of channels)
      if (channel.standDown) for (const { message } of store.takenBy(id)) this.#standDown(message, now);
  }

  #gone(): readonly PersonId[] {
    const { store, world } = this.#options;
    return store.pushSubscribers().filter((person) => !world.isPerson(person));
  }

  #forgetGone(): void {
    for (const person of this.#gone()) this.#options.store.deletePushSubscriptionsOf(person);
  }

  #prove(message: Message, proof: Proof): void {
    const changed = proved(message, proof);
    if (!changed) return;
    this.#cascading.handOver(message);
    this.#options.store.putMessage(changed);
    if (changed.state === 'proven') this.#cascading.callOff(changed);
  }

  #sleep(due: EpochMs | undefined, most: DurationMs): void {
    if (this.#timer) clearTimeout(this.#timer);
    if (this.#isStopped) return;
    const ms = due === undefined ? most : Math.min(Math.max(due - this.#options.clock.now(), 0), most);
    this.#timer = setTimeout(() => this.wake(), ms);
  }
}

const mayBeProved = ({ actedAt, state }: Message): boolean =>
  actedAt === null && state !== 'inhibited' && state !== 'silenced' && state !== 'repeated';
