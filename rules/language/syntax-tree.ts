import type { ASTNode } from '@marcbachmann/cel-js';

type Visit = (node: ASTNode, inArgument: boolean) => void;

/**
 * Calls `visit` for every node. `inArgument` is true inside an index and inside the arguments of a call, where an
 * integer stays an integer.
 */
export function walk(node: ASTNode, visit: Visit, inArgument = false): void {
  visit(node, inArgument);
  switch (node.op) {
    case 'value':
    case 'id':
      return;
    case '.':
    case '.?':
      walk(node.args[0], visit, inArgument);
      return;
    case '[]':
    case '[?]':
      walk(node.args[0], visit, inArgument);
      walk(node.args[1], visit, true);
      return;
    case 'call':
      for (const argument of node.args[1]) walk(argument, visit, true);
      return;
    case 'rcall':
      walk(node.args[1], visit, inArgument);
      for (const argument of node.args[2]) walk(argument, visit, true);
      return;
    case 'list':
      for (const entry of node.args) walk(entry, visit, inArgument);
      return;
    case 'map':
      for (const [key, entry] of node.args) {
        walk(key, visit, inArgument);
        walk(entry, visit, inArgument);
      }
      return;
    case '!_':
    case '-_':
      walk(node.args, visit, inArgument);
      return;
    case '?:':
      for (const part of node.args) walk(part, visit, inArgument);
      return;
    default:
      walk(node.args[0], visit, inArgument);
      walk(node.args[1], visit, inArgument);
  }
}

/** Readings are doubles, and CEL does not add an int to a double: `value + 2` becomes `value + 2.0`. */
export function makeNumbersDouble(root: ASTNode): void {
  walk(root, (node, inArgument) => {
    if (!inArgument && node.op === 'value' && typeof node.args === 'bigint')
      Object.assign(node, { args: Number(node.args) });
  });
}
