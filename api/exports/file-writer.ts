import { csvLines } from '#api/exports/csv-lines.ts';
import type { ExportFormat, FileOptions, FileWriter } from '#api/exports/file-format.ts';
import { jsonLines } from '#api/exports/json-lines.ts';
import { LineWriter } from '#api/exports/line-writer.ts';
import { ParquetFileWriter } from '#api/exports/parquet-writer.ts';

/** Who writes a file of this format. */
export function fileWriter(format: ExportFormat, options: FileOptions): FileWriter {
  switch (format) {
    case 'csv':
      return new LineWriter(csvLines(options));
    case 'parquet':
      return new ParquetFileWriter(options);
    case 'jsonl':
      return new LineWriter(jsonLines(options));
  }
}
