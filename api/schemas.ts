import { type TProperties, type TSchema, Type } from 'typebox';
import { Problem } from '#api/problem.ts';
import { type EpochMs, epochMs } from '#model/brand.ts';
import { GridbellError } from '#model/errors.ts';

/** An object without other keys: what is unknown is refused with 400. */
export const closed = <T extends TProperties>(properties: T) =>
  Type.Object(properties, { additionalProperties: false });

/** One of these words. */
export const oneOf = <const T extends readonly string[]>(values: T) =>
  Type.Unsafe<T[number]>(Type.String({ enum: [...values] }));

export const nullable = <T extends TSchema>(schema: T) => Type.Union([schema, Type.Null()]);

/** An id as it may come in; whether it is well formed is for the resource to say. */
export const Id = Type.String({ minLength: 1, maxLength: 200 });
/** One place or several, each with what lies in it. */
export const PlaceList = Type.String({
  minLength: 1,
  maxLength: 2_000,
  description: 'A place with all that lies in it; several with commas between',
});
export const IdParams = closed({ id: Id });
/** ISO 8601 with zone, as an answer gives it. */
export const Instant = Type.String({ format: 'date-time' });

const maxPage = 1_000;
const defaultPage = 100;
/** Query fields of a list. */
export const pageFields = {
  limit: Type.Optional(Type.Integer({ minimum: 1, maximum: maxPage, description: 'Default 100' })),
  cursor: Type.Optional(Type.String({ maxLength: 1_000, description: '`next` of the page before' })),
};
/** The answer of a list: `{items, next}`. */
export const pageOf = <T extends TSchema>(item: T) =>
  Type.Object({
    items: Type.Array(item),
    next: Type.Union([Type.String(), Type.Null()], { description: 'null: this was the last page' }),
  });
/** What the store is asked for; 100 items when the query names no limit. */
export const pageRequest = (query: {
  limit?: number;
  cursor?: string;
}): { limit: number; cursor?: string } => ({
  limit: query.limit ?? defaultPage,
  ...(query.cursor === undefined ? {} : { cursor: query.cursor }),
});

/** Response schemas by status; any other status is a problem document. */
export const answers = (byStatus: Record<string, TSchema>): Record<string, TSchema> => ({
  ...byStatus,
  default: Problem,
});
export const NoContent = Type.Null({ description: 'Done; no content' });
/** Of a field whose shape is not ours to say. */
export const Anything = Type.Unknown();

const instantPattern = /^\d{4}-\d\d-\d\d[Tt]\d\d:\d\d(:\d\d(\.\d{1,9})?)?([Zz]|[+-]\d\d:?\d\d)$/;

/** Reads a time of a query. A `+` that a client forgot to encode arrives as a blank and is taken for what it was. */
export function instantOf(text: string, field: string): EpochMs {
  const written = text.trim().replace(' ', '+');
  const at = instantPattern.test(written) ? Date.parse(written) : Number.NaN;
  if (Number.isNaN(at)) {
    const message = 'must be a time in ISO 8601 with zone, such as 2026-01-01T08:00:00+08:00';
    throw new GridbellError('invalid-input', `${field} ${message}.`, {
      extra: { issues: [{ path: field, message }] },
    });
  }
  return epochMs(at);
}

/** Query fields of a time range, from ≤ t < to; read by `rangeOf`. */
export const rangeFields = {
  from: Type.Optional(Type.String({ maxLength: 64, description: 'ISO 8601 with zone; from ≤ t' })),
  to: Type.Optional(Type.String({ maxLength: 64, description: 'ISO 8601 with zone; t < to' })),
};

/** from ≤ t < to; a side that is not given is open. */
export function rangeOf(query: { from?: string; to?: string }): { from?: EpochMs; to?: EpochMs } {
  const from = query.from === undefined ? undefined : instantOf(query.from, 'from');
  const to = query.to === undefined ? undefined : instantOf(query.to, 'to');
  if (from !== undefined && to !== undefined && from >= to) {
    const message = 'must be earlier than to';
    throw new GridbellError('invalid-input', `from ${message}.`, {
      extra: { issues: [{ path: 'from', message }] },
    });
  }
  return { ...(from === undefined ? {} : { from }), ...(to === undefined ? {} : { to }) };
}
