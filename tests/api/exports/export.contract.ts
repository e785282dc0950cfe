import { parse } from 'csv-parse/sync';
import { describe, expect, it } from 'vitest';
import { flag } from '#model/reading.ts';
import { aggregates } from '#store/history/history.ts';
import { type ExportingApi, exportingApi, type Said } from '#tests/api/exports/exporting-api.ts';
import { readParquet } from '#tests/api/exports/read-parquet.ts';
import type { DisposableHistory } from '#tests/store/history.contract.ts';
import { fc } from '#tests/support/properties.ts';

const noon = Date.parse('2026-01-01T04:00:00Z');
const minute = 60_000;
const range = 'from=2025-12-01T00:00:00Z&to=2026-02-01T00:00:00Z';

interface Line {
  readonly device: string;
  readonly property: string;
  readonly time: string;
  readonly value: unknown;
}

const linesOf = (body: string): Line[] =>
  body
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Line);

const sayings: Said[] = [
  { device: 'smoke-b3-05', property: 'temperature', at: noon, value: -4.5, delayMs: 40 },
  { device: 'smoke-b3-05', property: 'smoke', at: noon, value: true, delayMs: 7, flags: flag.noTime },
  { device: 'watch-0502', property: 'heart-rate', at: noon + 1, value: 72 },
  {
    device: 'smoke-b9',
    property: 'temperature',
    at: noon + minute,
    value: 21,
    delayMs: 600_000,
    flags: flag.receivedLate | flag.state,
  },
];

/** What an export holds, on a history that is really there. */
export function exportContract(name: string, open: () => Promise<DisposableHistory>): void {
  const readingsOf = async (api: ExportingApi, device: string, property: string, more = '') =>
    (
      await api.get(
        'admin',
        `/devices/${device}/readings?property=${encodeURIComponent(property)}&${range}&limit=100000${more}`,
      )
    ).json().points as readonly { at: string; value: unknown }[];

  describe(`an export of readings from ${name}`, () => {
    it('is a CSV that names its columns, in the order of time and with the offset of the community', async () => {
      await using api = await exportingApi(open);
      await api.say(sayings);
      const answer = await api.get('admin', `/readings/export?format=csv&${range}`);
      expect(answer.statusCode).toBe(200);
      expect(answer.headers['content-type']).toBe('text/csv; charset=utf-8');
      expect(answer.headers['content-disposition']).toBe(
        'attachment; filename="gridbell-readings-2026-01-01.csv"',
      );
      expect(answer.body.split('\r\n')).toEqual([
        '\u{feff}device,deviceName,place,placePath,property,time,value,type,unit,receivedAt,flags',
        'smoke-b3-05,,b3,lianfang-1/g1/b3,smoke,2026-01-01T12:00:00.000+08:00,true,boolean,,2026-01-01T12:00:00.007+08:00,no-time',
        'smoke-b3-05,,b3,lianfang-1/g1/b3,temperature,2026-01-01T12:00:00.000+08:00,-4.5,number,Cel,2026-01-01T12:00:00.040+08:00,',
        'watch-0502,,b3-0502,lianfang-1/g1/b3/b3-0502,heart-rate,2026-01-01T12:00:00.001+08:00,72,number,/min,2026-01-01T12:00:00.001+08:00,',
        'smoke-b9,,b9,lianfang-1/g2/b9,temperature,2026-01-01T12:01:00.000+08:00,21,number,Cel,2026-01-01T12:11:00.000+08:00,received-late state',
        '',
      ]);
    });

    it('is JSON lines with values of their own type', async () => {
      await using api = await exportingApi(open);
      await api.say(sayings);
      const answer = await api.get(
        'admin',
        `/readings/export?format=jsonl&device=smoke-b3-05,smoke-b9&${range}`,
      );
      expect(answer.headers['content-type']).toBe('application/jsonl; charset=utf-8');
      const lines = linesOf(answer.body);
      expect(lines.map(({ value }) => value)).toEqual([true, -4.5, 21]);
      expect(lines[2]).toEqual({
        device: 'smoke-b9',
        deviceName: null,
        place: 'b9',
        placePath: 'lianfang-1/g2/b9',
        property: 'temperature',
        time: '2026-01-01T12:01:00.000+08:00',
        value: 21,
        unit: 'Cel',
        receivedAt: '2026-01-01T12:11:00.000+08:00',
        flags: ['received-late', 'state'],
      });
    });

    it('holds what was chosen by device, place, kind, property and time, and nothing else', async () => {
      await using api = await exportingApi(open);
      await api.say(sayings);
      const chosen = async (query: string) =>
        linesOf((await api.get('admin', `/readings/export?format=jsonl&${query}`)).body).map(
          ({ device, property }) => `${device} ${property}`,
        );
      expect(await chosen('place=g1')).toHaveLength(3);
      expect(await chosen('place=g1&kind=wearable')).toEqual(['watch-0502 heart-rate']);
      expect(await chosen('place=b3-0502,b9')).toEqual(['watch-0502 heart-rate', 'smoke-b9 temperature']);
      expect(await chosen('property=temperature')).toEqual([
        'smoke-b3-05 temperature',
        'smoke-b9 temperature',
      ]);
      expect(await chosen('series=watch-0502:heart-rate,smoke-b3-05:smoke')).toEqual([
        'smoke-b3-05 smoke',
        'watch-0502 heart-rate',
      ]);
      expect(await chosen('device=smoke-b9&place=b3')).toEqual([]);
      expect(await chosen('from=2026-01-01T04:00:00Z&to=2026-01-01T04:00:00.001Z')).toHaveLength(2);
    });

    it('read back from JSON lines, CSV and Parquet is what the readings route answers, whatever was said', async () => {
      await using api = await exportingApi(open);
      let round = 0;
      const text = fc.oneof(fc.string(), fc.constantFrom('=1+1', '-x', '"a", b', '', '烟\r\n雾', '+', '@a'));
      const saying = fc.record({
        device: fc.constantFrom('smoke-b3-05', 'smoke-b9'),
        at: fc.integer({ min: 0, max: 40_000 }).map((step) => noon + step * 61_001),
        value: fc.oneof(fc.double({ noNaN: true, noDefaultInfinity: true }), fc.boolean(), text),
      });
      await fc.assert(
        fc.asyncProperty(fc.array(saying, { minLength: 1, maxLength: 20 }), async (said) => {
          round += 1;
          const property = `custom-${round}`;
          await api.say(said.map((each) => ({ ...each, property })));
          const query = `property=${property}&${range}`;
          const lines = linesOf((await api.get('admin', `/readings/export?format=jsonl&${query}`)).body);
          const { body } = await api.get('admin', `/readings/export?format=csv&${query}`);
          const rows: Record<string, string>[] = parse(body, {
            bom: true,
            columns: true,
            relax_column_count: false,
          });
          const parquet = await api.get('admin', `/readings/export?format=parquet&${query}`);
          const typed = (await readParquet(parquet.rawPayload)).rows;
          const inTime = lines.map(({ time }) => Date.parse(time));
          expect(inTime).toEqual(inTime.toSorted((a, b) => a - b));
          for (const device of ['smoke-b3-05', 'smoke-b9']) {
            const points = await readingsOf(api, device, property);
            const times = points.map(({ at }) => Date.parse(at));
            const own = lines.filter((line) => line.device === device);
            expect(own.map(({ value }) => value)).toEqual(points.map(({ value }) => value));
            expect(own.map(({ time }) => Date.parse(time))).toEqual(times);
            const ofDevice = rows.filter((row) => row['device'] === device);
            expect(ofDevice.map((row) => Date.parse(row['time'] ?? ''))).toEqual(times);
            const ofTyped = typed.filter((row) => row['device'] === device);
            expect(ofTyped.map((row) => row['time'])).toEqual(times);
            expect(ofTyped.map((row) => row['number'] ?? row['boolean'] ?? row['text'])).toEqual(
              points.map(({ value }) => value),
            );
            expect(ofDevice.map((row) => saidIn(row))).toEqual(points.map(({ value }) => plain(value)));
          }
        }),
        { numRuns: 12 },
      );
    });

    it('is a Parquet file with typed columns that DuckDB reads', async () => {
      await using api = await exportingApi(open);
      await api.say([
        ...sayings,
        { device: 'watch-0502', property: 'mood', at: noon + 2, value: '=好, "x"' },
      ]);
      const answer = await api.get('admin', `/readings/export?format=parquet&${range}`);
      expect(answer.headers['content-type']).toBe('application/vnd.apache.parquet');
      const { columns, rows } = await readParquet(answer.rawPayload);
      expect(columns).toEqual({
        device: 'VARCHAR',
        deviceName: 'VARCHAR',
        place: 'VARCHAR',
        placePath: 'VARCHAR',
        property: 'VARCHAR',
        time: 'TIMESTAMP WITH TIME ZONE',
        number: 'DOUBLE',
        boolean: 'BOOLEAN',
        text: 'VARCHAR',
        unit: 'VARCHAR',
        receivedAt: 'TIMESTAMP WITH TIME ZONE',
        flags: 'VARCHAR',
      });
      const said = { deviceName: null, number: null, boolean: null, text: null, unit: null, flags: '' };
      const inB3 = { ...said, device: 'smoke-b3-05', place: 'b3', placePath: 'lianfang-1/g1/b3', time: noon };
      expect(rows.slice(0, 2)).toEqual([
        { ...inB3, property: 'smoke', boolean: true, receivedAt: noon + 7, flags: 'no-time' },
        { ...inB3, property: 'temperature', number: -4.5, unit: 'Cel', receivedAt: noon + 40 },
      ]);
      expect(rows[3]).toMatchObject({ property: 'mood', text: '=好, "x"' });
      expect(rows[4]).toMatchObject({ time: noon + minute, number: 21, flags: 'received-late state' });
      const buckets = await api.get('admin', `/readings/export?format=parquet&${range}&every=1h&fn=max`);
      expect(Object.keys((await readParquet(buckets.rawPayload)).columns).slice(-3)).toEqual([
        'every',
        'fn',
        'source',
      ]);
      const none = await api.get('admin', '/readings/export?format=parquet&to=2020-01-01T00:00:00Z');
      expect((await readParquet(none.rawPayload)).rows).toEqual([]);
    });

    it('of buckets is what the readings route answers for each series, for every function', async () => {
      await using api = await exportingApi(open);
      const said = Array.from({ length: 500 }, (_, index) => ({
        device: index % 3 === 0 ? 'smoke-b9' : 'smoke-b3-05',
        property: 'temperature',
        at: noon + index * 7 * minute,
        value: (index * 37) % 101,
      }));
      await api.say(said);
      for (const every of ['10m', '6h', '1d'])
        for (const fn of aggregates) {
          const { body } = await api.get(
            'admin',
            `/readings/export?format=jsonl&${range}&every=${every}&fn=${fn}`,
          );
          const lines = linesOf(body);
          for (const device of ['smoke-b3-05', 'smoke-b9']) {
            const points = await readingsOf(api, device, 'temperature', `&every=${every}&fn=${fn}`);
            const own = lines.filter((line) => line.device === device);
            expect(own.map(({ value }) => value)).toEqual(points.map(({ value }) => value));
            expect(own.map(({ time }) => Date.parse(time))).toEqual(points.map(({ at }) => Date.parse(at)));
          }
        }
      const { body } = await api.get('admin', `/readings/export?device=smoke-b9&${range}&every=1d&fn=count`);
      expect(body.split('\r\n').slice(0, 2)).toEqual([
        '\u{feff}device,deviceName,place,placePath,property,time,value,type,unit,every,fn,source',
        expect.stringMatching(
          /^smoke-b9,,b9,lianfang-1\/g2\/b9,temperature,2026-01-01T00:00:00\.000\+08:00,\d+,number,,1d,count,\w+$/,
        ),
      ]);
    });
  });
}

/** As the CSV tells it, by `type`; the quote before what looks like a formula taken away. */
function saidIn(row: Record<string, string>): unknown {
  const { type, value = '' } = row;
  if (type === 'number') return Number(value);
  if (type === 'boolean') return value === 'true';
  return /^'[=+\-@\t\r\uFF0B\uFF0D\uFF1D\uFF20]/.test(value) ? value.slice(1) : value;
}

/** -0 is written as 0. */
const plain = (value: unknown): unknown => (value === 0 ? 0 : value);
