import type { DeviceId } from '#model/brand.ts';
import type { Reading } from '#model/reading.ts';
import { everyMeasurement, measurementOf, type Placement } from '#store/history/influxdb/lines.ts';
import { named } from '#store/history/influxdb/quote.ts';
import { during, isTag, oneOf, rowsOf, timeOf } from '#store/history/influxdb/select.ts';
import type { InfluxServer, Table } from '#store/history/influxdb/server.ts';

const placementTags = ['community', 'place', 'building', 'grid', 'kind'] as const;

/** Devices in one statement. */
const mostTogether = 200;

interface Known {
  readonly current: string;
  /** Up to when there are points of a property with other tags; most devices never moved. */
  readonly elsewhereUntil: ReadonlyMap<string, number>;
}

/**
 * Tags are part of what a point is: after a device was moved, what it says again of a time before that would be a second point beside
 * the first, and counted twice. It is written where the first one is.
 */
export class Moves {
  readonly #server: InfluxServer;
  readonly #known = new Map<DeviceId, Known>();

  constructor(server: InfluxServer) {
    this.#server = server;
  }

  /** Of those readings that are to have other tags than their devices have now. Throws `not-ready`. */
  async placementsOf(
    readings: readonly Reading[],
    placements: ReadonlyMap<DeviceId, Placement | undefined>,
  ): Promise<ReadonlyMap<Reading, Placement>> {
    await this.#learn(placements);
    const again = readings.filter(
      ({ at, device, property }) =>
        at <= (this.#known.get(device)?.elsewhereUntil.get(property) ?? -Infinity),
    );
    const found = new Map<Reading, Placement>();
    for (const group of Map.groupBy(again, ({ device, property }) => `${device}\n${property}`).values()) {
      const stored = await this.#placementsAt(group);
      for (const reading of group) {
        const placement = stored.get(Math.floor(reading.at));
        if (placement) found.set(reading, placement);
      }
    }
    return found;
  }

  /** Asks for the series of devices that were not heard of since the start, or that were moved since. */
  async #learn(placements: ReadonlyMap<DeviceId, Placement | undefined>): Promise<void> {
    const unknown = [...placements.keys()].filter(
      (device) => this.#known.get(device)?.current !== tagsOf(placements.get(device)),
    );
    for (let from = 0; from < unknown.length; from += mostTogether) {
      const devices = unknown.slice(from, from + mostTogether);
      const moved = await this.#moved(devices, placements);
      const [tables = []] =
        moved.length === 0
          ? []
          : await this.#server.query([
              `SELECT last(k) FROM ${everyMeasurement} WHERE ${oneOf('device', moved)} GROUP BY *`,
            ]);
      for (const device of devices) {
        const current = tagsOf(placements.get(device));
        const elsewhereUntil = new Map<string, number>();
        for (const { tags, values } of tables) {
          if (tags['device'] !== device || tagsOf(tags) === current) continue;
          const property = tags['property'] ?? '';
          const last = Number(values[0]?.[0]);
          elsewhereUntil.set(property, Math.max(last, elsewhereUntil.get(property) ?? last));
        }
        this.#known.set(device, { current, elsewhereUntil });
      }
    }
  }

  /** Those that have a series with other tags than now; the index alone is asked. */
  async #moved(
    devices: readonly DeviceId[],
    placements: ReadonlyMap<DeviceId, Placement | undefined>,
  ): Promise<readonly DeviceId[]> {
    const [tables = []] = await this.#server.query([
      `SHOW SERIES FROM ${everyMeasurement} WHERE ${oneOf('device', devices)}`,
    ]);
    const moved = new Set<string>();
    for (const { values } of tables)
      for (const [key] of values) {
        const tags = tagsIn(String(key));
        const device = tags['device'] ?? '';
        if (tagsOf(tags) !== tagsOf(placements.get(device as DeviceId))) moved.add(device);
      }
    return devices.filter((device) => moved.has(device));
  }

  /** Where points of one device and property are that stand at the times of these readings: time → tags. */
  async #placementsAt(group: readonly Reading[]): Promise<ReadonlyMap<number, Placement>> {
    const [first] = group;
    if (!first) return new Map();
    const times = group.map(({ at }) => Math.floor(at));
    const range = { from: Math.min(...times), to: Math.max(...times) + 1 };
    const [tables = []] = await this.#server.query([
      `SELECT k FROM ${named(measurementOf(first.property))} WHERE ${isTag('device', first.device)}
       AND ${isTag('property', first.property)} AND ${during(range)} GROUP BY *`,
    ]);
    return new Map(
      tables.flatMap((table) => timesOf(table).map((at) => [at, placementIn(table.tags)] as const)),
    );
  }
}

const timesOf = (table: Table): readonly number[] => [...rowsOf(table)].map((cell) => timeOf(cell));

type Tags = Readonly<Record<string, string | undefined>>;

const placementIn = (tags: Tags): Placement =>
  Object.fromEntries(placementTags.flatMap((name) => (tags[name] ? [[name, tags[name]]] : [])));

/** An absent tag and an empty one are the same. */
const tagsOf = (tags: Placement | Tags | undefined): string => JSON.stringify(placementIn({ ...tags }));

/** Of a key of SHOW SERIES: `environment,device=d1,place=b\ 1`. */
const tagsIn = (key: string): Tags =>
  Object.fromEntries(
    key
      .split(/(?<!\\),/)
      .slice(1)
      .map((pair) => pair.split(/(?<!\\)=/).map((part) => part.replaceAll(/\\([,= ])/g, '$1'))),
  ) as Tags;
