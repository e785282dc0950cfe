import { packetType } from '#broker/guards/frame-reader.ts';
import type { Intake } from '#broker/intake/intake.ts';
import { TokenBucket } from '#broker/intake/token-bucket.ts';
import { messagesOfTurn, type Wait, type Waiter } from '#broker/intake/waiter.ts';
import type { Sender } from '#broker/topic-rights.ts';

const carrierFactor = 10;
/** What costs us more than a message and that nobody needs often. */
const costs: ReadonlyMap<number, number> = new Map([
  [packetType.pingreq, 100],
  [packetType.subscribe, 100],
  [packetType.unsubscribe, 100],
]);
const burstSeconds = 2;
const burstBytesSeconds = 8;
/** Who has said nothing for so long is not who floods; it goes before those who do. */
const quietMs = 1_000;

/** Lets one connection's packets through to the broker, each at its time. */
export class Gate implements Waiter {
  readonly #intake: Intake;
  /** The connection is to be read on. */
  readonly #open: () => void;
  /** Bytes that the client has not read yet. */
  readonly #unread: () => boolean;
  #state: 'connect' | 'connack' | 'in' | 'closed' = 'connect';
  #packets: TokenBucket | null = null;
  #bytes: TokenBucket | null = null;
  #vital: TokenBucket | null = null;
  #underWay = 0;
  #underWaySinceMs = 0;
  /** The last of those under way is still coming in. */
  #isComing = false;
  #turns = 0;
  #isQuiet = true;
  /** When it last wanted something, waited, or was answered. */
  #activeAtMs: number;
  #waitsFor: Wait | null = null;
  #waitsSinceMs = 0;

  constructor(intake: Intake, { open, unread }: { open: () => void; unread: () => boolean }) {
    this.#intake = intake;
    this.#open = open;
    this.#unread = unread;
    this.#activeAtMs = intake.nowMs - quietMs;
  }

  /** Since when the client waits for room on the disk; null: it does not. */
  get waitsForRoomSinceMs(): number | null {
    return this.#waitsFor === 'disk' ? this.#waitsSinceMs : null;
  }
  /** Since when it waits for anything of ours; null: it does not. aedes does not read on before it is done with a read. */
  get keptWaitingSinceMs(): number | null {
    if (this.#waitsFor !== null && this.#waitsFor !== 'reader') return this.#waitsSinceMs;
    // Who does not end what he says is not kept waiting by us.
    return this.#underWay > (this.#isComing ? 1 : 0) ? this.#underWaySinceMs : null;
  }
  get waitsFor(): Wait | null {
    return this.#waitsFor;
  }
  /** Its messages may use the reserve. */
  get isVital(): boolean {
    return this.#vital !== null;
  }
  get isQuiet(): boolean {
    return this.#isQuiet;
  }

  /** Its CONNECT was right; what it may do depends on who it is. */
  accept(sender: Sender): void {
    if (sender.kind === 'operator') return;
    const { limits, nowMs } = this.#intake;
    const factor = sender.isGateway ? carrierFactor : 1;
    const { bytesPerSecond, packetsPerSecond } = limits;
    this.#packets = new TokenBucket(
      packetsPerSecond * factor,
      packetsPerSecond * factor * burstSeconds,
      nowMs,
    );
    this.#bytes = new TokenBucket(
      bytesPerSecond * factor,
      bytesPerSecond * factor * burstBytesSeconds,
      nowMs,
    );
    // A gateway may carry detectors.
    if (sender.isGateway || sender.isLifeSafety) this.#vital = this.#intake.vitalOf(sender.device);
  }

  /** Its CONNACK is out: packets behind the CONNECT may follow. */
  welcome(): void {
    if (this.#state === 'connack') this.#state = 'in';
    this.wake();
  }

  /** Asked for each packet in order, once; false: it waits, and `open` is called when to ask again. */
  mayPass(type: number): boolean {
    // aedes reads on when a message ends that was under way: what would pass now would never end.
    if (this.#state === 'closed') return false;
    // While it waits it stays what it was when it came.
    if (this.#waitsFor === null) this.#isQuiet = this.#intake.nowMs - this.#activeAtMs >= quietMs;
    const wait = this.#reasonToWait(type);
    // A device that sleeps connects to say one thing: its CONNECT is no talk.
    if (this.#state === 'in') this.#activeAtMs = this.#intake.nowMs;
    if (wait !== null) return this.#waitFor(wait);
    if (this.#waitsFor !== null) this.#intake.waitsNoMore(this);
    this.#waitsFor = null;
    if (type === packetType.publish) {
      if (this.#underWay++ === 0) this.#underWaySinceMs = this.#intake.nowMs;
      this.#intake.began();
    }
    return true;
  }

  /** Asked for a message that is handed on in pieces: it needs one of few places, too. */
  mayPassLarge(): boolean {
    if (this.#state !== 'closed' && !this.#intake.hasPlace(this)) return this.#waitFor('place');
    const mayPass = this.mayPass(packetType.publish);
    if (mayPass) this.#intake.takePlace(this);
    this.#isComing = mayPass;
    return mayPass;
  }

  /** A large message has begun to come that cannot be looked at before it is whole; false: there is no place for it. */
  largeBegins(): boolean {
    const has = this.#intake.hasPlace(this);
    if (has) this.#intake.takePlace(this);
    return has;
  }

  /** The end of that message was handed on. */
  largeEnded(): void {
    this.#isComing = false;
    this.#underWaySinceMs = this.#intake.nowMs;
    this.#intake.leavePlace(this);
  }

  /** So many bytes were handed on. */
  passed(bytes: number): void {
    this.#bytes?.spend(bytes, this.#intake.nowMs);
  }

  /** A message of its own is on disk, or refused. */
  finished(): void {
    if (this.#underWay === 0) return;
    this.#underWay--;
    this.#activeAtMs = this.#intake.nowMs;
    this.#underWaySinceMs = this.#intake.nowMs;
    this.#intake.ended(1);
    if (this.#waitsFor === 'own' && this.#underWay <= this.#intake.limits.underWayOfConnection / 2)
      this.wake();
  }

  /** What it waited for has come; with `isTurn` it is its turn among all. */
  wake(isTurn = false): void {
    if (isTurn) this.#turns = messagesOfTurn;
    this.#open();
  }

  /** More is read: turns that were not taken are over, since this did not wait for them. */
  readsOn(): void {
    this.#turns = 0;
  }

  /** The connection has ended. */
  close(): void {
    this.#state = 'closed';
    this.#intake.forget(this);
    this.#intake.ended(this.#underWay);
    this.#underWay = 0;
    this.#waitsFor = null;
  }

  #waitFor(wait: Wait): false {
    if (wait !== this.#waitsFor) this.#waitsSinceMs = this.#intake.nowMs;
    this.#waitsFor = wait;
    this.#intake.waits(this, wait);
    return false;
  }

  #reasonToWait(type: number): Wait | null {
    const { nowMs } = this.#intake;
    if (this.#state === 'connect') {
      this.#state = 'connack';
      return null;
    }
    if (this.#state !== 'in') return 'connack';
    if (this.#unread()) return 'reader';
    if (this.#bytes && !this.#bytes.holds(nowMs)) return 'rate';
    if (type === packetType.publish) {
      const wait = this.#reasonForMessage(nowMs);
      if (wait !== null) return wait;
    }
    if (this.#packets && !this.#packets.holds(nowMs)) return 'rate';
    this.#packets?.spend(costs.get(type) ?? 1, nowMs);
    return null;
  }

  #reasonForMessage(nowMs: number): Wait | null {
    const intake = this.#intake;
    if (this.#underWay >= intake.limits.underWayOfConnection) return 'own';
    if (intake.room !== 'ample')
      return intake.room === 'tight' && this.#vital?.take(nowMs) === true ? null : 'disk';
    if (this.#turns > 0) {
      this.#turns--;
      return null;
    }
    if (intake.mayTalk(this) || this.#vital?.take(nowMs) === true) return null;
    return 'turn';
  }
}
