import type { ExportRow } from '#api/exports/export-row.ts';
import type { Selection } from '#api/exports/selection.ts';
import type { ApiPlatform } from '#api/ports.ts';
import { type EpochMs, epochMs } from '#model/brand.ts';
import { flagsAt, type ReceivedReadings, valueAt } from '#model/received.ts';

/** Rows that are written together, and how much of the whole is done with them, 0 to 1. */
export interface Portion {
  readonly rows: readonly ExportRow[];
  readonly share: number;
}

/** What is written before others have their turn: about two milliseconds. */
export const portionRows = 1_000;

/** All readings of a selection by their time, a portion at a time; what is not asked for is not read. */
export async function* readingRows(
  history: Pick<ApiPlatform['history'], 'measured'>,
  { described, series }: Pick<Selection, 'described' | 'series'>,
  range: { readonly from: EpochMs; readonly to: EpochMs; readonly now: EpochMs },
): AsyncGenerator<Portion> {
  if (series.length === 0) return;
  const { from, now, to } = range;
  const found = await history.measured({ series, from, to });
  const known = new Map(described.map((each) => [`${each.device}\n${each.property}`, each]));
  const of = found.series.map(({ device, property }) => known.get(`${device}\n${property}`));
  const end = Math.min(to, now);
  let begin: number | null = null;
  for await (const batch of found.batches)
    for (let first = 0; first < batch.length; first += portionRows) {
      const rows = rowsOf(batch, of, { first, last: Math.min(first + portionRows, batch.length) });
      begin ??= rows[0]?.at ?? end;
      const reached = rows.at(-1)?.at ?? begin;
      yield { rows, share: end > begin ? Math.min(1, (reached - begin) / (end - begin)) : 1 };
    }
}

function rowsOf(
  batch: ReceivedReadings,
  of: readonly (ExportRow['series'] | undefined)[],
  { first, last }: { readonly first: number; readonly last: number },
): ExportRow[] {
  const rows: ExportRow[] = [];
  for (let row = first; row < last; row++) {
    const series = of[batch.series[row] ?? -1];
    // Only what was selected is written, whatever history gives.
    if (!series) continue;
    rows.push({
      series,
      at: epochMs(batch.at[row] ?? 0),
      value: valueAt(batch, row),
      receivedAt: epochMs(batch.receivedAt[row] ?? 0),
      flags: flagsAt(batch, row),
      source: 'raw',
    });
  }
  return rows;
}
