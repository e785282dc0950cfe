import { day, type EpochMs, epochMs } from '#model/brand.ts';
import type { Holding, Holdings } from '#store/history/history.ts';
import { everyMeasurement } from '#store/history/influxdb/lines.ts';
import { during, reach } from '#store/history/influxdb/select.ts';
import type { InfluxServer, Table } from '#store/history/influxdb/server.ts';

/** What there is of each property; a server that holds years counts for a while. There are no roll-ups of ours. */
export async function readHoldings(server: InfluxServer, recentFrom: EpochMs): Promise<Holdings> {
  const from = Math.floor(recentFrom / day) * day;
  const [counts, recent, firsts] = await server.query([
    `SELECT count(k) FROM ${everyMeasurement} GROUP BY property`,
    `SELECT count(k) FROM ${everyMeasurement} WHERE ${during({ from, to: reach.last })} GROUP BY property`,
    `SELECT first(k) FROM ${everyMeasurement} GROUP BY property`,
  ]);
  const recentOf = byProperty(recent, 1);
  const oldestOf = byProperty(firsts, 0);
  const properties = [...byProperty(counts, 1)].map(([property, readings]): Holding => {
    const oldest = oldestOf.get(property);
    return {
      property,
      readings,
      recent: recentOf.get(property) ?? 0,
      oldest: oldest === undefined ? null : epochMs(Math.floor(oldest / day) * day),
      rollups: 0,
      oldestRollup: null,
    };
  });
  return { properties, freeBytes: null };
}

const byProperty = (tables: readonly Table[] | undefined, column: number): ReadonlyMap<string, number> =>
  new Map(
    (tables ?? []).map(({ tags, values }) => [tags['property'] ?? '', Number(values[0]?.[column] ?? 0)]),
  );
