import { type Static, Type } from 'typebox';
import type { ExportBuckets } from '#api/exports/export-row.ts';
import { type ExportFormat, exportFormats } from '#api/exports/file-format.ts';
import type { Wanted } from '#api/exports/selection.ts';
import { closed, oneOf, PlaceList, rangeFields, rangeOf } from '#api/schemas.ts';
import { day, type EpochMs, epochMs, plus } from '#model/brand.ts';
import { parseDuration } from '#model/duration.ts';
import { GridbellError } from '#model/errors.ts';
import { aggregates } from '#store/history/history.ts';

const shortestBucketMs = 1_000;

/** One or several. */
const several = (what: string) =>
  Type.Optional(
    Type.String({ minLength: 1, maxLength: 8_000, description: `${what}; several with commas between` }),
  );

/** What an export is asked for with; what is named narrows. */
export const ExportQuery = closed({
  format: Type.Optional(oneOf(exportFormats)),
  device: several('A device'),
  place: Type.Optional(PlaceList),
  kind: several('A kind of device'),
  property: several('A property, default all'),
  series: several('A pair device:property, where not every device is to be with every property'),
  ...rangeFields,
  every: Type.Optional(
    Type.String({ maxLength: 24, description: 'Length of a bucket: 15m, 1h, 1d; 1s at least' }),
  ),
  fn: Type.Optional(oneOf(aggregates)),
  id: Type.Optional(
    Type.String({
      pattern: '^[A-Za-z0-9-]{8,64}$',
      description: 'A name of your own, to follow it by /exports/{id}',
    }),
  ),
});

/** What is to be exported, and how. */
export interface ExportOrder {
  readonly id: string | undefined;
  readonly format: ExportFormat;
  readonly wanted: Wanted;
  /** from ≤ t < to. */
  readonly from: EpochMs;
  readonly to: EpochMs;
  /** Null: readings as they are. */
  readonly buckets: ExportBuckets | null;
}

/** Throws GridbellError `invalid-input`. */
export function exportOrder(query: Static<typeof ExportQuery>, now: EpochMs): ExportOrder {
  const { every, fn, format = 'csv', from, id, to, ...wanted } = query;
  const given = rangeOf({ ...(from === undefined ? {} : { from }), ...(to === undefined ? {} : { to }) });
  // A device's clock may be a little ahead: what it says was measured before tomorrow.
  const range = { from: given.from ?? epochMs(0), to: given.to ?? plus(now, day) };
  if (range.from >= range.to) throw new GridbellError('invalid-input', 'from must be earlier than to.');
  if (every !== undefined)
    return { id, format, wanted, ...range, buckets: { every, everyMs: lengthOf(every), fn: fn ?? 'avg' } };
  if (fn !== undefined) throw new GridbellError('invalid-input', 'fn needs every: the length of a bucket.');
  return { id, format, wanted, ...range, buckets: null };
}

function lengthOf(every: string): number {
  const everyMs = parseDuration(every);
  if (everyMs === undefined || everyMs < shortestBucketMs)
    throw new GridbellError(
      'invalid-input',
      'every must be a duration such as 90s, 15m, 1h, 1d; 1s at least.',
    );
  return everyMs;
}
