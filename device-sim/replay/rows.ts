import { createReadStream } from 'node:fs';
import type { Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { parse } from 'csv-parse';
import type { RecordingMap } from '#device-sim/replay/map-schema.ts';
import { GridbellError, messageOf } from '#model/errors.ts';

/** One row of a recording. */
export interface Row {
  /** From 0; header and blank lines do not count. */
  readonly number: number;
  /** What stands in a column; undefined where the row has none. */
  cell(column: string): unknown;
  /** False for a line that is not JSON: it has no cells. */
  readonly isReadable: boolean;
}

type Layout = Pick<RecordingMap, 'format' | 'delimiter' | 'skip' | 'header' | 'devices' | 'time'>;

/** Reads a recording row by row, never the whole file. `.gz` is unpacked on the way. */
export async function* readRows(file: string, layout: Layout): AsyncGenerator<Row> {
  const format = layout.format ?? formatOf(file);
  const source = openRecording(file);
  try {
    yield* format === 'csv' ? csvRows(source, layout, file) : jsonRows(source);
  } catch (error) {
    if (error instanceof GridbellError) throw error;
    throw new GridbellError(
      'invalid-input',
      `${file} cannot be read: ${messageOf(error)}; check the path and the map's format`,
      {
        cause: error,
      },
    );
  } finally {
    source.destroy();
  }
}

function formatOf(file: string): 'csv' | 'jsonl' {
  const name = file.replace(/\.gz$/, '');
  if (/\.(jsonl|ndjson|json)$/.test(name)) return 'jsonl';
  return 'csv';
}

/** `pipe` does not carry errors on, and the reader only sees the last stream. */
function openRecording(file: string): Readable {
  const source = createReadStream(file);
  if (!file.endsWith('.gz')) return source;
  const unpacked = createGunzip();
  source.on('error', (error) => unpacked.destroy(error));
  unpacked.on('close', () => source.destroy());
  return source.pipe(unpacked);
}

async function* csvRows(source: Readable, layout: Layout, file: string): AsyncGenerator<Row> {
  const parser = parse({
    bom: true,
    delimiter: layout.delimiter ?? ',',
    from_line: (layout.skip ?? 0) + 1,
    relax_column_count: true,
    relax_quotes: true,
    skip_empty_lines: true,
  });
  source.on('error', (error) => parser.destroy(error));
  let index = Array.isArray(layout.header) ? indexOf(layout.header) : undefined;
  if (index) requireColumns(index, layout, file);
  /** Of the file's own header. */
  let named: number | undefined;
  let number = 0;
  for await (const record of source.pipe(parser)) {
    const cells = record as readonly string[];
    if (index === undefined) {
      index = indexOf(cells);
      named = cells.length;
      requireColumns(index, layout, file);
      continue;
    }
    if (number === 0 && named !== undefined) requireAlignment(named, cells, file);
    const columns = index;
    yield { number, isReadable: true, cell: (column) => cells[columns.get(column) ?? -1] };
    number += 1;
  }
}

const indexOf = (names: readonly string[]): ReadonlyMap<string, number> =>
  new Map(names.map((name, position) => [name.trim(), position]));

/** A column that no row has would otherwise pass as a recording of empty cells. */
function requireColumns(index: ReadonlyMap<string, number>, { devices, time }: Layout, file: string): void {
  const wanted = devices.flatMap(({ properties, where }) => [
    ...Object.values(properties ?? {}).flatMap((source) => {
      if (typeof source === 'string') return [source];
      return source.optional === true ? [] : [source.column];
    }),
    ...Object.keys(where ?? {}),
  ]);
  if (time.column !== undefined) wanted.push(time.column);
  const missing = [...new Set(wanted)].filter((column) => !index.has(column));
  if (missing.length > 0)
    throw new GridbellError(
      'invalid-input',
      `${file} has no column ${missing.join(', ')}; its columns are ${[...index.keys()].join(', ')}`,
    );
}

/** Tables with unnamed row names (R writes them) would otherwise be read one column beside what the names say. */
function requireAlignment(named: number, cells: readonly string[], file: string): void {
  if (cells.slice(named).every((cell) => cell.trim() === '')) return;
  throw new GridbellError(
    'invalid-input',
    `${file} has ${named} column names and ${cells.length} cells in its first row; name the columns in the map: skip: 1, header: […]`,
  );
}

async function* jsonRows(source: Readable): AsyncGenerator<Row> {
  let number = 0;
  for await (const line of linesOf(source)) {
    if (line.trim() === '') continue;
    const value = parseLine(line);
    yield { number, isReadable: value !== undefined, cell: (column) => fieldOf(value, column) };
    number += 1;
  }
}

/** node:readline keeps the errors of its input to itself. */
async function* linesOf(source: Readable): AsyncGenerator<string> {
  let rest = '';
  source.setEncoding('utf8');
  for await (const chunk of source) {
    const lines = `${rest}${String(chunk)}`.split('\n');
    rest = lines.pop() ?? '';
    yield* lines;
  }
  yield rest;
}

function parseLine(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}

/** A field by its name, else by a path with dots: `data.temperature`. */
function fieldOf(value: unknown, name: string): unknown {
  if (typeof value !== 'object' || value === null) return undefined;
  if (Object.hasOwn(value, name)) return (value as Readonly<Record<string, unknown>>)[name];
  const dot = name.indexOf('.');
  if (dot < 0) return undefined;
  const inner: unknown = Object.hasOwn(value, name.slice(0, dot))
    ? (value as Readonly<Record<string, unknown>>)[name.slice(0, dot)]
    : undefined;
  return fieldOf(inner, name.slice(dot + 1));
}
