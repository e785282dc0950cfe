import { packetType } from '#broker/guards/frame-reader.ts';

const pingBytes = 2;
/** In place of its type: somebody answered this packet already. */
const answered = 16;

/** What arrived in one read, and where packets begin in it. */
export interface Arrival {
  readonly bytes: Buffer;
  /** Offset · 32 + packet type of each packet that begins here, in order. */
  readonly starts: number[];
}

export const startAt = (offset: number, type: number): number => offset * 32 + type;
const offsetOf = (start: number): number => Math.floor(start / 32);
const typeOf = (start: number): number => start % 32;

/** Bytes that were read and looked at and wait to be handed on, cut only where a packet begins. */
export class FrameQueue {
  readonly #arrivals: Arrival[] = [];
  #from = 0;
  #next = 0;
  #bytes = 0;

  /** Bytes that wait. */
  get bytes(): number {
    return this.#bytes;
  }

  push(arrival: Arrival): void {
    this.#arrivals.push(arrival);
    this.#bytes += arrival.bytes.length;
  }

  /**
   * The next bytes, up to the first packet that may not pass; null when not even the next may, or nothing waits.
   * `mayPass` is asked once for each packet that begins, in order, until it refuses one.
   */
  take(mayPass: (type: number) => boolean): Buffer | null {
    for (;;) {
      const arrival = this.#arrivals[0];
      if (!arrival) return null;
      const { bytes, starts } = arrival;
      let end = bytes.length;
      let isSkipped = false;
      for (; this.#next < starts.length; this.#next++) {
        const start = starts[this.#next] ?? 0;
        isSkipped = typeOf(start) === answered;
        if (!isSkipped && mayPass(typeOf(start))) continue;
        end = offsetOf(start);
        break;
      }
      const taken = bytes.subarray(this.#from, end);
      this.#advance(end);
      if (isSkipped && this.#arrivals[0] === arrival && this.#next < starts.length) {
        this.#next++;
        this.#advance(end + pingBytes);
      }
      if (taken.length > 0) return taken;
      if (!isSkipped) return null;
    }
  }

  /** Takes every PINGREQ out of what waits; answers how many there were. */
  takePings(): number {
    let pings = 0;
    for (const [index, { bytes, starts }] of this.#arrivals.entries()) {
      for (let next = index === 0 ? this.#next : 0; next < starts.length; next++) {
        const start = starts[next] ?? 0;
        // Its second byte may not be there yet.
        if (typeOf(start) !== packetType.pingreq || offsetOf(start) + pingBytes > bytes.length) continue;
        starts[next] = startAt(offsetOf(start), answered);
        pings++;
      }
    }
    return pings;
  }

  #advance(to: number): void {
    this.#bytes -= to - this.#from;
    this.#from = to;
    if (to < (this.#arrivals[0]?.bytes.length ?? 0)) return;
    this.#arrivals.shift();
    this.#from = 0;
    this.#next = 0;
  }
}
