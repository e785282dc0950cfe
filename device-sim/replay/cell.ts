import type { PropertySource } from '#device-sim/replay/map-schema.ts';
import type { Value } from '#model/reading.ts';

/** What a cell came to: a value, nothing said, or something that the map does not explain. */
export type Cell =
  | { readonly kind: 'value'; readonly value: Value }
  | { readonly kind: 'empty' }
  | { readonly kind: 'unreadable' };

export type ReadCell = (cell: unknown) => Cell;

const defaultMissing = ['', 'NaN', 'nan', 'null'];
const empty: Cell = { kind: 'empty' };
const unreadable: Cell = { kind: 'unreadable' };
const found = (value: Value): Cell => ({ kind: 'value', value });

/** How the cells of a column are read. `missing`: the texts that mean "nothing said", instead of the usual ones. */
export function cellReader(source: PropertySource, missing: readonly string[] = defaultMissing): ReadCell {
  const nothing = new Set(missing);
  const read = textReader(source);
  return (cell) => {
    if (cell === undefined || cell === null) return empty;
    const text = (typeof cell === 'string' ? cell : JSON.stringify(cell)).trim();
    return nothing.has(text) || text === '' ? empty : read(text);
  };
}

function textReader(source: PropertySource): (text: string) => Cell {
  if (source.equals !== undefined) {
    const wanted = source.equals;
    return (text) => found(isSame(text, wanted));
  }
  if (source.map) {
    const values = new Map(Object.entries(source.map));
    return (text) => {
      const value = values.get(text);
      return value === undefined ? unreadable : found(value);
    };
  }
  if (source.as === 'text') return found;
  if (source.as === 'boolean') return readBoolean;
  return numberReader(source.scale ?? 1, source.offset ?? 0);
}

/** `1` is the same as `1.0`; everything else is compared as it is written. */
const isSame = (text: string, wanted: Value): boolean =>
  typeof wanted === 'number' ? Number(text) === wanted : text === String(wanted);

const booleans = new Map([
  ['true', true],
  ['1', true],
  ['on', true],
  ['yes', true],
  ['false', false],
  ['0', false],
  ['off', false],
  ['no', false],
]);

function readBoolean(text: string): Cell {
  const value = booleans.get(text.toLowerCase());
  return value === undefined ? unreadable : found(value);
}

/** Scaled numbers are rounded to 12 digits: 0.1 × 3 is 0.3, as the instrument meant. */
function numberReader(scale: number, offset: number): (text: string) => Cell {
  const isScaled = scale !== 1 || offset !== 0;
  return (text) => {
    const written = Number(text);
    const value = isScaled ? Number((written * scale + offset).toPrecision(12)) : written;
    return Number.isFinite(value) ? found(value) : unreadable;
  };
}
