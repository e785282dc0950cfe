import { kind } from '#store/history/duckdb/schema.ts';
import type { Aggregate } from '#store/history/history.ts';

/** Texts have no sum and no mean. */
const takesText: ReadonlySet<Aggregate> = new Set(['count', 'first', 'last']);

/** One bucket of many rows: how many count, the result, and of a first or last its kind, text and time. */
const numbersOnly = (rows: string, result: string): string =>
  `${rows}::DOUBLE, (${result})::DOUBLE, NULL, NULL, NULL`;

const edge = (fn: 'arg_min' | 'arg_max', column: (name: string) => string): string => {
  const of = (name: string): string => `${fn}(${column(name)}, happened)`;
  const when = fn === 'arg_min' ? 'min(happened)' : 'max(happened)';
  return `count(*)::DOUBLE, ${of('value')}, ${of('kind')}, ${of('text')}, ${when}::DOUBLE`;
};

const plain = (name: string): string => name;
const ofHead = (name: string): string => (name === 'value' ? 'head' : `head_${name}`);
const ofTail = (name: string): string => (name === 'value' ? 'tail' : `tail_${name}`);

/** Of readings: `happened`, `value`, `kind`, `text`. */
export const readingColumns = {
  avg: numbersOnly('count(*)', 'sum(value)'),
  sum: numbersOnly('count(*)', 'sum(value)'),
  min: numbersOnly('count(*)', 'min(value)'),
  max: numbersOnly('count(*)', 'max(value)'),
  count: numbersOnly('count(*)', 'count(*)'),
  first: edge('arg_min', plain),
  last: edge('arg_max', plain),
} as const satisfies Record<Aggregate, string>;

/** Of roll-ups (rollups.ts, rollupColumns), with `happened`, the start of each. */
export const rollupResults = {
  avg: numbersOnly('sum(rows - texts)', 'sum(total)'),
  sum: numbersOnly('sum(rows - texts)', 'sum(total)'),
  min: numbersOnly('sum(rows - texts)', 'min(low)'),
  max: numbersOnly('sum(rows - texts)', 'max(high)'),
  count: numbersOnly('sum(rows)', 'sum(rows)'),
  first: edge('arg_min', ofHead),
  last: edge('arg_max', ofTail),
} as const satisfies Record<Aggregate, string>;

/** Which rows count. */
export const readingFilter = (fn: Aggregate): string => (takesText.has(fn) ? 'true' : `kind <> ${kind.text}`);
export const rollupFilter = (fn: Aggregate): string => (takesText.has(fn) ? 'true' : 'texts < rows');
