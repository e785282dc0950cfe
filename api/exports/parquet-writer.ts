import { zstdCompressSync } from 'node:zlib';
import { ByteWriter, type ColumnSource, ParquetWriter } from 'hyparquet-writer';
import { type ExportRow, unitOfRow, wordsOfFlags } from '#api/exports/export-row.ts';
import type { FileOptions, FileWriter } from '#api/exports/file-format.ts';

/** A row group: larger ones pack better, and hold up everything else for longer while they are packed (20 ms). */
const groupRows = 10_000;

type Column = {
  readonly name: string;
  readonly type: 'BYTE_ARRAY' | 'INT64' | 'DOUBLE' | 'BOOLEAN';
  readonly of: (row: ExportRow) => string | number | bigint | boolean | null;
};

const text = (name: string, of: (row: ExportRow) => string | null): Column => ({
  name,
  type: 'BYTE_ARRAY',
  of,
});
/** UTC. */
const time = (name: string, of: (row: ExportRow) => number): Column => ({
  name,
  type: 'INT64',
  of: (row) => BigInt(of(row)),
});

function columnsOf({ buckets }: FileOptions): readonly Column[] {
  return [
    text('device', ({ series }) => series.device),
    text('deviceName', ({ series }) => series.deviceName),
    text('place', ({ series }) => series.place),
    text('placePath', ({ series }) => series.placePath),
    text('property', ({ series }) => series.property),
    time('time', ({ at }) => at),
    // Of zero there is one, as in the other formats.
    { name: 'number', type: 'DOUBLE', of: ({ value }) => (typeof value === 'number' ? value + 0 : null) },
    { name: 'boolean', type: 'BOOLEAN', of: ({ value }) => (typeof value === 'boolean' ? value : null) },
    text('text', ({ value }) => (typeof value === 'string' ? value : null)),
    text('unit', (row) => unitOfRow(row, buckets)),
    ...(buckets === null
      ? [
          time('receivedAt', ({ receivedAt }) => receivedAt),
          text('flags', ({ flags }) => wordsOfFlags(flags).join(' ')),
        ]
      : [
          text('every', () => buckets.every),
          text('fn', () => buckets.fn),
          text('source', ({ source }) => source),
        ]),
  ];
}

/** Apache Parquet, packed with Zstandard: typed columns, row group by row group. Without its end, which has the schema, no reader opens it. */
export class ParquetFileWriter implements FileWriter {
  readonly #columns: readonly Column[];
  readonly #bytes = new ByteWriter(1 << 20);
  readonly #file: ParquetWriter;
  #waiting: ExportRow[] = [];

  constructor(options: FileOptions) {
    this.#columns = columnsOf(options);
    this.#file = new ParquetWriter({
      writer: this.#bytes,
      schema: [
        { name: 'readings', num_children: this.#columns.length },
        ...this.#columns.map((column) => schemaOf(column)),
      ],
      codec: 'ZSTD',
      compressors: { ZSTD: (input) => zstdCompressSync(input) },
      createdBy: 'gridbell',
    });
  }

  begin(): Uint8Array {
    return this.#taken();
  }

  rows(rows: readonly ExportRow[]): Uint8Array {
    for (const row of rows) this.#waiting.push(row);
    if (this.#waiting.length >= groupRows) this.#writeGroup();
    return this.#taken();
  }

  end(): Uint8Array {
    this.#writeGroup();
    void this.#file.finish();
    return this.#taken();
  }

  #writeGroup(): void {
    const rows = this.#waiting;
    this.#waiting = [];
    if (rows.length === 0) return;
    // Only of times: others' least and greatest values help no reader, and the end would hold them all.
    const columnData = this.#columns.map(
      ({ name, of }): ColumnSource => ({
        name,
        data: rows.map((row) => of(row)),
        statistics: name === 'time',
        offsetIndex: false,
      }),
    );
    void this.#file.write({ columnData, rowGroupSize: rows.length });
  }

  /** What was written since the last time. */
  #taken(): Uint8Array {
    const taken = Uint8Array.from(this.#bytes.getBytes());
    this.#bytes.index = 0;
    return taken;
  }
}

function schemaOf({ name, type }: Column) {
  const element = { name, type, repetition_type: 'OPTIONAL' } as const;
  if (type === 'BYTE_ARRAY') return { ...element, converted_type: 'UTF8' } as const;
  if (type !== 'INT64') return element;
  return {
    ...element,
    converted_type: 'TIMESTAMP_MILLIS',
    logical_type: { type: 'TIMESTAMP', isAdjustedToUTC: true, unit: 'MILLIS' },
  } as const;
}
