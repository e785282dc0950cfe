import type { ASTNode } from '@marcbachmann/cel-js';
import { type PropertyDefinition, propertyCatalogue } from '#model/catalogue.ts';
import { literalOf, namedProperty } from '#rules/language/literal.ts';

/** What the catalogue says of the properties that wake a rule; empty for `*`. */
export type Waking = readonly PropertyDefinition[];

const named = (name: unknown): Waking => {
  const definition = typeof name === 'string' ? propertyCatalogue.get(name) : undefined;
  return definition ? [definition] : [];
};

/** Calls whose result is a value that the property may have. */
const keepsValue: ReadonlySet<string> = new Set(['last', 'avg', 'min', 'max']);

/** The properties one of whose values an expression is: `value`, `last(p)`, `values['p']`; empty: of none that is known. */
export function valuesOf(node: ASTNode, waking: Waking): Waking {
  switch (node.op) {
    case 'id':
      return node.args === 'value' || node.args === 'previous' ? waking : [];
    case 'call':
      return keepsValue.has(node.args[0]) ? named(namedProperty(node)) : [];
    case '[]':
      return isMessage(node.args[0]) ? named(literalOf(node.args[1])) : [];
    case '.':
      return isMessage(node.args[0]) ? named(node.args[1]) : [];
    default:
      return [];
  }
}

const isMessage = (node: ASTNode): boolean => node.op === 'id' && node.args === 'values';
