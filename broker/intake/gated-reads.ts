import type { Connection } from '#broker/connection.ts';
import { FrameReader, packetType } from '#broker/guards/frame-reader.ts';
import { type GuardRefusal, refusalAtBody, refusalAtHead } from '#broker/guards/guards.ts';
import { FrameQueue, startAt } from '#broker/intake/frame-queue.ts';
import type { Gate } from '#broker/intake/gate.ts';
import type { Intake } from '#broker/intake/intake.ts';

/** A client with more than this unread is not one that waits for an answer to its ping. */
const lookAheadBytes = 16 * 2 ** 10;
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
  #starts: number[] = [];
  #mostStarts = 0;

  constructor(connection: Connection, gate: Gate, intake: Intake) {
    const { stream } = connection;
    this.#connection = connection;
    this.#gate = gate;
    this.#intake = intake;
    const read = stream.read.bind(stream);
    this.#read = () => read();
    this.#frames = new FrameReader<GuardRefusal>({
      atStart: (offset, type) => {
        if (this.#starts.length >= this.#mostStarts) return false;
        this.#starts.push(startAt(offset, type));
        return true;
      },
      atHead: (head) => {
        const refusal = refusalAtHead(head, connection);
        connection.isConnectSeen = true;
        return refusal;
      },
      atBody: (frame) => {
        if (frame.type === packetType.disconnect) connection.endsBy('disconnect');
        return refusalAtBody(frame, connection);
      },
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
    // Of a stranger, its CONNECT alone.
    if (this.#waiting.bytes === 0 && !this.#look(this.#connection.isConnectSeen ? packetsAtOnce : 1))
      return null;
    const bytes = this.#waiting.take((type) => this.#gate.mayPass(type));
    if (bytes !== null) this.#gate.passed(bytes.length);
    // aedes is content with what it got once; the others come first.
    if (this.#ahead !== null && this.#waiting.bytes === 0) setImmediate(() => this.#gate.wake());
    return bytes;
  }

  /** Looks at so many packets of what was read, or else of what the socket has; false when nothing came, or nothing good. */
  #look(packets: number): boolean {
    const bytes = this.#ahead ?? this.#fetch();
    if (bytes === null || this.#connection.stream.destroyed) return false;
    this.#mostStarts = packets;
    const refusal = this.#frames.push(bytes);
    const starts = this.#starts;
    this.#starts = [];
    if (refusal !== null) {
      this.#ahead = null;
      this.#connection.refuse(refusal);
      return false;
    }
    const { looked } = this.#frames;
    this.#ahead = looked < bytes.length ? bytes.subarray(looked) : null;
    this.#waiting.push({ bytes: bytes.subarray(0, looked), starts });
    return true;
  }

  #fetch(): Buffer | null {
    const bytes = this.#read();
    if (!Buffer.isBuffer(bytes)) return null;
    this.#connection.heardAtMs = this.#intake.nowMs;
    return bytes;
  }
}
