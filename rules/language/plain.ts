import type { ASTNode } from '@marcbachmann/cel-js';
import { needAt } from '#rules/language/functions.ts';
import { literalOf } from '#rules/language/literal.ts';
import {
  absent,
  both,
  join,
  limited,
  limitedValue,
  map,
  type Order,
  ordered,
  type Plain,
  reckoned,
} from '#rules/language/plain-parts.ts';
import { type CelType, celTypeOfName } from '#rules/language/value-type.ts';

/**
 * A checked condition as closures, for what most conditions are made of: comparisons, arithmetic, `&& || !`, readings and
 * the functions over them. Unknown is a value here, where CEL throws; a condition that is unknown costs no more than
 * another. Null: it has something else in it, and CEL evaluates it. A property test holds the two together.
 */
export function plainCondition(root: ASTNode, valueType: CelType): Plain<boolean> | null {
  return new Planner(valueType).truth(root);
}

class Planner {
  readonly #valueType: CelType;

  constructor(valueType: CelType) {
    this.#valueType = valueType;
  }

  truth(node: ASTNode): Plain<boolean> | null {
    switch (node.op) {
      case '&&':
        return join(this.truth(node.args[0]), this.truth(node.args[1]), false);
      case '||':
        return join(this.truth(node.args[0]), this.truth(node.args[1]), true);
      case '!_':
        return map(this.truth(node.args), (value) => !value);
      case '==':
        return this.#equality(node.args[0], node.args[1], true);
      case '!=':
        return this.#equality(node.args[0], node.args[1], false);
      case '<':
      case '<=':
      case '>':
      case '>=':
        return this.#order(node.op, node.args[0], node.args[1]);
      default:
        return this.#reading(node, 'bool', (value) => typeof value === 'boolean');
    }
  }

  #order(op: Order, left: ASTNode, right: ASTNode): Plain<boolean> | null {
    const limit = literalOf(right);
    if (typeof limit !== 'number') return ordered(op, this.#number(left), this.#number(right));
    if (left.op === 'id' && left.args === 'value' && this.#valueType === 'double')
      return limitedValue[op](limit);
    const number = this.#number(left);
    return number && limited[op](number, limit);
  }

  #equality(left: ASTNode, right: ASTNode, wanted: boolean): Plain<boolean> | null {
    const same = (a: unknown, b: unknown): boolean => (a === b) === wanted;
    return (
      both(this.#number(left), this.#number(right), same) ??
      both(this.#text(left), this.#text(right), same) ??
      both(this.truth(left), this.truth(right), same)
    );
  }

  #number(node: ASTNode): Plain<number> | null {
    switch (node.op) {
      case '+':
      case '-':
      case '*':
      case '/':
        return reckoned(node.op, this.#number(node.args[0]), this.#number(node.args[1]));
      case '-_':
        return map(this.#number(node.args), (value) => -value);
      case '.':
        return usual(node.args[0], node.args[1]);
      case 'call':
        return asked(node) ?? this.#reading(node, 'double', (value) => typeof value === 'number');
      default:
        return this.#reading(node, 'double', (value) => typeof value === 'number');
    }
  }

  #text(node: ASTNode): Plain<string> | null {
    return this.#reading(node, 'string', (value) => typeof value === 'string');
  }

  /** A literal, `value`, `previous` or `last(p)` of this type. */
  #reading<T>(node: ASTNode, type: CelType, is: (value: unknown) => value is T): Plain<T> | null {
    if (node.op === 'value') {
      const literal: unknown = node.args;
      return is(literal) ? () => literal : null;
    }
    if (node.op === 'id' && this.#valueType === type) {
      if (node.args === 'value') return ({ value }) => (is(value) ? value : absent('value'));
      if (node.args === 'previous')
        return ({ atMs, past, property }) => {
          const value = past.valueBefore(property, atMs);
          return is(value) ? value : absent('previous');
        };
    }
    return lastOf(node, type, is);
  }
}

function lastOf<T>(node: ASTNode, type: CelType, is: (value: unknown) => value is T): Plain<T> | null {
  if (node.op !== 'call' || node.args[0] !== 'last') return null;
  const name: unknown = node.args[1][0]?.op === 'value' ? node.args[1][0].args : undefined;
  if (typeof name !== 'string' || celTypeOfName(name) !== type) return null;
  const text = `last('${name}')`;
  return ({ atMs, past }) => {
    const value = past.valueAt(name, atMs);
    return is(value) ? value : absent(text);
  };
}

/** A function that answers a number out of what the engine keeps. */
function asked(node: ASTNode): Plain<number> | null {
  const need = needAt(node);
  if (need === undefined || need.kind === 'baseline') return null;
  return ({ atMs, past }) => past.ask(need, atMs) ?? absent(need.text);
}

function usual(node: ASTNode, field: string): Plain<number> | null {
  const need = needAt(node);
  if (need?.kind !== 'baseline' || (field !== 'n' && field !== 'mean' && field !== 'sd')) return null;
  const text = `${need.text}.${field}`;
  return ({ atMs, past }) => past.usual(need, atMs)[field] ?? absent(text);
}
