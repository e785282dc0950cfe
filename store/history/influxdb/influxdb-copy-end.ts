import { Point } from '@influxdata/influxdb-client';
import { type DeviceId, day as dayMs, epochMs, type Position } from '#model/brand.ts';
import { GridbellError } from '#model/errors.ts';
import type { Reading } from '#model/reading.ts';
import { type CopyEnd, type CopyPart, nowhere } from '#store/history/copy/copy-end.ts';
import type { ContextChange, Rejected } from '#store/history/history.ts';
import { contextLine, readContext } from '#store/history/influxdb/context.ts';
import { everyMeasurement } from '#store/history/influxdb/lines.ts';
import { during, oneOf, reach, rowsOf, saidValue, timeOf } from '#store/history/influxdb/select.ts';
import type { InfluxServer } from '#store/history/influxdb/server.ts';

export interface InfluxCopyParts {
  readonly server: InfluxServer;
  position(): Promise<Position>;
  /** Writes over what there is; answers what can never be stored. */
  write(readings: readonly Reading[]): Promise<readonly Rejected[]>;
  reach(position: Position): Promise<void>;
}

/** The measurement that says which days were copied to here: a point a day. */
export const copiedDays = 'gridbell_copied';

/** A database of InfluxDB as an end of a copy. */
export class InfluxCopyEnd implements CopyEnd {
  readonly #parts: InfluxCopyParts;

  constructor(parts: InfluxCopyParts) {
    this.#parts = parts;
  }

  position(): Promise<Position> {
    return this.#parts.position();
  }

  /** InfluxDB has no checksum: what is received later has another delay, so a sum of them is another. */
  async days(): Promise<ReadonlyMap<number, string>> {
    const { server } = this.#parts;
    const bounds = await server.query(
      ['first', 'last'].flatMap((edge) => [
        `SELECT ${edge}(k) FROM ${everyMeasurement}`,
        `SELECT ${edge}(p) FROM context`,
      ]),
    );
    const times = bounds.flatMap((tables) => tables.map(({ values }) => Number(values[0]?.[0])));
    if (times.length === 0) return new Map();
    const range = { from: Math.min(...times), to: Math.max(...times) + 1 };
    const answers = await server.query([
      `SELECT count(k), sum(d), sum(num), sum(f), count(text) FROM ${everyMeasurement} WHERE ${during(range)} GROUP BY time(1d) fill(none)`,
      `SELECT count(p), sum(p), sum(i) FROM context WHERE ${during(range)} GROUP BY time(1d) fill(none)`,
    ]);
    const versions = new Map<number, string[]>();
    for (const tables of answers)
      for (const { name, values } of tables)
        for (const [time, count, ...sums] of values) {
          if (!count) continue;
          const day = Math.floor(Number(time) / dayMs);
          versions.set(day, [...(versions.get(day) ?? []), [name, count, ...sums].join(' ')]);
        }
    return new Map([...versions].map(([day, texts]) => [day, texts.toSorted().join('|')]));
  }

  async counts(day: number): Promise<ReadonlyMap<DeviceId, number>> {
    const range = { from: day * dayMs, to: (day + 1) * dayMs };
    const [tables = []] = await this.#parts.server.query([
      `SELECT count(k) FROM ${everyMeasurement} WHERE ${during(range)} GROUP BY device`,
    ]);
    const counts = new Map<DeviceId, number>();
    for (const { tags, values } of tables) {
      const device = (tags['device'] ?? '') as DeviceId;
      counts.set(device, (counts.get(device) ?? 0) + Number(values[0]?.[1] ?? 0));
    }
    return counts;
  }

  async readings(part: CopyPart): Promise<readonly Reading[]> {
    const [tables = []] = await this.#parts.server.query([
      `SELECT num, bool, text, k, d, f FROM ${everyMeasurement} WHERE ${oneOf('device', part.devices)} AND ${during(part)}
       GROUP BY device, property ORDER BY time`,
    ]);
    const readings: Reading[] = [];
    for (const table of tables) {
      const device = (table.tags['device'] ?? '') as DeviceId;
      const property = table.tags['property'] ?? '';
      let last: Reading | undefined;
      for (const cell of rowsOf(table)) {
        const at = timeOf(cell);
        const receivedAt = epochMs(at + Number(cell('d')));
        const value = saidValue(Number(cell('k')), cell);
        const reading = {
          device,
          property,
          at,
          receivedAt,
          value,
          flags: Number(cell('f')),
          position: nowhere,
        };
        // A device that was moved has two series: of the same time the one that was received last counts.
        if (last?.at !== at) readings.push(reading);
        else if (receivedAt >= last.receivedAt) readings[readings.length - 1] = reading;
        last = readings.at(-1);
      }
    }
    return readings;
  }

  context(day: number): Promise<readonly ContextChange[]> {
    const range = { from: epochMs(day * dayMs), to: epochMs((day + 1) * dayMs) };
    return readContext(this.#parts.server, range);
  }

  put(readings: readonly Reading[]): Promise<readonly Rejected[]> {
    return this.#parts.write(readings);
  }

  putContext(changes: readonly ContextChange[], places: readonly number[]): Promise<void> {
    return this.#must(
      changes.map((change, index) => contextLine({ ...change, position: nowhere }, places[index] ?? 0)),
      'ns',
    );
  }

  async copied(): Promise<ReadonlyMap<number, string>> {
    const [tables = []] = await this.#parts.server.query([
      `SELECT version FROM ${copiedDays} WHERE ${during({ from: reach.first, to: reach.last })}`,
    ]);
    return new Map(
      tables.flatMap((table) =>
        [...rowsOf(table)].map(
          (cell) => [Math.floor(timeOf(cell) / dayMs), String(cell('version'))] as const,
        ),
      ),
    );
  }

  keepCopied(day: number, version: string): Promise<void> {
    const point = new Point(copiedDays).timestamp(day * dayMs).stringField('version', version);
    return this.#must([point.toLineProtocol() ?? ''], 'ms');
  }

  reach(reached: Position): Promise<void> {
    return this.#parts.reach(reached);
  }

  async #must(lines: readonly string[], precision: 'ms' | 'ns'): Promise<void> {
    const [refused] = await this.#parts.server.write(lines, precision);
    if (refused)
      throw new GridbellError('not-ready', `InfluxDB does not take what is copied: ${refused.reason}`);
  }
}
