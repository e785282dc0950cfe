import type { Connection } from '#broker/connection.ts';
import { FrameReader, packetType } from '#broker/guards/frame-reader.ts';
import { type GuardRefusal, refusalAtBody, refusalAtHead } from '#broker/guards/guards.ts';
import { FrameQueue, startAt } from '#broker/intake/frame-queue.ts';
import type { Gate } from '#broker/intake/gate.ts';
import type { Intake } from '#broker/intake/intake.ts';

/** A client with more than this unread is not one that waits for an answer to its ping. */
const lookAheadBytes = 16 * 2 ** 10;
const pingResponse = Buffer.of(0xd0, 0);

/**
 * Stands between a connection and aedes, which takes its bytes by `read()`: each chunk is looked at in place by the guards,
 * and handed on packet by packet as the gate lets them pass. Until then nothing more is read from the socket. A chunk with
 * a refused packet is not handed on; it ends the connection.
 */
export class GatedReads {
  readonly #connection: Connection;
  readonly #gate: Gate;
  readonly #intake: Intake;
  readonly #read: () => unknown;
  readonly #frames: FrameReader<GuardRefusal>;
  readonly #waiting = new FrameQueue();
  #starts: number[] = [];

  constructor(connection: Connection, gate: Gate, intake: Intake) {
    const { stream } = connection;
    this.#connection = connection;
    this.#gate = gate;
    this.#intake = intake;
    const read = stream.read.bind(stream);
    this.#read = () => read();
    this.#frames = new FrameReader<GuardRefusal>({
      atStart: (offset, type) => {
        this.#starts.push(startAt(offset, type));
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
    if (this.#waiting.bytes < lookAheadBytes) this.#arrive();
    const pings = this.#waiting.takePings();
    for (let ping = 0; ping < pings; ping++) this.#connection.stream.write(pingResponse);
  }

  #next(): Buffer | null {
    this.#intake.look();
    if (this.#waiting.bytes === 0 && !this.#arrive()) return null;
    const bytes = this.#waiting.take((type) => this.#gate.mayPass(type));
    if (bytes !== null) this.#gate.passed(bytes.length);
    return bytes;
  }

  /** Takes what the socket has; false when that is nothing, or nothing good. */
  #arrive(): boolean {
    const bytes = this.#read();
    if (!Buffer.isBuffer(bytes)) return false;
    this.#connection.heardAtMs = this.#intake.nowMs;
    const refusal = this.#frames.push(bytes);
    const starts = this.#starts;
    this.#starts = [];
    if (refusal !== null) {
      this.#connection.refuse(refusal);
      return false;
    }
    this.#waiting.push({ bytes, starts });
    return true;
  }
}
