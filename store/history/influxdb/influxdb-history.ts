import { Point } from '@influxdata/influxdb-client';
import { type DeviceId, day, type EpochMs, epochMs, hour, type Position, position } from '#model/brand.ts';
import { GridbellError, messageOf } from '#model/errors.ts';
import type { Reading } from '#model/reading.ts';
import type { Copyable, CopyEnd } from '#store/history/copy/copy-end.ts';
import { rejectedChange, rejectedReading, sift } from '#store/history/duckdb/storable.ts';
import type * as Port from '#store/history/history.ts';
import { readHeat } from '#store/history/influxdb/buckets.ts';
import { contextLine, readContext } from '#store/history/influxdb/context.ts';
import { readHoldings } from '#store/history/influxdb/holdings.ts';
import { copiedDays, InfluxCopyEnd } from '#store/history/influxdb/influxdb-copy-end.ts';
import {
  everyMeasurement,
  isName,
  type Placement,
  reached,
  readingLine,
} from '#store/history/influxdb/lines.ts';
import { measuredBatches, seriesOf } from '#store/history/influxdb/measured.ts';
import { Moves } from '#store/history/influxdb/moves.ts';
import { named } from '#store/history/influxdb/quote.ts';
import { readPage } from '#store/history/influxdb/raw.ts';
import { chooseSeries, receivedBatches } from '#store/history/influxdb/received.ts';
import { whyRefused } from '#store/history/influxdb/refusal.ts';
import { during, isTag, oneOf, reach, rowsOf } from '#store/history/influxdb/select.ts';
import { InfluxServer, type InfluxTarget } from '#store/history/influxdb/server.ts';
import { type InfluxVitals, vitalsOf } from '#store/history/influxdb/vitals.ts';

export interface InfluxHistoryOptions extends InfluxTarget {
  /** Where a device stands now. Default: unknown. */
  readonly placement?: (device: DeviceId) => Placement | undefined;
}

/** What a server may lose after it acknowledged it can be written again. */
export interface RemoteHistory extends Copyable {
  /** Up to which record the server says now that it has readings. Throws `not-ready`. */
  reached(): Promise<Position>;
  /** Takes batches above `to` again, over what there is of them. The position that is kept there does not go back. */
  goBack(to: Position): void;
  /** Never rejects. */
  vitals(): Promise<InfluxVitals>;
}

/**
 * Opens history in an InfluxDB whose database is there or can be made. Throws GridbellError `not-ready` when it does not answer.
 * One database holds one community.
 */
export async function openInfluxHistory(options: InfluxHistoryOptions): Promise<RemoteHistory> {
  const server = new InfluxServer(options);
  return new InfluxHistory(server, options, await positionInNew(server, options));
}

/** Makes the database only when there is none: whoever may use it need not be an admin. */
async function positionInNew(server: InfluxServer, { database, org }: InfluxTarget): Promise<Position> {
  try {
    return await positionIn(server);
  } catch (error) {
    if (org !== null || !messageOf(error).includes('database not found')) throw error;
    await server.query([`CREATE DATABASE ${named(database)}`]);
    return positionIn(server);
  }
}

/** Up to which record the readings are there; for looking only. Throws as `openInfluxHistory`, also when the database is not there. */
export const examineInflux = (target: InfluxTarget): Promise<Position> =>
  positionIn(new InfluxServer(target));

/** How many days were copied to there from another engine. Throws as `examineInflux`. */
export async function daysCopied(target: InfluxTarget): Promise<number> {
  const [tables] = await new InfluxServer(target).query([`SELECT count(version) FROM ${copiedDays}`]);
  return Number(tables?.[0]?.values[0]?.[1] ?? 0);
}

async function positionIn(server: InfluxServer): Promise<Position> {
  const [tables] = await server.query([`SELECT max(position) FROM ${reached}`]);
  return position(Number(tables?.[0]?.values[0]?.[1] ?? 0));
}

class InfluxHistory implements RemoteHistory {
  readonly #server: InfluxServer;
  readonly #options: InfluxHistoryOptions;
  readonly #moves: Moves;
  readonly #running = new Set<Promise<unknown>>();
  #position: Position;
  /** As it is kept there. */
  #highest: Position;
  #appending: Promise<unknown> = Promise.resolve();
  #isClosed = false;

  constructor(server: InfluxServer, options: InfluxHistoryOptions, reachedPosition: Position) {
    this.#server = server;
    this.#moves = new Moves(server);
    this.#options = options;
    this.#position = reachedPosition;
    this.#highest = reachedPosition;
  }

  reached(): Promise<Position> {
    return this.#run(() => positionIn(this.#server));
  }

  goBack(to: Position): void {
    this.#position = to;
  }

  vitals(): Promise<InfluxVitals> {
    return vitalsOf(this.#server, this.#options.database);
  }

  position(): Promise<Position> {
    return Promise.resolve(this.#position);
  }

  append(batches: readonly Port.HistoryBatch[], keep?: Port.KeepRejected): Promise<Port.Appended> {
    return this.#run(() => {
      const appending = this.#appending.then(() => this.#append(batches, keep));
      this.#appending = appending.catch(() => undefined);
      return appending;
    });
  }

  readings(query: Port.RawQuery): Promise<Port.Page> {
    return this.#run(() => readPage(this.#server, query));
  }

  async buckets({ device, ...query }: Port.BucketQuery): Promise<Port.BucketAnswer> {
    const { rows, source } = await this.heat({ ...query, devices: [device] });
    return { points: rows[0]?.points ?? [], source };
  }

  heat(query: Port.HeatQuery): Promise<Port.HeatAnswer> {
    return this.#run(() => readHeat(this.#server, query));
  }

  context(query: Port.ContextQuery): Promise<readonly Port.ContextChange[]> {
    return this.#run(() => readContext(this.#server, query));
  }

  received(query: Port.ReceivedQuery): Promise<Port.Received> {
    return this.#run(async () => {
      const series = await chooseSeries(this.#server, query);
      return { series, batches: receivedBatches(this.#server, series, query) };
    });
  }

  async measured(query: Port.MeasuredQuery): Promise<Port.Received> {
    return { series: query.series, batches: measuredBatches(this.#server, query) };
  }

  series(devices: readonly DeviceId[]): Promise<readonly Port.SeriesName[]> {
    return this.#run(() => seriesOf(this.#server, devices));
  }

  extent(): Promise<Port.Extent | null> {
    return this.#run(async () => {
      const [first, last] = await this.#server.query([
        `SELECT first(k) FROM ${everyMeasurement}`,
        `SELECT last(k) FROM ${everyMeasurement}`,
      ]);
      const times = [first, last].map((tables) => (tables ?? []).map(({ values }) => Number(values[0]?.[0])));
      const [from = [], to = []] = times;
      return from.length === 0 ? null : { first: epochMs(Math.min(...from)), last: epochMs(Math.max(...to)) };
    });
  }

  count(device?: DeviceId): Promise<number> {
    return this.#run(() => this.#count(device === undefined ? '' : ` WHERE ${isTag('device', device)}`));
  }

  properties(): Promise<readonly string[]> {
    return this.#run(async () => {
      const [tables = []] = await this.#server.query([
        `SHOW TAG VALUES FROM ${everyMeasurement} WITH KEY = "property"`,
      ]);
      return [...new Set(tables.flatMap(({ values }) => values.map(([, name]) => String(name))))];
    });
  }

  purge({ contextFrom, kept }: Port.PurgeOrder): Promise<readonly Port.Purged[]> {
    return this.#run(async () => {
      const purged: Port.Purged[] = [];
      for (const { property, readingsFrom } of kept) {
        if (readingsFrom === null) continue;
        const until = epochMs(Math.floor(readingsFrom / day) * day);
        const where = ` WHERE ${isTag('property', property)} AND ${during({ from: reach.first, to: until })}`;
        const readings = await this.#count(where);
        if (readings === 0) continue;
        await this.#server.query([`DELETE${where}`]);
        purged.push({ property, readings, rollups: 0, until });
      }
      if (contextFrom !== null)
        await this.#server.query([
          `DELETE FROM context WHERE ${during({ from: reach.first, to: Math.floor(contextFrom / day) * day })}`,
        ]);
      return purged;
    });
  }

  erase(subjects: readonly string[]): Promise<Port.Erasure> {
    return this.#run(async () => {
      if (subjects.length === 0) return { readings: 0, rollups: 0 };
      const readings = await this.#count(` WHERE ${oneOf('device', subjects)}`);
      await this.#server.query([
        ...subjects.map((subject) => `DELETE WHERE ${isTag('device', subject)}`),
        ...subjects.map((subject) => `DELETE FROM context WHERE ${isTag('subject', subject)}`),
      ]);
      return { readings, rollups: 0 };
    });
  }

  /** There are no roll-ups of ours there. */
  rebuild(): Promise<void> {
    return this.#run(() => Promise.resolve());
  }

  /** InfluxDB puts its own files in order. */
  compact(): Promise<void> {
    return this.#run(() => Promise.resolve());
  }

  async status(): Promise<Port.HistoryStatus> {
    const extent = await this.extent();
    const [tables = []] = await this.#run(() => this.#server.query([`SHOW SERIES FROM ${everyMeasurement}`]));
    return {
      bytes: await this.#bytes(),
      days: extent === null ? 0 : Math.floor(extent.last / day) - Math.floor(extent.first / day) + 1,
      unsortedDays: 0,
      daysWithoutRollups: 0,
      series: tables.reduce((count, { values }) => count + values.length, 0),
      oldest: extent === null ? null : epochMs(Math.floor(extent.first / day) * day),
      newest: extent?.last ?? null,
      isErasing: false,
    };
  }

  holdings(recentFrom: EpochMs): Promise<Port.Holdings> {
    return this.#run(() => readHoldings(this.#server, recentFrom));
  }

  copyEnd(): CopyEnd {
    return new InfluxCopyEnd({
      server: this.#server,
      position: () => this.position(),
      write: (readings) => this.#write(readings, new Map()),
      reach: async (to) => {
        if (to > this.#position) await this.#reach(to, 0);
      },
    });
  }

  maintain(): Promise<void> {
    return this.#run(() => Promise.resolve());
  }

  unsortedDays(): number {
    return 0;
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    await Promise.allSettled(this.#running);
  }

  /** The position goes last: what was written before it is written again after a failure, over itself. */
  async #append(batches: readonly Port.HistoryBatch[], keep?: Port.KeepRejected): Promise<Port.Appended> {
    const fresh = batches.filter(
      (batch, index) =>
        batch.position > (batches[index - 1]?.position ?? this.#position) && batch.position > this.#position,
    );
    const last = fresh.at(-1);
    if (!last) return { rejected: [] };
    const { context, readings, rejected } = sift(fresh, () => Number.NEGATIVE_INFINITY);
    const all: Port.Rejected[] = [...rejected, ...(await this.#write(readings, placesInMessages(readings)))];
    const refused = await this.#server.write(
      context.map((change, index) => contextLine(change, index)),
      'ns',
    );
    for (const { index, reason } of refused) {
      const change = context[index];
      if (change) all.push(rejectedChange(change, whyRefused(reason)));
    }
    if (all.length > 0) await keep?.(all);
    await this.#reach(last.position, readings.at(-1)?.receivedAt ?? context.at(-1)?.at ?? epochMs(0));
    return { rejected: all };
  }

  /** Answers what can never be stored. */
  async #write(
    readings: readonly Reading[],
    places: ReadonlyMap<Reading, number>,
  ): Promise<readonly Port.Rejected[]> {
    const all: Port.Rejected[] = [];
    // One reading a series and time: within one write InfluxDB does not say which wins.
    const latest = new Map<string, Reading>();
    for (const reading of readings) {
      const reason = whyNotWritable(reading);
      if (reason !== null) all.push(rejectedReading(reading, reason));
      else latest.set(`${reading.device}\n${reading.property}\n${Math.floor(reading.at)}`, reading);
    }
    const written = [...latest.values()];
    const placements = new Map<DeviceId, Placement | undefined>();
    for (const { device } of written)
      if (!placements.has(device)) placements.set(device, this.#options.placement?.(device));
    const moved = await this.#moves.placementsOf(written, placements);
    const lines = written.map((reading) =>
      readingLine(reading, moved.get(reading) ?? placements.get(reading.device), places.get(reading)),
    );
    for (const { index, reason } of await this.#server.write(lines)) {
      const reading = written[index];
      if (reading) all.push(rejectedReading(reading, whyRefused(reason)));
    }
    return all;
  }

  async #reach(last: Position, at: number): Promise<void> {
    const highest = last > this.#highest ? last : this.#highest;
    const line = new Point(reached)
      .timestamp(Math.floor(at / hour) * hour)
      .intField('position', highest)
      .toLineProtocol();
    const [refused] = await this.#server.write([line ?? '']);
    if (refused)
      throw new GridbellError('not-ready', `InfluxDB does not take the position: ${refused.reason}`);
    this.#position = last;
    this.#highest = highest;
  }

  /** Of the database's shards, which 1.x tells an admin. */
  async #bytes(): Promise<number> {
    const [tables = []] = await this.#server.query([`SHOW STATS FOR 'shard'`]).catch(() => []);
    return tables
      .filter(({ tags }) => tags['database'] === this.#options.database)
      .flatMap((table) => [...rowsOf(table)])
      .reduce((sum, cell) => sum + Number(cell('diskBytes') ?? 0), 0);
  }

  async #count(where: string): Promise<number> {
    const [tables = []] = await this.#server.query([`SELECT count(k) FROM ${everyMeasurement}${where}`]);
    return tables.reduce((count, { values }) => count + Number(values[0]?.[1] ?? 0), 0);
  }

  #run<T>(work: () => Promise<T>): Promise<T> {
    if (this.#isClosed) return Promise.reject(new GridbellError('not-ready', 'history is closed'));
    const running = work();
    this.#running.add(running);
    const forget = (): boolean => this.#running.delete(running);
    running.then(forget, forget);
    return running;
  }
}

/** Of each reading, how many of its message came before it. */
function placesInMessages(readings: readonly Reading[]): ReadonlyMap<Reading, number> {
  const places = new Map<Reading, number>();
  let before: Reading | undefined;
  for (const reading of readings) {
    const goesOn =
      before?.device === reading.device &&
      before.at === reading.at &&
      before.receivedAt === reading.receivedAt;
    places.set(reading, goesOn && before ? (places.get(before) ?? 0) + 1 : 0);
    before = reading;
  }
  return places;
}

function whyNotWritable({ at, device, property, value }: Reading): string | null {
  if (at < reach.first || at > reach.last) return `at is no time that InfluxDB can hold: ${at}`;
  if (!isName(device) || !isName(property)) return 'InfluxDB has no way to write this name';
  if (typeof value === 'number' && !Number.isFinite(value)) return `InfluxDB has no way to write ${value}`;
  return null;
}
