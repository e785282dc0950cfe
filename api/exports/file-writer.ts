import { CsvWriter } from '#api/exports/csv-writer.ts';
import type { ExportFormat, FileOptions, FileWriter } from '#api/exports/file-format.ts';
import { JsonLinesWriter } from '#api/exports/json-lines-writer.ts';
import { ParquetFileWriter } from '#api/exports/parquet-writer.ts';

/** Who writes a file of this format. */
export function fileWriter(format: ExportFormat, options: FileOptions): FileWriter {
  switch (format) {
    case 'csv':
      return new CsvWriter(options);
    case 'parquet':
      return new ParquetFileWriter(options);
    case 'jsonl':
      return new JsonLinesWriter(options);
  }
}
