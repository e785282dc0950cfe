import { randomBytes } from 'node:crypto';
import { unreadPaths } from '#api/mappings/unread-paths.ts';
import type { MessageDraft } from '#ingest/dialects/dialect.ts';
import { Heard } from '#ingest/heard.ts';
import { Ingest } from '#ingest/ingest.ts';
import type { Ingested } from '#ingest/ingested.ts';
import { compileMapping } from '#ingest/mapping/compile.ts';
import type { CompiledMapping } from '#ingest/mapping/compiled.ts';
import { readMapped, type Watcher } from '#ingest/mapping/read.ts';
import { Steps } from '#ingest/mapping/steps.ts';
import { propertyName } from '#ingest/names.ts';
import { type DeviceId, type EpochMs, type PlaceId, position } from '#model/brand.ts';
import { propertyCatalogue } from '#model/catalogue.ts';
import { iso } from '#model/clock.ts';
import type { Device } from '#model/community.ts';
import { Configuration } from '#model/configuration.ts';
import type { Mapping, MappingFault } from '#model/mapping.ts';
import type { QuarantineReason } from '#model/quarantine.ts';
import { flag, type Value } from '#model/reading.ts';

export interface Sample {
  readonly topic: string;
  readonly payload: Uint8Array;
}

export interface TriedReading {
  readonly at: string;
  readonly property: string;
  readonly value: Value;
  /** Of the value, where the catalogue has one. */
  readonly unit: string | null;
  /** As it stood in the message; null: it cannot be told. */
  readonly given: unknown;
  readonly givenUnit: string | null;
  /** By which part of the mapping: `messages[0].values[2]`. */
  readonly by: string | null;
  /** It is history, and no alarm. */
  readonly isPast: boolean;
  /** The time is that of receipt. */
  readonly isReceipt: boolean;
  /** The catalogue does not know the property. */
  readonly isUnknown: boolean;
}

export interface TriedRefusal {
  readonly reason: QuarantineReason;
  readonly property: string | null;
  readonly detail: string;
}

export interface TriedDevice {
  /** null: the gateway itself. */
  readonly address: string | null;
  /** That it is, of the gateway that was named; null: it would be a new one. */
  readonly device: string | null;
  readonly name: string | null;
  readonly model: string | null;
  readonly kind: string | null;
  readonly online: boolean | null;
  readonly readings: readonly TriedReading[];
  readonly refused: readonly TriedRefusal[];
}

export interface TriedSample {
  readonly topic: string;
  /** `known`: it was said before by one of these samples; `passed`: it is understood, and says nothing. */
  readonly outcome: 'read' | 'partly' | 'refused' | 'known' | 'passed';
  /** Which part of the mapping read it; null: none. */
  readonly by: string | null;
  readonly devices: readonly TriedDevice[];
  /** The message as a whole. */
  readonly refused: readonly TriedRefusal[];
  /** What was looked for and is not there. */
  readonly notes: readonly MappingFault[];
  /** What stands in it and no path leads to, 50 at most. */
  readonly unread: readonly string[];
}

export interface TryOrder {
  /** Without faults. */
  readonly mapping: Mapping;
  readonly samples: readonly Sample[];
  readonly now: EpochMs;
  readonly timezone: string;
  /** Whom it would carry, by address. */
  readonly known?: ((address: string) => Device | undefined) | undefined;
}

/** Of all samples together: a try-out shares its thread with others. */
const mostSteps = 1_000_000;
const mostNotes = 50;
const gatewayId = 'gateway' as DeviceId;

/** What samples would become, one after the other, with nothing of it kept anywhere. */
export function tryMapping(order: TryOrder): readonly TriedSample[] {
  const { mapping } = compileMapping(order.mapping);
  if (mapping === undefined) throw new Error(`the mapping ${order.mapping.id} has faults`);
  const stage = new Stage(order, mapping);
  return order.samples.map((sample, index) => stage.tried(sample, index));
}

/** A community that has nothing but a gateway with the mapping. */
class Stage {
  readonly #order: TryOrder;
  readonly #mapping: CompiledMapping;
  readonly #ingest: Ingest;
  readonly #steps = new Steps(mostSteps);
  readonly #addresses = new Map<DeviceId, string>();

  constructor(order: TryOrder, mapping: CompiledMapping) {
    this.#order = order;
    this.#mapping = mapping;
    const configuration = new Configuration();
    const place = 'try' as PlaceId;
    const put = (change: Parameters<Configuration['apply']>[0]): void => configuration.apply(change);
    const community = { id: 'try' as never, timezone: order.timezone };
    put({ op: 'put', resource: 'community', id: 'try', body: community });
    put({ op: 'put', resource: 'mapping', id: order.mapping.id, body: order.mapping });
    const gateway = { id: gatewayId, kind: 'gateway', place, dialect: 'custom', mapping: order.mapping.id };
    put({ op: 'put', resource: 'device', id: gatewayId, body: gateway });
    const welcome = (_: Device, { address }: { readonly address: string }): Device => {
      const id = `device-${this.#addresses.size}` as DeviceId;
      this.#addresses.set(id, address);
      const body = { id, kind: 'environment', place, gateway: gatewayId, address };
      put({ op: 'put', resource: 'device', id, body });
      return body;
    };
    this.#ingest = new Ingest({
      configuration,
      clock: 'system',
      // Nobody is told whose pseudonym it would be.
      pseudonymKey: randomBytes(32),
      newcomers: { welcome, regard: (device) => device, readdress: () => undefined },
    });
  }

  tried({ payload, topic }: Sample, index: number): TriedSample {
    const trace = new Trace();
    const { now, timezone } = this.#order;
    const heard = new Heard({ topic, payload, base: [], timezone });
    readMapped(this.#mapping, heard, trace.draft, { steps: this.#steps, watcher: trace.watcher });
    const common = { topic, by: trace.by, notes: trace.notes };
    if (this.#steps.isSpent) {
      const detail = 'there is too much in these samples to try them out: fewer, or smaller ones';
      const refused = [{ reason: 'malformed' as const, property: null, detail }];
      return { ...common, outcome: 'refused', devices: [], refused, unread: [] };
    }
    const record = {
      type: 'message' as const,
      at: now,
      sender: gatewayId,
      client: '',
      topic,
      payload,
      qos: 0 as const,
      dup: false,
      retain: false,
      messageId: 0,
      state: false,
    };
    const ingested = this.#ingest.take(record, position(index + 1), now);
    const unread = unreadPaths(heard, this.#mapping, trace.by);
    return {
      ...common,
      outcome: outcomeOf(ingested, trace.presence.size > 0),
      devices: this.#devicesOf(ingested, trace),
      refused: ingested.quarantined.filter(({ device }) => device === gatewayId).map(refusalOf),
      unread,
    };
  }

  #devicesOf(ingested: Ingested, trace: Trace): readonly TriedDevice[] {
    const { observations, presence, quarantined } = ingested;
    const ids = new Set<DeviceId>([...observations, ...presence, ...quarantined].map(({ device }) => device));
    // One message may speak of tens of thousands.
    const observed = Map.groupBy(observations, ({ device }) => device);
    const refused = Map.groupBy(quarantined, ({ device }) => device);
    const told = [...ids].flatMap((id) => {
      const address = this.#addresses.get(id) ?? null;
      const said = { observations: observed.get(id) ?? [], quarantined: refused.get(id) ?? [] };
      const device = this.#deviceOf(id, address, said, trace);
      return address === null && device.readings.length === 0 && device.online === null ? [] : [device];
    });
    // One that only says whether it is there brings no device, and is shown all the same.
    const known = new Set(told.map(({ address }) => address));
    const silent = [...trace.presence].filter(([address]) => !known.has(address ?? null));
    return [
      ...told,
      ...silent.map(([address, online]) => ({
        ...this.#facts(address ?? null, trace),
        online,
        readings: [],
        refused: [],
      })),
    ];
  }

  #facts(address: string | null, trace: Trace) {
    const about = trace.about.get(address ?? undefined);
    const known = address === null ? undefined : this.#order.known?.(address);
    return {
      address,
      device: known?.id ?? null,
      name: about?.name ?? null,
      model: about?.model ?? null,
      kind: known?.kind ?? about?.kind ?? null,
    };
  }

  /** `said`: of that device alone. */
  #deviceOf(
    id: DeviceId,
    address: string | null,
    said: Pick<Ingested, 'observations' | 'quarantined'>,
    trace: Trace,
  ): TriedDevice {
    return {
      ...this.#facts(address, trace),
      online: trace.presence.get(address ?? undefined) ?? null,
      readings: said.observations.flatMap(({ at, flags, values }) =>
        [...values].map(([property, value]) => ({
          at: iso(at),
          property,
          value,
          unit: propertyCatalogue.get(property)?.unit ?? null,
          ...trace.given(address ?? undefined, property),
          isPast: (flags & flag.past) !== 0,
          isReceipt: (flags & (flag.noTime | flag.clockReplaced)) !== 0,
          isUnknown: !propertyCatalogue.has(property),
        })),
      ),
      refused: id === gatewayId ? [] : said.quarantined.map(refusalOf),
    };
  }
}

const refusalOf = ({ detail, property, reason }: TriedRefusal): TriedRefusal => ({
  reason,
  property,
  detail,
});

/** Presence of one that is no device yet is passed over, and shown all the same. */
function outcomeOf(
  { isPassed, observations, presence, quarantined, repeats }: Ingested,
  hasPresence: boolean,
): TriedSample['outcome'] {
  const isRead = observations.length + presence.length > 0 || (isPassed && hasPresence);
  if (quarantined.length > 0) return isRead ? 'partly' : 'refused';
  if (isRead) return 'read';
  if (repeats > 0) return 'known';
  return isPassed ? 'passed' : 'read';
}

interface Given {
  readonly given: unknown;
  readonly givenUnit: string | null;
  readonly by: string | null;
}

/** What a mapping did on its way through a message. */
class Trace {
  by: string | null = null;
  readonly notes: MappingFault[] = [];
  /** By address; undefined: the gateway. */
  readonly presence = new Map<string | undefined, boolean>();
  readonly about = new Map<
    string | undefined,
    {
      readonly name?: string | undefined;
      readonly kind?: string | undefined;
      readonly model?: string | undefined;
    }
  >();
  readonly #given = new Map<string, Given>();

  readonly watcher: Watcher = {
    taken: (where) => {
      this.by = where;
    },
    said: ({ address, given, property, unit, where }) => {
      const key = JSON.stringify([address, propertyName(property).name]);
      this.#given.set(key, { given, givenUnit: unit ?? null, by: where });
    },
    noted: (path, message) => {
      if (this.notes.length < mostNotes) this.notes.push({ path, message });
    },
  };

  /** Takes nothing but presence and what is told of each: Ingest does the rest. */
  readonly draft: MessageDraft = {
    ...this.#silent(undefined),
    of: (address, about) => {
      this.about.set(address, { ...this.about.get(address), ...about });
      return this.#silent(address);
    },
    describe: () => false,
    carries: () => undefined,
    renamed: () => undefined,
    pass: () => undefined,
    refuse: () => undefined,
  };

  given(address: string | undefined, property: string): Given {
    const given = this.#given.get(JSON.stringify([address, property]));
    // A card's number is not shown beside its pseudonym.
    if (given === undefined || property === 'credential')
      return { given: null, givenUnit: null, by: given?.by ?? null };
    return given;
  }

  #silent(address: string | undefined) {
    return {
      moment: () => 0,
      say: () => undefined,
      once: () => undefined,
      reply: () => undefined,
      refusePart: () => undefined,
      online: (isOnline: boolean) => {
        this.presence.set(address, isOnline);
      },
    };
  }
}
