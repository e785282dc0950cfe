import { packetType } from '#broker/guards/frame-reader.ts';

/** A PUBLISH that is handed on in pieces, as they come; all else is handed on whole. */
export const largePublish = 17;
/** In place of its type: somebody answered this packet already. */
const answered = 16;
const pingBytes = 2;
const codes = 32;
/** Forgotten together, so that it costs little. */
const forgottenAtOnce = 1_024;

/** Where a packet begins, and its type (or `largePublish`). */
interface Start {
  readonly at: number;
  readonly code: number;
}
const pack = ({ at, code }: Start): number => at * codes + code;
const unpack = (start: number): Start => ({ at: Math.floor(start / codes), code: start % codes });

/**
 * Bytes that were read and looked at and wait to be handed on, cut only where a packet begins. A packet of which the end is
 * not there yet stays, unless it is a large one: nobody can take up room further on by never ending what he says.
 */
export class FrameQueue {
  #chunks: Buffer[] = [];
  /** Counted from the connection's first byte: the first that waits, and the one behind the last. */
  #from = 0;
  #to = 0;
  /** Packed, so that a flood of small packets costs one number each. */
  #starts: number[] = [];
  #next = 0;
  #isAmid = false;

  /** Bytes that wait. */
  get bytes(): number {
    return this.#to - this.#from;
  }

  /** A packet begins at this offset of the bytes that are pushed next. */
  begins(offset: number, type: number): void {
    this.#starts.push(pack({ at: this.#to + offset, code: type }));
  }

  /** The packet that began last is a large one. */
  isLarge(): void {
    const last = this.#starts.pop();
    if (last !== undefined) this.#starts.push(pack({ at: unpack(last).at, code: largePublish }));
  }

  /** `isAmid`: the last packet goes on behind them. */
  push(bytes: Buffer, isAmid: boolean): void {
    if (bytes.length > 0) this.#chunks.push(bytes);
    this.#to += bytes.length;
    this.#isAmid = isAmid;
  }

  /**
   * The next bytes, up to the first packet that may not pass; null when there are none. `mayPass` is asked once for each
   * packet, in order, until it refuses one.
   */
  take(mayPass: (code: number) => boolean): Buffer | null {
    for (;;) {
      const start = this.#next < this.#starts.length ? unpack(this.#starts[this.#next] ?? 0) : null;
      if (start?.at === this.#from && start.code === answered) {
        this.#next++;
        this.#drop(this.#from + pingBytes);
        continue;
      }
      const end = this.#passUpTo(mayPass);
      return end > this.#from ? this.#drop(end) : null;
    }
  }

  /** Takes every PINGREQ out of what waits; answers how many there were. */
  takePings(): number {
    let pings = 0;
    for (let next = this.#next; next < this.#starts.length; next++) {
      const { at, code } = unpack(this.#starts[next] ?? 0);
      // Its second byte may not be there yet.
      if (code !== packetType.pingreq || at + pingBytes > this.#to) continue;
      this.#starts[next] = pack({ at, code: answered });
      pings++;
    }
    return pings;
  }

  #passUpTo(mayPass: (code: number) => boolean): number {
    for (; this.#next < this.#starts.length; this.#next++) {
      const { at, code } = unpack(this.#starts[this.#next] ?? 0);
      if (code === answered) return at;
      const isWhole = !this.#isAmid || this.#next + 1 < this.#starts.length;
      if (!isWhole && code !== largePublish) return at;
      if (!mayPass(isWhole && code === largePublish ? packetType.publish : code)) return at;
    }
    return this.#to;
  }

  /** Takes the bytes before `end` out. */
  #drop(end: number): Buffer {
    const taken: Buffer[] = [];
    while (this.#from < end) {
      const [first] = this.#chunks;
      if (!first) break;
      const part = first.subarray(0, end - this.#from);
      taken.push(part);
      if (part.length === first.length) this.#chunks.shift();
      else this.#chunks[0] = first.subarray(part.length);
      this.#from += part.length;
    }
    this.#forgetPassed();
    const [only] = taken;
    return taken.length === 1 && only ? only : Buffer.concat(taken);
  }

  /** Of a client whose chunks always end amid a packet there is always one that has not passed. */
  #forgetPassed(): void {
    if (this.#next < this.#starts.length && this.#next < forgottenAtOnce) return;
    this.#starts.splice(0, this.#next);
    this.#next = 0;
  }
}
