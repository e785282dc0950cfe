import type { PropertyDefinition } from '#model/catalogue.ts';
import type { Value } from '#model/reading.ts';

/** Values that an expression may have. */
export type Range =
  | { readonly kind: 'between'; readonly low: number; readonly high: number; readonly open: Open }
  | { readonly kind: 'among'; readonly values: readonly Value[] }
  | { readonly kind: 'except'; readonly values: readonly Value[] };

/** Which ends do not belong to it. */
interface Open {
  readonly low: boolean;
  readonly high: boolean;
}

export const among = (...values: readonly Value[]): Range => ({ kind: 'among', values });
export const except = (...values: readonly Value[]): Range => ({ kind: 'except', values });
const between = (low: number, high: number, open: Open): Range => ({ kind: 'between', low, high, open });
const neither: Open = { low: false, high: false };

/** What `x < limit` and its like leave of x. */
export function compared(sign: '<' | '<=' | '>' | '>=', limit: number): Range {
  return sign.startsWith('<')
    ? between(Number.NEGATIVE_INFINITY, limit, { low: false, high: sign === '<' })
    : between(limit, Number.POSITIVE_INFINITY, { low: sign === '>', high: false });
}

/** All that the property can say; undefined: anything. */
export function rangeOf({ type, also, min, max, values }: PropertyDefinition): Range | undefined {
  if (also !== undefined) return undefined;
  if (type === 'boolean') return among(true, false);
  if (type === 'text') return values && among(...values);
  return between(min ?? Number.NEGATIVE_INFINITY, max ?? Number.POSITIVE_INFINITY, neither);
}

function holds(range: Range, value: Value): boolean {
  if (range.kind !== 'between') return range.values.includes(value) === (range.kind === 'among');
  if (typeof value !== 'number') return false;
  const { low, high, open } = range;
  return (open.low ? value > low : value >= low) && (open.high ? value < high : value <= high);
}

/** What both leave; at times a little more than that, never less. */
export function both(first: Range, second: Range): Range {
  if (first.kind === 'among') return among(...first.values.filter((value) => holds(second, value)));
  if (second.kind === 'among') return both(second, first);
  if (first.kind === 'except')
    return second.kind === 'except'
      ? except(...first.values, ...second.values)
      : trimmed(second, first.values);
  if (second.kind === 'except') return trimmed(first, second.values);
  const low = Math.max(first.low, second.low);
  const high = Math.min(first.high, second.high);
  return between(low, high, {
    low: (first.low === low && first.open.low) || (second.low === low && second.open.low),
    high: (first.high === high && first.open.high) || (second.high === high && second.open.high),
  });
}

/** Without ends that are excepted. */
function trimmed(range: Range & { kind: 'between' }, excepted: readonly Value[]): Range {
  const { low, high, open } = range;
  return between(low, high, {
    low: open.low || excepted.includes(low),
    high: open.high || excepted.includes(high),
  });
}

export function isEmpty(range: Range): boolean {
  if (range.kind !== 'between') return range.kind === 'among' && range.values.length === 0;
  const { low, high, open } = range;
  return low > high || (low === high && (open.low || open.high));
}
