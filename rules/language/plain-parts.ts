import { type Frame, missingData } from '#rules/language/frame.ts';

/** Part of a condition that needs no interpreter; undefined: unknown, and `missingData` says what was missing. */
export type Plain<T> = (frame: Frame) => T | undefined;

/** Unknown, because of `what`. */
export const absent = (what: string): undefined => {
  missingData.what = what;
  return undefined;
};

export type Order = '<' | '<=' | '>' | '>=';
type Limited = (left: Plain<number>, limit: number) => Plain<boolean>;
type LimitedValue = (limit: number) => Plain<boolean>;

// Each comparison is written out: a function for the operator would be one call more for every reading.

/** `value` compared with a number that is written out: most rules are no more than that. */
export const limitedValue: Readonly<Record<Order, LimitedValue>> = {
  '<':
    (limit) =>
    ({ value }) =>
      typeof value === 'number' ? value < limit : absent('value'),
  '<=':
    (limit) =>
    ({ value }) =>
      typeof value === 'number' ? value <= limit : absent('value'),
  '>':
    (limit) =>
    ({ value }) =>
      typeof value === 'number' ? value > limit : absent('value'),
  '>=':
    (limit) =>
    ({ value }) =>
      typeof value === 'number' ? value >= limit : absent('value'),
};

/** Anything compared with a number that is written out. */
export const limited: Readonly<Record<Order, Limited>> = {
  '<': (left, limit) => (frame) => {
    const number = left(frame);
    return number === undefined ? undefined : number < limit;
  },
  '<=': (left, limit) => (frame) => {
    const number = left(frame);
    return number === undefined ? undefined : number <= limit;
  },
  '>': (left, limit) => (frame) => {
    const number = left(frame);
    return number === undefined ? undefined : number > limit;
  },
  '>=': (left, limit) => (frame) => {
    const number = left(frame);
    return number === undefined ? undefined : number >= limit;
  },
};

const order: Readonly<Record<Order, (a: number, b: number) => boolean>> = {
  '<': (a, b) => a < b,
  '<=': (a, b) => a <= b,
  '>': (a, b) => a > b,
  '>=': (a, b) => a >= b,
};
const arithmetic: Readonly<Record<Operator, (a: number, b: number) => number>> = {
  '+': (a, b) => a + b,
  '-': (a, b) => a - b,
  '*': (a, b) => a * b,
  '/': (a, b) => a / b,
};
type Operator = '+' | '-' | '*' | '/';

export const ordered = (
  op: Order,
  left: Plain<number> | null,
  right: Plain<number> | null,
): Plain<boolean> | null => both(left, right, order[op]);

export const reckoned = (
  op: Operator,
  left: Plain<number> | null,
  right: Plain<number> | null,
): Plain<number> | null => both(left, right, arithmetic[op]);

export const map = <A, B>(plain: Plain<A> | null, change: (value: A) => B): Plain<B> | null =>
  plain &&
  ((frame) => {
    const value = plain(frame);
    return value === undefined ? undefined : change(value);
  });

/** Unknown when either is; both are looked at in order, as CEL does, and the first that is missing is named. */
export const both = <A, B>(
  left: Plain<A> | null,
  right: Plain<A> | null,
  join2: ((a: A, b: A) => B) | undefined,
): Plain<B> | null =>
  left && right && join2
    ? (frame) => {
        const a = left(frame);
        if (a === undefined) return undefined;
        const b = right(frame);
        return b === undefined ? undefined : join2(a, b);
      }
    : null;

/** `&&` is false and `||` is true as soon as one of them is, whatever the other: that is `decisive`. */
export const join = (
  left: Plain<boolean> | null,
  right: Plain<boolean> | null,
  decisive: boolean,
): Plain<boolean> | null =>
  left && right
    ? (frame) => {
        const a = left(frame);
        if (a === decisive) return decisive;
        const what = missingData.what;
        const b = right(frame);
        if (b === decisive || b === undefined) return b;
        if (a === undefined) return absent(what);
        return !decisive;
      }
    : null;
