import type { DuckDBConnection } from '@duckdb/node-api';
import { type DeviceId, day as dayMs, epochMs, type Position } from '#model/brand.ts';
import type { Reading } from '#model/reading.ts';
import { type CopyEnd, type CopyPart, nowhere } from '#store/history/copy/copy-end.ts';
import { appendCopied } from '#store/history/duckdb/append.ts';
import { readContext } from '#store/history/duckdb/context.ts';
import { type Database, inTransaction } from '#store/history/duckdb/database.ts';
import { dayOf, keyOf, startOfDay } from '#store/history/duckdb/day.ts';
import { daysBetween, type StoredDay, storedValue } from '#store/history/duckdb/day-query.ts';
import type { Ledger } from '#store/history/duckdb/ledger.ts';
import type { Turn } from '#store/history/duckdb/turn.ts';
import type { ContextChange, Rejected } from '#store/history/history.ts';

export interface DuckDbCopyParts {
  readonly database: Database;
  /** As it is now: a file that was written anew has another. */
  readonly ledger: () => Ledger;
  readonly writers: Turn;
}

/** The file as an end of a copy. */
export class DuckDbCopyEnd implements CopyEnd {
  readonly #parts: DuckDbCopyParts;

  constructor(parts: DuckDbCopyParts) {
    this.#parts = parts;
  }

  position(): Promise<Position> {
    return Promise.resolve(this.#parts.ledger().position);
  }

  /** The sum of all rows' hashes: of the same rows it is the same in whatever order they stand. */
  async days(): Promise<ReadonlyMap<number, string>> {
    const { database, ledger } = this.#parts;
    const versions = new Map<number, string>();
    const note = (day: number, version: string): void => {
      versions.set(day, [versions.get(day) ?? '', version].join('|'));
    };
    for (const day of ledger().days.keys())
      await database.read(async (connection) => {
        const [stored] = await daysBetween(connection, startOfDay(day), startOfDay(day + 1));
        if (!stored) return;
        const rows = await rowsOf(
          connection,
          `SELECT count(*), sum(hash(key, value, kind, text, delay, flags)::HUGEINT)::VARCHAR FROM ${stored.table}`,
        );
        for (const [count, sum] of rows) note(day, `${String(count)} ${String(sum)}`);
      });
    const context = await database.read((connection) =>
      rowsOf(
        connection,
        `SELECT (happened // ${dayMs})::DOUBLE, count(*), sum(hash(happened, kind, subject, state)::HUGEINT)::VARCHAR
         FROM context GROUP BY 1`,
      ),
    );
    for (const [day, count, sum] of context) note(Number(day), `context ${String(count)} ${String(sum)}`);
    return versions;
  }

  counts(day: number): Promise<ReadonlyMap<DeviceId, number>> {
    return this.#parts.database.read(async (connection) => {
      const [stored] = await daysBetween(connection, startOfDay(day), startOfDay(day + 1));
      if (!stored) return new Map();
      const rows = await rowsOf(
        connection,
        `SELECT device, sum(rows)::DOUBLE, min(id) FROM
           (SELECT key // 86400000 AS id, count(*) AS rows FROM ${stored.table} GROUP BY 1) JOIN series USING (id)
         GROUP BY device ORDER BY min(id)`,
      );
      return new Map(rows.map(([device, count]) => [String(device) as DeviceId, Number(count)]));
    });
  }

  readings(part: CopyPart): Promise<readonly Reading[]> {
    const index = this.#parts.ledger().series;
    const names = new Map(
      part.devices.flatMap((device) =>
        [...index.propertiesOf(device)].map(([property, id]) => [id, { device, property }] as const),
      ),
    );
    if (names.size === 0) return Promise.resolve([]);
    return this.#parts.database.read(async (connection) => {
      const readings: Reading[] = [];
      for (const stored of await daysBetween(connection, part.from, part.to)) {
        const start = startOfDay(stored.day);
        for (const [key, value, kind, text, delay, flags] of await partRows(connection, stored, part, [
          ...names.keys(),
        ])) {
          const id = Math.floor(Number(key) / dayMs);
          const name = names.get(id);
          if (!name) continue;
          const at = epochMs(start + Number(key) - keyOf(id, 0));
          readings.push({
            ...name,
            at,
            receivedAt: epochMs(at + Number(delay)),
            value: storedValue(kind ?? null, value ?? null, text ?? null),
            flags: Number(flags),
            position: nowhere,
          });
        }
      }
      return readings;
    });
  }

  context(day: number): Promise<readonly ContextChange[]> {
    const range = { from: startOfDay(day), to: startOfDay(day + 1) };
    return this.#parts.database.read((connection) => readContext(connection, range));
  }

  async put(readings: readonly Reading[]): Promise<readonly Rejected[]> {
    const { rejected } = await this.#append(readings, []);
    return rejected;
  }

  async putContext(changes: readonly ContextChange[]): Promise<void> {
    await this.#append([], changes);
  }

  async copied(): Promise<ReadonlyMap<number, string>> {
    const rows = await this.#parts.database.read((connection) =>
      rowsOf(connection, 'SELECT day, version FROM copied'),
    );
    return new Map(rows.map(([day, version]) => [Number(day), String(version)]));
  }

  keepCopied(day: number, version: string): Promise<void> {
    return this.#write(async (connection) => {
      await connection.run('DELETE FROM copied WHERE day = $1', [day]);
      await connection.run('INSERT INTO copied VALUES ($1, $2)', [day, version]);
    });
  }

  reach(reached: Position): Promise<void> {
    return this.#write(async (connection, ledger) => {
      if (reached <= ledger.position) return;
      await connection.run("UPDATE meta SET value = $1 WHERE name = 'position'", [BigInt(reached)]);
      ledger.position = reached;
    });
  }

  #append(readings: readonly Reading[], context: readonly ContextChange[]) {
    const { database, ledger, writers } = this.#parts;
    return writers.take(() =>
      appendCopied(database.writer, ledger(), {
        readings,
        context,
      }),
    );
  }

  #write(work: (connection: DuckDBConnection, ledger: Ledger) => Promise<void>): Promise<void> {
    const { database, ledger, writers } = this.#parts;
    return writers.take(() => inTransaction(database.writer, () => work(database.writer, ledger())));
  }
}

const rowsOf = async (connection: DuckDBConnection, sql: string) =>
  await (await connection.run(sql)).getRows();

/** Rows of these series, each (series, time) once, by key. */
async function partRows(
  connection: DuckDBConnection,
  { day, sorted, table }: StoredDay,
  { from, to }: CopyPart,
  series: readonly number[],
) {
  const ms = (at: number): number => Math.min(Math.max(at - startOfDay(day), 0), dayMs);
  const [first, last] = [Math.min(...series), Math.max(...series)];
  const isWhole = dayOf(from) < day || (ms(from) === 0 && ms(to) === dayMs);
  const once = sorted ? '' : 'QUALIFY row_number() OVER (PARTITION BY key ORDER BY seq DESC) = 1';
  return rowsOf(
    connection,
    `SELECT key::DOUBLE, value, kind, text, delay::DOUBLE, flags FROM ${table}
     WHERE key >= ${keyOf(first, 0)} AND key < ${keyOf(last + 1, 0)} AND key // ${dayMs} IN (${series.join(', ')})
     ${isWhole ? '' : `AND key % ${dayMs} >= ${ms(from)} AND key % ${dayMs} < ${ms(to)}`} ${once} ORDER BY key`,
  );
}
