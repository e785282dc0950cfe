import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import type { RecordingMap } from '#device-sim/replay/map-schema.ts';
import { parseRecordingMap } from '#device-sim/replay/recording-map.ts';
import { readRows } from '#device-sim/replay/rows.ts';
import { temporaryDirectory } from '#tests/support/temporary-directory.ts';

const layout = (more: Partial<RecordingMap> = {}): RecordingMap => ({
  ...parseRecordingMap(
    'time: { column: t, format: epoch-s }\ndevices: [ { id: d1, properties: { temperature: T } } ]',
    'map.yaml',
  ),
  ...more,
});

async function read(name: string, content: string | Buffer, map = layout()) {
  using folder = temporaryDirectory();
  const file = join(folder.path, name);
  writeFileSync(file, content);
  const rows: [number, unknown, unknown][] = [];
  for await (const row of readRows(file, map)) rows.push([row.number, row.cell('t'), row.cell('T')]);
  return rows;
}

const expected = [
  [0, '1', '20.5'],
  [1, '2', ''],
  [2, '3', '21'],
];

describe('a CSV recording', () => {
  it('is read by the names of its first line', async () => {
    expect(await read('a.csv', 't,T\n1,20.5\n2,\n3,21\n')).toEqual(expected);
  });

  it('is read packed', async () => {
    expect(await read('a.csv.gz', gzipSync('t,T\n1,20.5\n2,\n3,21\n'))).toEqual(expected);
  });

  it('may have a byte order mark, CRLF, quotes, other delimiters and blank lines', async () => {
    const text = '\uFEFFt;"T"\r\n1;"20.5"\r\n\r\n2;\r\n3;21';
    expect(await read('a.csv', text, layout({ delimiter: ';' }))).toEqual(expected);
  });

  it('without a header takes the names of the map', async () => {
    const map = layout({ header: ['t', 'T'] });
    expect(await read('a.csv', '1,20.5\n2,\n3,21\n', map)).toEqual(expected);
  });

  it('may have rows that are too short or too long', async () => {
    expect(await read('a.csv', 't,T\n1\n2,5,6\n')).toEqual([
      [0, '1', undefined],
      [1, '2', '5'],
    ]);
  });

  it('with more cells than names in its first row is refused, unless the cells beyond are empty', async () => {
    await expect(read('a.csv', 't,T\n7,1,20.5\n')).rejects.toThrow(
      /has 2 column names and 3 cells in its first row; name the columns in the map: skip: 1/,
    );
    expect(await read('a.csv', 't,T\n1,20.5,,\n')).toEqual([[0, '1', '20.5']]);
    expect(await read('a.csv', 'T,t,T\n0,1,20.5\n')).toEqual([[0, '1', '20.5']]);
  });

  it('may lack a column that the map calls optional', async () => {
    const properties = { temperature: 'T', oxygen: { column: 'O2', optional: true } };
    const map = layout({ devices: [{ id: 'd1', properties }] });
    expect(await read('a.csv', 't,T\n1,20.5\n', map)).toEqual([[0, '1', '20.5']]);
  });

  it('that lacks a column by which rows are chosen is refused too', async () => {
    const map = layout({ devices: [{ id: 'd1', where: { Id: 7 }, properties: { temperature: 'T' } }] });
    await expect(read('a.csv', 't,T\n1,2\n', map)).rejects.toThrow(/has no column Id/);
  });

  it('that lacks a column of the map is refused with the columns that it has', async () => {
    await expect(read('a.csv', 'time,T\n1,2\n')).rejects.toThrow(/has no column t; its columns are time, T/);
  });
});

describe('a recording of JSON lines', () => {
  const lines = '{"t":1,"T":20.5}\n\n{"t":2,"T":null}\nnot json\n{"t":3,"a.b":1}';

  it('keeps numbers as numbers and counts lines that are no JSON', async () => {
    expect(await read('a.jsonl', lines)).toEqual([
      [0, 1, 20.5],
      [1, 2, null],
      [2, undefined, undefined],
      [3, 3, undefined],
    ]);
  });

  it('is read packed', async () => {
    expect(await read('a.ndjson.gz', gzipSync(lines))).toHaveLength(4);
  });

  it('has fields by path, and by their own name first', async () => {
    using folder = temporaryDirectory();
    const file = join(folder.path, 'a.jsonl');
    writeFileSync(file, '{"data":{"T":1,"in":{"x":2}},"data.T":3}\n');
    for await (const row of readRows(file, layout()))
      expect([
        row.cell('data.T'),
        row.cell('data.in.x'),
        row.cell('data.no.x'),
        row.cell('toString'),
      ]).toEqual([3, 2, undefined, undefined]);
  });
});

describe('a recording that cannot be read', () => {
  it.each(['nowhere.csv', 'nowhere.jsonl', 'nowhere.csv.gz', 'nowhere.jsonl.gz'])(
    '%s is named',
    async (name) => {
      const rows = readRows(join('nowhere', name), layout());
      await expect(rows.next()).rejects.toThrow(new RegExp(`${name} cannot be read: .*check the path`));
    },
  );

  it('because it is no gzip is named', async () => {
    await expect(read('a.csv.gz', 't,T\n1,2\n')).rejects.toThrow(/a\.csv\.gz cannot be read/);
  });

  it('because it ends too early is named', async () => {
    const packed = gzipSync(`t,T\n${'1,2\n'.repeat(50_000)}`);
    await expect(read('a.csv.gz', packed.subarray(0, packed.length - 20))).rejects.toThrow(/cannot be read/);
  });
});
