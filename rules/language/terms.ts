import { type ASTNode, serialize } from '@marcbachmann/cel-js';
import { literalOf } from '#rules/language/literal.ts';
import { among, compared, except, type Range } from '#rules/language/ranges.ts';

/** An expression has to lie in a range. */
export interface Atom {
  readonly subject: ASTNode;
  /** Equal for equal expressions. */
  readonly key: string;
  readonly range: Range;
}

/** Atoms that all have to hold. */
export type Term = readonly Atom[];

/** More are not looked through: the check then says nothing. */
const mostTerms = 256;

/** Of a condition, the terms one of which holds exactly when it holds; undefined: too many. */
export function termsOf(node: ASTNode, isWanted = true): readonly Term[] | undefined {
  switch (node.op) {
    case '!_':
      return termsOf(node.args, !isWanted);
    case '&&':
    case '||': {
      const first = termsOf(node.args[0], isWanted);
      const second = first && termsOf(node.args[1], isWanted);
      if (!first || !second) return undefined;
      return (node.op === '||') === isWanted ? either(first, second) : together(first, second);
    }
    default:
      if (typeof literalOf(node) === 'boolean') return literalOf(node) === isWanted ? [[]] : [];
      return [[atomOf(node, isWanted)]];
  }
}

const bounded = (terms: readonly Term[]): readonly Term[] | undefined =>
  terms.length > mostTerms ? undefined : terms;

const either = (first: readonly Term[], second: readonly Term[]): readonly Term[] | undefined =>
  bounded([...first, ...second]);

/** All that hold when one of each holds. */
export function together(first: readonly Term[], second: readonly Term[]): readonly Term[] | undefined {
  if (first.length * second.length > mostTerms) return undefined;
  return first.flatMap((one) => second.map((other) => [...one, ...other]));
}

const atom = (subject: ASTNode, range: Range): Atom => ({ subject, key: serialize(subject), range });

const opposite = { '<': '>=', '<=': '>', '>': '<=', '>=': '<' } as const;
const mirrored = { '<': '>', '<=': '>=', '>': '<', '>=': '<=' } as const;
type Sign = keyof typeof opposite;

function atomOf(node: ASTNode, isWanted: boolean): Atom {
  switch (node.op) {
    case '<':
    case '<=':
    case '>':
    case '>=':
      return comparison(node, node.op, isWanted) ?? atom(node, among(isWanted));
    case '==':
    case '!=': {
      const [left, right] = node.args;
      const isEqual = (node.op === '==') === isWanted;
      const value = literalOf(right) ?? literalOf(left);
      if (value === undefined) break;
      return atom(literalOf(right) === undefined ? right : left, isEqual ? among(value) : except(value));
    }
    case 'in': {
      const [subject, list] = node.args;
      if (list.op !== 'list') break;
      const values = list.args.flatMap((entry) => literalOf(entry) ?? []);
      if (values.length < list.args.length) break;
      return atom(subject, isWanted ? among(...values) : except(...values));
    }
    default:
  }
  return atom(node, among(isWanted));
}

function comparison(node: ASTNode & { op: Sign }, sign: Sign, isWanted: boolean): Atom | undefined {
  const [left, right] = node.args;
  const wanted = isWanted ? sign : opposite[sign];
  const limit = literalOf(right);
  if (typeof limit === 'number') return atom(left, compared(wanted, limit));
  const first = literalOf(left);
  return typeof first === 'number' ? atom(right, compared(mirrored[wanted], first)) : undefined;
}
