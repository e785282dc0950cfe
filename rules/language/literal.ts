import type { ASTNode } from '@marcbachmann/cel-js';
import type { Value } from '#model/reading.ts';

/** A value that is written out, `-5` included; undefined for everything else. */
export function literalOf(node: ASTNode | undefined): Value | undefined {
  if (node?.op === '-_') {
    const positive = literalOf(node.args);
    return typeof positive === 'number' ? -positive : undefined;
  }
  if (node?.op !== 'value') return undefined;
  const { args } = node;
  if (typeof args === 'bigint') return Number(args);
  return typeof args === 'number' || typeof args === 'string' || typeof args === 'boolean' ? args : undefined;
}

/** The property that a call names first: `last('humidity')`, `avg('humidity', '1h')`. */
export function namedProperty(node: ASTNode): string | undefined {
  if (node.op !== 'call') return undefined;
  const name = literalOf(node.args[1][0]);
  return typeof name === 'string' ? name : undefined;
}
