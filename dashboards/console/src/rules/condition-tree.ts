import { type ASTNode, parse } from '@marcbachmann/cel-js';

export type Node = ASTNode;

/** A condition as CEL reads it; undefined: it is none. */
export function conditionTree(text: string): Node | undefined {
  try {
    return parse(text).ast;
  } catch {
    return undefined;
  }
}

/** What stands there, as it was written. */
export const written = ({ end, input, start }: Node): string => input.slice(start, end).trim();

/** `a && b && c` as a list; anything else is a list of itself. */
export function joined(node: Node, op: '&&' | '||'): readonly Node[] {
  return node.op === op ? [...joined(node.args[0], op), ...joined(node.args[1], op)] : [node];
}

/** The literal that it is. */
export function literal(node: Node | undefined): string | number | boolean | undefined {
  if (node?.op === '-_') {
    const value = literal(node.args);
    return typeof value === 'number' ? -value : undefined;
  }
  if (node?.op !== 'value') return undefined;
  const value: unknown = node.args;
  if (typeof value === 'bigint') return Number(value);
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean'
    ? value
    : undefined;
}

export function textOf(node: Node | undefined): string | undefined {
  const value = literal(node);
  return typeof value === 'string' ? value : undefined;
}

/** `resident.limits['heart-rate'].low` as `['resident', 'limits', 'heart-rate', 'low']`; undefined: it is no such path. */
export function pathOf(node: Node): readonly string[] | undefined {
  if (node.op === 'id') return [node.args];
  if (node.op === '.' || node.op === '.?') {
    const inner = pathOf(node.args[0]);
    return inner && [...inner, node.args[1]];
  }
  if (node.op === '[]' || node.op === '[?]') {
    const inner = pathOf(node.args[0]);
    const name = textOf(node.args[1]);
    return inner && name !== undefined ? [...inner, name] : undefined;
  }
  return undefined;
}
