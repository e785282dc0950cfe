import { decode, Encoder } from '@msgpack/msgpack';
import type { Position } from '#model/brand.ts';
import { GridbellError, messageOf } from '#model/errors.ts';
import type { InboxRecord } from '#model/record.ts';
import type { Seal } from '#model/seal.ts';

/** What a batch's seal is bound to: it opens only where it was written. */
const boundTo = (first: number): string => `inbox batch at ${first}`;

/** MessagePack's head of an array with a 32-bit count. */
const arrayHeadBytes = 5;
const array32 = 0xdd;

const encoder = new Encoder({ ignoreUndefined: true });

/**
 * A record as MessagePack bytes. Throws GridbellError('invalid-input') for one that could not be read again: a batch
 * that does not decode would stop the engine for ever.
 */
export function encodeRecord(record: InboxRecord): Uint8Array {
  try {
    const encoded = encoder.encode(record);
    // Only commands carry structures that somebody else shaped; a key `__proto__`, for one, encodes but does not decode.
    if (record.type === 'command') decode(encoded);
    return encoded;
  } catch (error) {
    throw new GridbellError('invalid-input', `this cannot be written to the inbox: ${messageOf(error)}`, {
      cause: error,
    });
  }
}

/** Joins encoded records to one sealed batch that begins at `first`. */
export function sealBatch(seal: Seal, first: Position, encoded: readonly Uint8Array[]): Buffer {
  const head = Buffer.alloc(arrayHeadBytes);
  head.writeUInt8(array32, 0);
  head.writeUInt32BE(encoded.length, 1);
  return seal.seal(Buffer.concat([head, ...encoded]), boundTo(first));
}

/** The records of a sealed batch. Throws when it was changed, moved, or sealed with another key. */
export function openBatch(seal: Seal, first: Position, sealed: Uint8Array): readonly InboxRecord[] {
  return decode(seal.open(sealed, boundTo(first))) as readonly InboxRecord[];
}
