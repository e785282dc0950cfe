import { Ingest, type IngestOptions } from '#ingest/ingest.ts';
import type { Ingested } from '#ingest/ingested.ts';
import type { Newcomers } from '#ingest/stage.ts';
import { type DeviceId, type EpochMs, epochMs, type PlaceId, position } from '#model/brand.ts';
import type { ClockKind } from '#model/clock.ts';
import type { Device } from '#model/community.ts';
import { Configuration } from '#model/configuration.ts';
import type { Mapping } from '#model/mapping.ts';
import { flag } from '#model/reading.ts';
import type { MessageRecord } from '#model/record.ts';

export const device = 'd-1' as DeviceId;
export const now = epochMs(Date.parse('2026-01-01T04:00:00.000Z'));

/** A configuration with one device; `kind` and `dialect` as a case wants them. */
export function configurationWith(
  kind = 'environment',
  dialect?: string,
  topic?: string,
  mapping?: Mapping,
): Configuration {
  const configuration = new Configuration();
  configuration.apply({ op: 'put', resource: 'community', id: 'c-1', body: { id: 'c-1' as never } });
  const body = {
    id: device,
    kind,
    place: 'p-1' as PlaceId,
    ...(dialect === undefined ? {} : { dialect }),
    ...(topic === undefined ? {} : { topic }),
    ...(mapping === undefined ? {} : { mapping: mapping.id }),
  };
  if (mapping !== undefined)
    configuration.apply({ op: 'put', resource: 'mapping', id: mapping.id, body: mapping });
  configuration.apply({ op: 'put', resource: 'device', id: device, body });
  return configuration;
}

export interface GatewayMore {
  readonly clock?: ClockKind;
  /** What kind of device stands behind an address; else an environment sensor. */
  readonly kinds?: Readonly<Record<string, string>>;
  readonly options?: Device['options'] | undefined;
  readonly mapping?: Mapping | undefined;
}

/** A gateway that may bring devices; each gets the id `ADDRESS` in words of ours, and lies where the gateway does. */
export function gatewayIngest(dialect: string, topic: string, more: GatewayMore = {}): Ingest {
  const { clock = 'system', kinds = {}, mapping, options } = more;
  const configuration = configurationWith('gateway', dialect, topic, mapping);
  if (options !== undefined) {
    const body = { ...configuration.device(device), options } as Device;
    configuration.apply({ op: 'put', resource: 'device', id: device, body });
  }
  const welcome = (gateway: Device, { address }: { readonly address: string }): Device => {
    const body = {
      id: carriedId(address),
      kind: kinds[address] ?? 'environment',
      place: gateway.place,
      gateway: gateway.id,
      address,
    };
    configuration.apply({ op: 'put', resource: 'device', id: body.id, body });
    return body;
  };
  const readdress: Newcomers['readdress'] = (moves) => {
    for (const {
      device: { id, ...rest },
      to,
    } of moves)
      configuration.apply({ op: 'put', resource: 'device', id, body: { ...rest, id, address: to } });
  };
  return ingestWith({ configuration, clock, newcomers: { welcome, regard: (device) => device, readdress } });
}

const carriedId = (address: string): DeviceId =>
  address.replaceAll(/[^A-Za-z0-9_-]/g, '_').slice(0, 64) as DeviceId;

export function ingestWith(options: Partial<IngestOptions> = {}): Ingest {
  return new Ingest({
    configuration: configurationWith(),
    clock: 'system',
    pseudonymKey: new Uint8Array(32).fill(7),
    ...options,
  });
}

export type Sent = Partial<Omit<MessageRecord, 'payload'>> & { readonly at?: EpochMs };

/** A message of the device; a payload that is not bytes is written as JSON. */
export function message(payload: unknown, sent: Sent = {}): MessageRecord {
  return {
    type: 'message',
    at: now,
    sender: device,
    client: 'client-1',
    topic: `gridbell/c-1/${device}/telemetry`,
    payload: payload instanceof Uint8Array ? payload : Buffer.from(JSON.stringify(payload)),
    qos: 0,
    dup: false,
    retain: false,
    messageId: 0,
    state: false,
    ...sent,
  };
}

/** Takes one message at its own time. */
export const take = (ingest: Ingest, payload: unknown, sent: Sent = {}): Ingested =>
  ingest.take(message(payload, sent), position(1), sent.at ?? now);

/** Observations as a test compares them: ISO times, names of flags, plain values. */
export const seen = (ingested: Ingested) =>
  ingested.observations.map(({ at, flags, values }) => ({
    at: new Date(at).toISOString(),
    flags: Object.entries(flag)
      .filter(([, bit]) => (flags & bit) !== 0)
      .map(([name]) => name),
    values: Object.fromEntries(values),
  }));

/** Every value of every observation, in order: `[property, value]`. */
export const valuesOf = (ingested: Ingested) => ingested.observations.flatMap(({ values }) => [...values]);
