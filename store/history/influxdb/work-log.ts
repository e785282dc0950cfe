import { Point } from '@influxdata/influxdb-client';
import { type EpochMs, epochMs, hour } from '#model/brand.ts';
import { GridbellError } from '#model/errors.ts';
import { reached } from '#store/history/influxdb/lines.ts';
import { InfluxServer, type InfluxTarget } from '#store/history/influxdb/server.ts';
import { type WorkRow, workLine } from '#store/history/influxdb/work-lines.ts';

/** Up to which event of the ops store (`seq`) rows are there, and when that one was. */
export interface WorkPlace {
  readonly seq: number;
  readonly at: EpochMs;
}

/** What happened to alarms and tasks, in an InfluxDB beside the readings: docs/history.md. Nothing of ours reads it again. */
export class WorkLog {
  readonly #server: InfluxServer;

  /** The database has to be there: whoever opens history makes it. */
  constructor(target: InfluxTarget) {
    this.#server = new InfluxServer(target);
  }

  /** The last event whose rows are there; 0 at the beginning. Throws `not-ready`. */
  async position(): Promise<number> {
    const [tables] = await this.#server.query([`SELECT max(event) FROM ${reached}`]);
    return Number(tables?.[0]?.values[0]?.[1] ?? 0);
  }

  /** From when on rows may be missing: the hour of the last event whose rows are there; undefined: there is none. Throws `not-ready`. */
  async since(): Promise<EpochMs | undefined> {
    const [tables] = await this.#server.query([`SELECT last(event) FROM ${reached}`]);
    const at = tables?.[0]?.values[0]?.[0];
    return typeof at === 'number' ? epochMs(at) : undefined;
  }

  /** Rows alone; answers as `write`. */
  async put(rows: readonly WorkRow[]): Promise<readonly string[]> {
    const refused = await this.#server.write(
      rows.map((row) => workLine(row)),
      'ns',
    );
    return refused.map(({ reason }) => reason);
  }

  /**
   * Rows of all events up to a place; answers why those were left out that the server refuses. Throws `not-ready`: then all of
   * them are to be written again, over themselves.
   */
  async write(rows: readonly WorkRow[], { at, seq }: WorkPlace): Promise<readonly string[]> {
    const refused = await this.put(rows);
    const place = new Point(reached)
      .timestamp(Math.floor(at / hour) * hour)
      .intField('event', seq)
      .toLineProtocol();
    const [problem] = await this.#server.write([place ?? '']);
    if (problem)
      throw new GridbellError(
        'not-ready',
        `InfluxDB does not take the place in the events: ${problem.reason}`,
      );
    return refused;
  }
}
