import { decode, encode } from '@msgpack/msgpack';
import { type DeviceId, epochMs, position } from '#model/brand.ts';
import type { Reading, Value } from '#model/reading.ts';
import type { ContextChange, HistoryBatch } from '#store/history/history.ts';

const version = 1;

/**
 * A batch as it rests in the outbox: columns instead of rows, names once, times and positions as differences, which
 * MessagePack writes in one to three bytes instead of nine.
 */
type Encoded = readonly [
  version: number,
  position: number,
  devices: readonly DeviceId[],
  properties: readonly string[],
  /** Indexes into the two above. */
  device: readonly number[],
  property: readonly number[],
  /** Each less the one before it. */
  at: readonly number[],
  /** Less the reading's own `at`. */
  receivedAt: readonly number[],
  value: readonly Value[],
  flags: readonly number[],
  /** The batch's position less the reading's. */
  behind: readonly number[],
  context: readonly (readonly [at: number, kind: ContextChange['kind'], subject: string, state: string])[],
];

/** MessagePack, as `decodeBatch` reads it; order and positions are kept. */
export function encodeBatch(batch: HistoryBatch): Uint8Array {
  const { readings } = batch;
  const devices = new Dictionary<DeviceId>();
  const properties = new Dictionary<string>();
  let before = 0;
  const encoded: Encoded = [
    version,
    batch.position,
    devices.names,
    properties.names,
    readings.map(({ device }) => devices.indexOf(device)),
    readings.map(({ property }) => properties.indexOf(property)),
    readings.map(({ at }) => {
      const step = at - before;
      before = at;
      return step;
    }),
    readings.map(({ at, receivedAt }) => receivedAt - at),
    readings.map(({ value }) => value),
    readings.map(({ flags }) => flags),
    readings.map((reading) => batch.position - reading.position),
    batch.context.map(({ at, kind, subject, state }) => [at, kind, subject, state] as const),
  ];
  return encode(encoded);
}

/** Throws when it is not of this version. */
export function decodeBatch(body: Uint8Array): HistoryBatch {
  const encoded = decode(body) as Encoded;
  if (encoded[0] !== version)
    throw new Error(`history batch of version ${String(encoded[0])}, not ${version}`);
  const [, last, devices, properties, device, property, at, receivedAt, value, flags, behind, context] =
    encoded;
  let before = 0;
  const readings: Reading[] = [];
  for (let n = 0; n < value.length; n += 1) {
    before += entry(at, n);
    readings.push({
      device: entry(devices, entry(device, n)),
      property: entry(properties, entry(property, n)),
      at: epochMs(before),
      receivedAt: epochMs(before + entry(receivedAt, n)),
      value: entry(value, n),
      flags: entry(flags, n),
      position: position(last - entry(behind, n)),
    });
  }
  return {
    position: position(last),
    readings,
    context: context.map(([when, kind, subject, state]) => ({ at: epochMs(when), kind, subject, state })),
  };
}

function entry<T>(column: readonly T[], n: number): T {
  const found = column[n];
  if (found === undefined) throw new Error('history batch: a column is too short');
  return found;
}

/** Names in the order of their first use. */
class Dictionary<Name extends string> {
  readonly names: Name[] = [];
  readonly #indexes = new Map<Name, number>();

  indexOf(name: Name): number {
    const known = this.#indexes.get(name);
    if (known !== undefined) return known;
    this.#indexes.set(name, this.names.length);
    return this.names.push(name) - 1;
  }
}
