import type { EpochMs } from '#model/brand.ts';
import type { MessageRecord } from '#model/record.ts';

/** Two halves of a 64-bit hash, and the second of receipt. */
const fields = 3;
const chunkEntries = 64;
const maxChunks = 16;
/** Entries of a full ring: more than a client has in flight. */
export const ringEntries = chunkEntries * maxChunks;
/** A resend comes when the client is back; later, the same id and payload are a new message (docs/decisions/023). */
export const resendWindowMs = 10 * 60_000;

/**
 * The last messages of a device at QoS 1 and 2, so that one that comes again with DUP can be told. Chunks of 64 are
 * made when needed and saved one by one, since a busy ring is 12 KiB.
 */
export class ResendRing {
  readonly #chunks: Uint32Array[] = [];
  readonly #dirty = new Set<number>();
  #next = 0;

  /** Where the next entry goes; saved beside the chunks. */
  get next(): number {
    return this.#next;
  }

  /** Whether this very message, marked DUP, was taken before. */
  holds(record: MessageRecord): boolean {
    const [first, second] = fingerprint(record);
    const now = Math.floor(record.at / 1_000);
    for (const chunk of this.#chunks) {
      for (let index = 0; index < chunk.length; index += fields) {
        if (chunk[index] !== first || chunk[index + 1] !== second) continue;
        if (now - (chunk[index + 2] ?? 0) <= resendWindowMs / 1_000) return true;
      }
    }
    return false;
  }

  enter(record: MessageRecord): void {
    const [first, second] = fingerprint(record);
    const number = Math.floor(this.#next / chunkEntries);
    const chunk = this.#chunk(number);
    const index = (this.#next % chunkEntries) * fields;
    chunk[index] = first;
    chunk[index + 1] = second;
    chunk[index + 2] = seconds(record.at);
    this.#dirty.add(number);
    this.#next = (this.#next + 1) % ringEntries;
  }

  /** The chunks that changed since the last call, as base64; marks them clean. */
  *takeDirty(): Iterable<readonly [number: number, state: string]> {
    for (const number of this.#dirty) {
      const chunk = this.#chunk(number);
      yield [number, Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength).toString('base64')];
    }
    this.#dirty.clear();
  }

  restoreNext(next: number): void {
    this.#next = next % ringEntries;
  }
  restoreChunk(number: number, state: string): void {
    const bytes = Buffer.from(state, 'base64');
    const chunk = this.#chunk(number);
    for (let index = 0; index < chunk.length; index += 1)
      chunk[index] = bytes.length >= (index + 1) * 4 ? bytes.readUInt32LE(index * 4) : 0;
  }

  /** Numbers of the chunks that stand. */
  chunkNumbers(): Iterable<number> {
    return this.#chunks.keys();
  }

  #chunk(number: number): Uint32Array {
    let chunk = this.#chunks[number];
    while (chunk === undefined) {
      this.#chunks.push(new Uint32Array(chunkEntries * fields));
      chunk = this.#chunks[Math.min(number, maxChunks - 1)];
    }
    return chunk;
  }
}

const seconds = (at: EpochMs): number => Math.max(0, Math.floor(at / 1_000));

/** A 64-bit hash of client, message id, topic and payload; multiplicative, as a resend is no attack on anybody else. */
function fingerprint(record: MessageRecord): readonly [number, number] {
  let first = 0x9e3779b9 ^ record.messageId;
  let second = 0x85ebca6b ^ record.messageId;
  for (const text of [record.client, record.topic]) {
    for (let index = 0; index < text.length; index += 1) {
      const code = text.charCodeAt(index);
      first = Math.imul(first ^ code, 0x9e3779b1);
      second = Math.imul(second ^ code, 0x5f356495);
    }
    first = Math.imul(first ^ text.length, 0x9e3779b1);
    second = Math.imul(second ^ text.length, 0x5f356495);
  }
  const { payload } = record;
  for (let index = 0; index < payload.length; index += 1) {
    const byte = payload[index] ?? 0;
    first = Math.imul(first ^ byte, 0x9e3779b1);
    second = Math.imul(second ^ byte, 0x5f356495);
    second ^= second >>> 15;
  }
  first = Math.imul(first ^ (first >>> 16), 0x85ebca6b) ^ second;
  second = Math.imul(second ^ (second >>> 13), 0xc2b2ae35) ^ first;
  return [first >>> 0, second >>> 0];
}
