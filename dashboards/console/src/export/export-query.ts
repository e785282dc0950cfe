import type { SeriesKey } from '../charts/series/read-series.ts';
import type { TimeRange } from '../charts/series/series-range.ts';

/** What is exported: series as a chart shows them, or one property of all devices of a place. */
export type ExportSelection = (
  | { readonly series: readonly SeriesKey[] }
  | { readonly place: string; readonly property: string }
) & { readonly range: TimeRange };

export const exportFormats = ['csv', 'parquet', 'jsonl'] as const;
export type ExportFormat = (typeof exportFormats)[number];

/** Lengths of buckets that are offered. */
export const lengths = ['15m', '1h', '1d'] as const;
export const functions = ['avg', 'min', 'max', 'count', 'last'] as const;

export interface ExportChoice {
  readonly format: ExportFormat;
  /** Empty: every reading. */
  readonly every: (typeof lengths)[number] | '';
  readonly fn: (typeof functions)[number];
}

/** As GET /readings/export takes it. */
export function exportQuery(selection: ExportSelection, { every, fn, format }: ExportChoice, id: string) {
  const what =
    'series' in selection
      ? { series: selection.series.map(({ device, property }) => `${device}:${property}`).join() }
      : { place: selection.place, property: selection.property };
  return {
    ...what,
    id,
    format,
    from: new Date(selection.range.from).toISOString(),
    to: new Date(selection.range.to).toISOString(),
    ...(every === '' ? {} : { every, fn }),
  };
}

/** What the header says that was left out: `heart-rate;devices=2`, with commas between. */
export const leftOutOf = (header: string | null): readonly string[] =>
  (header ?? '')
    .split(',')
    .map((part) => part.trim().split(';')[0] ?? '')
    .filter((name) => name !== '')
    .map((name) => decodeURIComponent(name));

/** As a name of a file says it. */
export const nameOf = (header: string | null): string | null =>
  /filename="([^"]+)"/.exec(header ?? '')?.[1] ?? null;

/** Pages that are served without TLS have no randomUUID. */
export const newExportId = (): string =>
  [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, '0')).join('');
