import type { ExportRow, ExportSeries } from '#api/exports/export-row.ts';
import { type Portion, portionRows } from '#api/exports/reading-rows.ts';
import type { Selection } from '#api/exports/selection.ts';
import type { ApiPlatform } from '#api/ports.ts';
import { type DeviceId, day, type EpochMs, epochMs } from '#model/brand.ts';
import { ZoneCalendar } from '#store/history/duckdb/calendar.ts';
import type { Aggregate } from '#store/history/history.ts';

export interface Buckets {
  readonly from: EpochMs;
  readonly to: EpochMs;
  readonly everyMs: number;
  readonly fn: Aggregate;
  readonly timezone: string;
}

/** History answers 100,000 buckets at most; half of them leave its answers small. */
const mostBuckets = 50_000;

/** Buckets of a selection: by property, in it by device, in it by time. */
export async function* bucketRows(
  history: Pick<ApiPlatform['history'], 'heat' | 'extent'>,
  { described }: Pick<Selection, 'described'>,
  buckets: Buckets,
): AsyncGenerator<Portion> {
  const extent = await history.extent();
  if (extent === null || described.length === 0) return;
  const from = epochMs(Math.max(buckets.from, extent.first));
  const to = epochMs(Math.min(buckets.to, extent.last + 1));
  if (from >= to) return;
  const pieces = piecesOf({ ...buckets, from, to });
  const perDevice = Math.ceil((to - from) / buckets.everyMs / pieces.length) + 2;
  const together = pieces.length > 1 ? 1 : Math.max(1, Math.floor(mostBuckets / perDevice));
  const groups = groupsOf(described, together);
  let done = 0;
  for (const group of groups)
    for (const piece of pieces) {
      done += 1;
      const share = done / (groups.length * pieces.length);
      const rows = await rowsOf(history, group, { ...buckets, ...piece });
      for (let first = 0; first < rows.length; first += portionRows)
        yield { rows: rows.slice(first, first + portionRows), share };
    }
}

async function rowsOf(
  history: Pick<ApiPlatform['history'], 'heat'>,
  group: readonly ExportSeries[],
  query: Buckets,
): Promise<readonly ExportRow[]> {
  const [property = ''] = group.map((series) => series.property);
  const devices = group.map(({ device }) => device as DeviceId);
  const { rows, source } = await history.heat({ ...query, devices, property });
  const points = new Map(rows.map((row) => [row.device as string, row.points]));
  return group.flatMap((series) =>
    (points.get(series.device) ?? []).map(({ at, value }) => ({
      series,
      at,
      value,
      receivedAt: at,
      flags: 0,
      source,
    })),
  );
}

/** Series of one property that are asked for together. */
function groupsOf(
  described: readonly ExportSeries[],
  together: number,
): readonly (readonly ExportSeries[])[] {
  const byProperty = Map.groupBy(
    described.toSorted((a, b) => a.property.localeCompare(b.property)),
    ({ property }) => property,
  );
  return [...byProperty.values()].flatMap((series) =>
    Array.from({ length: Math.ceil(series.length / together) }, (_, group) =>
      series.slice(group * together, (group + 1) * together),
    ),
  );
}

/** Cuts the range at midnights of the zone, where buckets below a day begin anew; longer ones are few and stay in one. */
function piecesOf({ everyMs, from, timezone, to }: Buckets): readonly { from: EpochMs; to: EpochMs }[] {
  if (everyMs >= day || (to - from) / everyMs <= mostBuckets) return [{ from, to }];
  const days = new ZoneCalendar(timezone).segments(from, to, everyMs);
  const together = Math.max(1, Math.floor((mostBuckets * everyMs) / day));
  return Array.from({ length: Math.ceil(days.length / together) }, (_, piece) => {
    const those = days.slice(piece * together, (piece + 1) * together);
    return { from: epochMs(those[0]?.lo ?? from), to: epochMs(those.at(-1)?.hi ?? to) };
  });
}
