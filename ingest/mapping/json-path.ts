import parse, { type JsonPathQuery } from 'jsonpath-rfc9535/parser';
import type { Steps } from '#ingest/mapping/steps.ts';

type Segment = JsonPathQuery['segments'][number];
type Selector = Extract<Segment['node'], { type: 'BracketedSelection' }>['selectors'][number];
type Condition = Extract<Selector, { type: 'FilterSelector' }>['value'];
type Comparison = Extract<Condition, { type: 'ComparisonExpr' }>;
type Query = Extract<
  Extract<Condition, { type: 'TestExpr' }>['expression'],
  { type: 'FilterQuery' }
>['value'];

/** What a path leads to, and the names and numbers that its wildcards and filters stood for on the way. */
export interface Found {
  readonly value: unknown;
  readonly keys: readonly string[];
}

/** Where a path begins: `$` is the message, `@` the entry of `each` that is read. */
export interface Roots {
  readonly message: unknown;
  readonly entry: unknown;
}

/**
 * A path (RFC 9535), compiled: names, indices, wildcards and filters that compare. Whatever may take more than one look at
 * each part of a message (`..`, functions, queries within filters) is refused when it is compiled.
 */
export interface CompiledPath {
  readonly text: string;
  readonly isOfEntry: boolean;
  /** It leads to one value at most. */
  readonly isSingular: boolean;
  /** The names and places on the way; null: any. */
  readonly shape: readonly (string | number | null)[];
  /** The first; undefined: there is none. */
  first(roots: Roots, steps: Steps): unknown;
  all(roots: Roots, steps: Steps): Found[];
}

type Compiled = { readonly path: CompiledPath; readonly fault?: never } | { readonly fault: string };
type Select = (value: unknown, steps: Steps, roots: Roots) => readonly Found[];
type Test = (value: unknown, roots: Roots) => boolean;
type Step = { readonly name: string | number } | { readonly select: Select };

const deepestBrackets = 20;

export function compilePath(text: string): Compiled {
  const isOfEntry = text.startsWith('@');
  if (!isOfEntry && !text.startsWith('$')) return { fault: 'a path begins with $ or, below each, with @' };
  const without = withoutTexts(text);
  if (/[A-Za-z0-9_]\s*\(/.test(without)) return { fault: 'functions are not taken in paths' };
  if (without.includes('..')) return { fault: 'a path names each level: ".." is not taken' };
  if ((without.match(/[[(]/g)?.length ?? 0) > deepestBrackets)
    return { fault: 'too many brackets for one path' };
  let query: JsonPathQuery;
  try {
    query = parse(isOfEntry ? `$${text.slice(1)}` : text);
  } catch (error) {
    return { fault: faultOf(error) };
  }
  try {
    return { path: new StepPath(text, isOfEntry, query.segments.map(stepOf)) };
  } catch (error) {
    if (error instanceof NotTaken) return { fault: error.message };
    throw error;
  }
}

/** A part of RFC 9535 that mappings do without. */
class NotTaken extends Error {}

/** With the characters of quoted names away: those may hold anything. */
const withoutTexts = (text: string): string => text.replaceAll(/"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'/g, '""');

/** What the library says of it, with the place. */
function faultOf(error: unknown): string {
  const location =
    typeof error === 'object' && error !== null && 'location' in error ? error.location : undefined;
  const start =
    typeof location === 'object' && location !== null && 'start' in location ? location.start : undefined;
  const offset =
    typeof start === 'object' && start !== null && 'offset' in start ? Number(start.offset) : undefined;
  return offset === undefined
    ? 'this is no path of RFC 9535'
    : `this is no path of RFC 9535: it breaks at character ${offset + 1}`;
}

class StepPath implements CompiledPath {
  readonly text: string;
  readonly isOfEntry: boolean;
  readonly isSingular: boolean;
  readonly shape: readonly (string | number | null)[];
  readonly #steps: readonly Step[];

  constructor(text: string, isOfEntry: boolean, steps: readonly Step[]) {
    this.text = text;
    this.isOfEntry = isOfEntry;
    this.#steps = steps;
    this.isSingular = steps.every((step) => 'name' in step);
    this.shape = steps.map((step) => ('name' in step ? step.name : null));
  }

  first(roots: Roots, steps: Steps): unknown {
    if (!this.isSingular) return this.all(roots, steps)[0]?.value;
    let value = this.isOfEntry ? roots.entry : roots.message;
    if (!steps.take()) return undefined;
    for (const step of this.#steps) if ('name' in step) value = memberOf(value, step.name);
    return value;
  }

  all(roots: Roots, steps: Steps): Found[] {
    let found: Found[] = [{ value: this.isOfEntry ? roots.entry : roots.message, keys: [] }];
    for (const step of this.#steps)
      found = found.flatMap(({ keys, value }) =>
        'name' in step
          ? only(memberOf(value, step.name), keys)
          : step.select(value, steps, roots).map((next) => ({ ...next, keys: [...keys, ...next.keys] })),
      );
    return found;
  }
}

const only = (value: unknown, keys: readonly string[]): Found[] =>
  value === undefined ? [] : [{ value, keys }];

/** A name is a member's of its own, never one of the language's. */
function memberOf(value: unknown, name: string | number): unknown {
  if (typeof value !== 'object' || value === null) return undefined;
  if (Array.isArray(value)) {
    if (typeof name === 'string') return undefined;
    return value.at(name) as unknown;
  }
  return typeof name === 'string' && Object.hasOwn(value, name)
    ? (value as Readonly<Record<string, unknown>>)[name]
    : undefined;
}

function stepOf({ node, type }: Segment): Step {
  if (type === 'DescendantSegment') throw new NotTaken('a path names each level: ".." is not taken');
  if (node.type === 'MemberNameShorthand') return { name: node.value };
  if (node.type === 'WildcardSelector') return { select: every };
  const [first, ...more] = node.selectors.map(selectorStep);
  if (first !== undefined && more.length === 0) return first;
  const selects = [first, ...more].flatMap((step) => (step === undefined ? [] : [selectOf(step)]));
  return { select: (value, steps, roots) => selects.flatMap((select) => select(value, steps, roots)) };
}

const selectOf = (step: Step): Select =>
  'select' in step
    ? step.select
    : (value, steps) => (steps.take() ? only(memberOf(value, step.name), [String(step.name)]) : []);

function selectorStep(selector: Selector): Step {
  switch (selector.type) {
    case 'NameSelector':
    case 'IndexSelector':
      return { name: selector.value };
    case 'WildcardSelector':
      return { select: every };
    case 'FilterSelector': {
      const test = testOf(selector.value);
      return {
        select: (value, steps, roots) => every(value, steps).filter((found) => test(found.value, roots)),
      };
    }
    case 'SliceSelector':
      throw new NotTaken('slices are not taken: name one index, or take all by [*]');
  }
}

function every(value: unknown, steps: Steps): Found[] {
  const found: Found[] = [];
  if (typeof value !== 'object' || value === null) return found;
  if (Array.isArray(value)) {
    for (let index = 0; index < value.length && steps.take(); index += 1)
      found.push({ value: value[index] as unknown, keys: [String(index)] });
    return found;
  }
  for (const name of Object.keys(value)) {
    if (!steps.take()) break;
    found.push({ value: (value as Readonly<Record<string, unknown>>)[name], keys: [name] });
  }
  return found;
}

function testOf(expression: Condition): Test {
  switch (expression.type) {
    case 'LogicalOrExpr':
    case 'LogicalAndExpr': {
      const left = testOf(expression.left);
      const right = testOf(expression.right);
      return expression.type === 'LogicalOrExpr'
        ? (value, roots) => left(value, roots) || right(value, roots)
        : (value, roots) => left(value, roots) && right(value, roots);
    }
    case 'LogicalNotExpr': {
      const inner = testOf(expression.expression);
      return (value, roots) => !inner(value, roots);
    }
    case 'TestExpr': {
      const { expression: tested } = expression;
      if (tested.type === 'FunctionExpr') throw new NotTaken('functions are not taken in paths');
      const of = singular(tested.value);
      return (value, roots) => of(value, roots) !== undefined;
    }
    case 'ComparisonExpr': {
      const left = comparableOf(expression.left);
      const right = comparableOf(expression.right);
      const { op } = expression;
      return (value, roots) => compare(left(value, roots), right(value, roots), op);
    }
  }
}

type Look = (value: unknown, roots: Roots) => unknown;

/** A query within a filter, which is asked for each part anew: of one value at most. */
function singular(query: Query): Look {
  const names = query.segments.map((segment) => {
    const step = stepOf(segment);
    if ('select' in step) throw new NotTaken('within a filter a path leads to one value: no * and no filter');
    return step.name;
  });
  return lookOf(names, query.type === 'RelQuery');
}

const lookOf =
  (names: readonly (string | number)[], isRelative: boolean): Look =>
  (value, roots) => {
    let at = isRelative ? value : roots.message;
    for (const name of names) at = memberOf(at, name);
    return at;
  };

function comparableOf(side: Comparison['left']): Look {
  switch (side.type) {
    case 'Literal':
      return () => side.value;
    case 'RelSingularQuery':
    case 'AbsSingularQuery':
      return lookOf(
        side.segments.map(({ node }) => node.value),
        side.type === 'RelSingularQuery',
      );
    case 'FunctionExpr':
      throw new NotTaken('functions are not taken in paths');
  }
}

/** RFC 9535 §2.3.5.2.2; lists and objects are equal to nothing, not even to themselves. */
function compare(left: unknown, right: unknown, op: Comparison['op']): boolean {
  switch (op) {
    case '==':
      return isSame(left, right);
    case '!=':
      return !isSame(left, right);
    case '<':
      return isLess(left, right);
    case '<=':
      return isLess(left, right) || isSame(left, right);
    case '>':
      return isLess(right, left);
    case '>=':
      return isLess(right, left) || isSame(left, right);
  }
}

const isSame = (left: unknown, right: unknown): boolean =>
  left === right && (typeof left !== 'object' || left === null);
const isLess = (left: unknown, right: unknown): boolean =>
  (typeof left === 'number' && typeof right === 'number' && left < right) ||
  (typeof left === 'string' && typeof right === 'string' && left < right);
