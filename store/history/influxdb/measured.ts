import { type DeviceId, day, minute } from '#model/brand.ts';
import type { ReceivedReadings } from '#model/received.ts';
import type { MeasuredQuery, SeriesName } from '#store/history/history.ts';
import { everyMeasurement } from '#store/history/influxdb/lines.ts';
import { columnsOf, type Row, rowOf } from '#store/history/influxdb/received.ts';
import { during, oneOf, rowsOf } from '#store/history/influxdb/select.ts';
import type { InfluxServer } from '#store/history/influxdb/server.ts';

/** A question is for so much time that about so many rows come: more, and the next is for less. */
const [fewRows, manyRows] = [20_000, 100_000];
const [shortest, longest] = [minute, 32 * day];
/** More devices than these are not named one by one: what is not wanted of the answer is dropped. */
const mostNamed = 200;

/** By their time, of the same time in the order of the series. */
export async function* measuredBatches(
  server: InfluxServer,
  { from, series, to }: MeasuredQuery,
): AsyncIterableIterator<ReceivedReadings> {
  if (series.length === 0 || from >= to) return;
  const index = new Map(series.map(({ device, property }, place) => [`${device}\n${property}`, place]));
  const source = `FROM ${everyMeasurement} WHERE ${whereOf(series)}`;
  const edges = await server.query([
    `SELECT first(k) ${source} AND ${during({ from, to })}`,
    `SELECT last(k) ${source} AND ${during({ from, to })}`,
  ]);
  const times = edges.flatMap((tables) => tables.map(({ values }) => Number(values[0]?.[0])));
  if (times.length === 0) return;
  const end = Math.max(...times) + 1;
  let width: number = shortest;
  for (let begin = Math.min(...times); begin < end; ) {
    const until = Math.min(end, begin + width);
    const [tables = []] = await server.query([
      `SELECT num, bool, text, k, d, f ${source} AND ${during({ from: begin, to: until })} GROUP BY device, property`,
    ]);
    const rows = tables.flatMap((table) => {
      const place = index.get(`${table.tags['device']}\n${table.tags['property']}`);
      return place === undefined ? [] : [...rowsOf(table)].map((cell) => rowOf(place, cell));
    });
    begin = until;
    if (rows.length < fewRows) width = Math.min(longest, width * 2);
    if (rows.length > manyRows) width = Math.max(shortest, width / 2);
    if (rows.length > 0) yield columnsOf(once(rows.toSorted(byTime)));
  }
}

/** What these devices ever said; of many devices the answer is about all. */
export async function seriesOf(
  server: InfluxServer,
  devices: readonly DeviceId[],
): Promise<readonly SeriesName[]> {
  if (devices.length === 0) return [];
  const named = devices.length > mostNamed ? '' : ` WHERE ${oneOf('device', devices)}`;
  const [tables = []] = await server.query([`SHOW SERIES FROM ${everyMeasurement}${named}`]);
  const found = new Map<string, Set<string>>();
  for (const key of tables.flatMap(({ values }) => values.map(([text]) => String(text)))) {
    const tags = tagsOf(key);
    const [device, property] = [tags.get('device') ?? '', tags.get('property') ?? ''];
    found.set(device, (found.get(device) ?? new Set()).add(property));
  }
  return devices.flatMap((device) =>
    [...(found.get(device) ?? [])].toSorted().map((property) => ({ device, property })),
  );
}

function whereOf(series: readonly SeriesName[]): string {
  const devices = [...new Set(series.map(({ device }) => device))];
  const properties = [...new Set(series.map(({ property }) => property))];
  const parts = [oneOf('property', properties)];
  if (devices.length <= mostNamed) parts.push(oneOf('device', devices));
  return parts.join(' AND ');
}

const byTime = (a: Row, b: Row): number => a.at - b.at || a.series - b.series || a.receivedAt - b.receivedAt;

/** A device that was moved has two series: of the same time the one that was received last counts. */
const once = (rows: readonly Row[]): readonly Row[] =>
  rows.filter((row, place) => {
    const next = rows[place + 1];
    return next?.at !== row.at || next.series !== row.series;
  });

/** The tags of a series' key, `measurement,name=value,…`; a backslash stands before what would end a part. */
function tagsOf(key: string): ReadonlyMap<string, string> {
  const parts = key.match(/(?:\\.|[^,\\])+/gs) ?? [];
  return new Map(
    parts.slice(1).map((part) => {
      const end = /^(?:\\.|[^=\\])*/s.exec(part)?.[0].length ?? part.length;
      return [plain(part.slice(0, end)), plain(part.slice(end + 1))];
    }),
  );
}

const plain = (text: string): string => text.replaceAll(/\\([,= \\])/g, '$1');
