import type { Connection } from '#broker/connection.ts';
import { FrameReader, packetType } from '#broker/guards/frame-reader.ts';
import { type GuardRefusal, refusalAtBody, refusalAtHead, smallPacketBytes } from '#broker/guards/guards.ts';
import { FrameQueue, largePublish } from '#broker/intake/frame-queue.ts';
import type { Gate } from '#broker/intake/gate.ts';
import type { Intake } from '#broker/intake/intake.ts';

/** A client with more than this unread is not one that waits for an answer to its ping. */
const lookAheadBytes = 16 * 2 ** 10;
/** A packet above this is handed on in pieces; not many at a time, since aedes puts them together in memory. */
const largeBytes = smallPacketBytes;
const pingResponse = Buffer.of(0xd0, 0);
/** Packets that are looked at and handed on at once: aedes handles all that it gets before anybody else's. */
const packetsAtOnce = 128;

/**
 * Stands between a connection and aedes, which takes its bytes by `read()`: each chunk is looked at in place by the guards,
 * and handed on packet by packet as the gate lets them pass. Until then nothing more is read from the socket. A packet that
 * is refused ends the connection.
 */
export class GatedReads {
  readonly #connection: Connection;
  readonly #gate: Gate;
  readonly #intake: Intake;
  readonly #read: () => unknown;
  readonly #frames: FrameReader<GuardRefusal>;
  readonly #waiting = new FrameQueue();
  /** Read, and not looked at yet. */
  #ahead: Buffer | null = null;
  #starts = 0;
  #mostStarts = 0;
  /** A large packet is handed on. */
  #isLargeOpen = false;

  constructor(connection: Connection, gate: Gate, intake: Intake) {
    const { stream } = connection;
    this.#connection = connection;
    this.#gate = gate;
    this.#intake = intake;
    const read = stream.read.bind(stream);
    this.#read = () => read();
    this.#frames = new FrameReader<GuardRefusal>({
      atStart: (offset, type) => {
        if (this.#starts >= this.#mostStarts) return false;
        this.#starts++;
        this.#waiting.begins(offset, type);
        return true;
      },
      atHead: (head) => {
        const refusal = refusalAtHead(head, connection);
        connection.isConnectSeen = true;
        if (head.length > largeBytes) this.#waiting.isLarge();
        return refusal;
      },
      atBody: (frame) => refusalAtBody(frame, connection),
      atEnd: () => this.#largeEnded(),
    });
    // aedes reads all that is there; Node's streams read nothing (0) to have it fetched.
    stream.read = (size?: number): unknown => (size === 0 ? read(0) : this.#next());
  }

  /** While it waits for us: answers its pings, so that it does not take us for dead. */
  answerPings(): void {
    if (this.#waiting.bytes + (this.#ahead?.length ?? 0) < lookAheadBytes) this.#look(Infinity);
    const pings = this.#waiting.takePings();
    for (let ping = 0; ping < pings; ping++) this.#connection.stream.write(pingResponse);
  }

  #next(): Buffer | null {
    this.#intake.look();
    for (;;) {
      let isHeldUp = false;
      const bytes = this.#waiting.take((code) => {
        isHeldUp = !this.#mayPass(code);
        return !isHeldUp;
      });
      if (bytes !== null) {
        this.#gate.passed(bytes.length);
        if (!isHeldUp && this.#isMore()) setImmediate(() => this.#gate.wake());
        return bytes;
      }
      // Of a stranger, its CONNECT alone is looked at.
      if (isHeldUp || !this.#look(this.#connection.isConnectSeen ? packetsAtOnce : 1)) return null;
    }
  }

  /** aedes is content with what it got once, and asks again when a packet was whole; the others come first. */
  #isMore(): boolean {
    return this.#ahead !== null || (this.#isLargeOpen && this.#connection.stream.readableLength > 0);
  }

  #mayPass(code: number): boolean {
    if (code !== largePublish) {
      const mayPass = this.#gate.mayPass(code);
      // Not before: it may stand behind messages that wait.
      if (mayPass && code === packetType.disconnect) this.#connection.endsBy('disconnect');
      return mayPass;
    }
    this.#isLargeOpen = this.#gate.mayPassLarge();
    return this.#isLargeOpen;
  }

  #largeEnded(): void {
    if (this.#isLargeOpen) this.#gate.largeEnded();
    this.#isLargeOpen = false;
  }

  /** Looks at so many packets of what was read, or else of what the socket has; false when nothing came, or nothing good. */
  #look(packets: number): boolean {
    const bytes = this.#ahead ?? this.#fetch();
    if (bytes === null || this.#connection.stream.destroyed) return false;
    this.#starts = 0;
    this.#mostStarts = packets;
    const refusal = this.#frames.push(bytes);
    if (refusal !== null) {
      this.#ahead = null;
      this.#connection.refuse(refusal);
      return false;
    }
    const { isAmid, looked } = this.#frames;
    this.#ahead = looked < bytes.length ? bytes.subarray(looked) : null;
    this.#waiting.push(bytes.subarray(0, looked), isAmid);
    return true;
  }

  #fetch(): Buffer | null {
    const bytes = this.#read();
    if (!Buffer.isBuffer(bytes)) return null;
    this.#connection.heardAtMs = this.#intake.nowMs;
    // Nothing is fetched before all of this is handed on: it holds for each message in it.
    this.#connection.readAtMs = this.#intake.nowMs;
    this.#gate.readsOn();
    return bytes;
  }
}
