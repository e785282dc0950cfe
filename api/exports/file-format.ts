import type { ExportBuckets, ExportRow } from '#api/exports/export-row.ts';

export const exportFormats = ['csv', 'parquet', 'jsonl'] as const;
export type ExportFormat = (typeof exportFormats)[number];

export const mediaTypeOf = {
  csv: 'text/csv; charset=utf-8',
  parquet: 'application/vnd.apache.parquet',
  jsonl: 'application/jsonl; charset=utf-8',
} as const satisfies Record<ExportFormat, string>;

export interface FileOptions {
  readonly buckets: ExportBuckets | null;
  /** IANA zone of written times. */
  readonly timezone: string;
}

/** Writes a file piece by piece; a text is meant in UTF-8. */
export interface FileWriter {
  begin(): string | Uint8Array;
  rows(rows: readonly ExportRow[]): string | Uint8Array;
  /** What makes the file a whole one. */
  end(): string | Uint8Array;
}
