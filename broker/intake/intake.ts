import { TokenBucket } from '#broker/intake/token-bucket.ts';
import { messagesOfTurn, type Wait, type Waiter } from '#broker/intake/waiter.ts';
import type { BrokerLimits } from '#broker/limits.ts';
import type { Room } from '#broker/ports.ts';
import type { DeviceId } from '#model/brand.ts';
import { stopwatch } from '#model/clock.ts';

/** How often those are asked again who were too fast. */
const rateEveryMs = 100;
const vitalBurst = 20;
/** An engine that has not moved for so long stands still: then waiting for it helps nobody, and the disk is the buffer. */
const standsStillMs = 10_000;

/**
 * Shares the way to the disk among all connections. What is under way is bounded, so that a message that comes now is soon
 * on disk; who has been quiet goes before those who talk, and these take turns. Who talks waits for the engine, too, so
 * that an alarm is not found behind a flood. A client that waits is not read (TCP then slows it down).
 */
export class Intake {
  readonly limits: BrokerLimits;
  readonly #quiet = new Set<Waiter>();
  readonly #talkers = new Set<Waiter>();
  readonly #tooFast = new Set<Waiter>();
  readonly #blocked = new Set<Waiter>();
  readonly #forPlace = new Set<Waiter>();
  /** Who hands in a large message in pieces, and since when. */
  readonly #places = new Map<Waiter, number>();
  /** Of each device that ever was there: a new connection is no new measure. */
  readonly #vital = new Map<DeviceId, TokenBucket>();
  #room: Room = 'ample';
  #underWay = 0;
  #bytes = 0;
  #last = 0;
  #reached = 0;
  #reachedAtMs: number;
  #nowMs = stopwatch();
  #isServing = false;
  #timer: NodeJS.Timeout | null = null;

  constructor(limits: BrokerLimits) {
    this.limits = limits;
    this.#reachedAtMs = this.#nowMs;
  }

  /** Monotonic; as of the last `look`. */
  get nowMs(): number {
    return this.#nowMs;
  }
  get room(): Room {
    return this.#room;
  }
  get underWay(): number {
    return this.#underWay;
  }
  /** Connections that wait for something of ours, by what. */
  get waiting(): { readonly turn: number; readonly rate: number; readonly disk: number } {
    return {
      turn: this.#quiet.size + this.#talkers.size,
      rate: this.#tooFast.size,
      disk: this.#blocked.size,
    };
  }

  /** Looks at the time. */
  look(): void {
    this.#nowMs = stopwatch();
  }

  /** Whether this connection may hand in a message at once, without a turn. */
  mayTalk(gate: Waiter): boolean {
    if (gate.isQuiet) return this.#quiet.size === 0 && this.#free() > 0;
    return this.#talkers.size === 0 && this.#freeForTalk() > 0;
  }

  /** The gate was told to wait. */
  waits(gate: Waiter, wait: Wait): void {
    if (wait === 'turn') (gate.isQuiet ? this.#quiet : this.#talkers).add(gate);
    else if (wait === 'disk') this.#blocked.add(gate);
    else if (wait === 'place') this.#forPlace.add(gate);
    else if (wait === 'rate') {
      this.#tooFast.add(gate);
      this.#timer ??= setInterval(() => this.#askTooFast(), rateEveryMs).unref();
    }
  }

  /** The gate passes, maybe by its own measure: a turn would be wasted on it. */
  waitsNoMore(gate: Waiter): void {
    for (const list of [this.#quiet, this.#talkers, this.#tooFast, this.#blocked, this.#forPlace])
      list.delete(gate);
  }

  forget(gate: Waiter): void {
    this.waitsNoMore(gate);
    this.leavePlace(gate);
  }

  /** What a life-safety device, or a gateway, may say before all others, and into the disk's reserve. */
  vitalOf(device: DeviceId): TokenBucket {
    const known = this.#vital.get(device);
    if (known !== undefined) return known;
    const bucket = new TokenBucket(this.limits.vitalPerSecond, vitalBurst, this.#nowMs);
    this.#vital.set(device, bucket);
    return bucket;
  }

  hasPlace(gate: Waiter): boolean {
    return this.#places.has(gate) || this.#places.size < this.limits.largeAtOnce;
  }
  takePlace(gate: Waiter): void {
    this.#places.set(gate, this.#nowMs);
  }
  leavePlace(gate: Waiter): void {
    if (this.#places.delete(gate)) wakeAll(this.#forPlace);
  }
  /** Whether it takes long for its large message, and others wait for the place. */
  isInTheWay(gate: Waiter): boolean {
    const since = this.#places.get(gate);
    const isWanted = this.#forPlace.size > 0 || this.#places.size >= this.limits.largeAtOnce;
    return isWanted && since !== undefined && this.#nowMs - since > this.limits.largeWithinMs;
  }

  began(): void {
    this.#underWay++;
  }
  ended(messages: number): void {
    this.#underWay -= messages;
    this.#serveSoon();
  }
  /** Bytes of messages that began (or, negative, ended) to wait for the disk. */
  holds(bytes: number): void {
    this.#bytes += bytes;
  }

  /** Records up to here are on disk. */
  stored(position: number): void {
    this.#last = position;
  }
  /** The engine has come so far. */
  reached(position: number): void {
    if (position > this.#reached) this.#reachedAtMs = stopwatch();
    this.#reached = position;
    this.#serveSoon();
  }

  roomChanged(room: Room): void {
    this.#room = room;
    if (room !== 'none') this.#askBlocked();
  }

  /** To be called about once a second: some things change by time alone. */
  sweep(): void {
    this.look();
    if (this.#room !== 'none') this.#askBlocked();
    this.#serve();
    // Their own measure may have filled.
    const vital = [...this.#quiet, ...this.#talkers].filter(({ isVital }) => isVital);
    for (const gate of vital) gate.wake();
  }

  close(): void {
    if (this.#timer) clearInterval(this.#timer);
  }

  #free(): number {
    return this.#bytes >= this.limits.bytesUnderWay ? 0 : this.limits.underWay - this.#underWay;
  }

  #freeForTalk(): number {
    if (this.#nowMs - this.#reachedAtMs > standsStillMs) return this.#free();
    return Math.min(this.#free(), this.limits.engineBehind - this.#underWay - (this.#last - this.#reached));
  }

  #serveSoon(): void {
    if (this.#isServing || this.#quiet.size + this.#talkers.size === 0) return;
    this.#isServing = true;
    // When all that ended with it has been counted.
    queueMicrotask(() => {
      this.#isServing = false;
      this.look();
      this.#serve();
    });
  }

  #serve(): void {
    giveTurns(this.#quiet, this.#free());
    giveTurns(this.#talkers, this.#freeForTalk());
  }

  #askTooFast(): void {
    this.look();
    wakeAll(this.#tooFast);
    if (this.#tooFast.size > 0 || !this.#timer) return;
    clearInterval(this.#timer);
    this.#timer = null;
  }

  #askBlocked(): void {
    wakeAll(this.#blocked);
  }
}

/** To those who have waited longest, as many as may come. Who has to wait again stands behind. */
function giveTurns(waiting: Set<Waiter>, free: number): void {
  const turns = Math.min(waiting.size, Math.ceil(free / messagesOfTurn));
  for (let given = 0; given < turns; given++) {
    const [gate] = waiting;
    if (!gate) return;
    waiting.delete(gate);
    gate.wake(true);
  }
}

function wakeAll(waiting: Set<Waiter>): void {
  const all = [...waiting];
  waiting.clear();
  for (const gate of all) gate.wake();
}
