import type { ASTNode } from '@marcbachmann/cel-js';

type Visit = (node: ASTNode, inArgument: boolean) => void;

/** A row of `a || b || c` is as deep as it is long. */
const deepest = 1_000;

/**
 * Calls `visit` for every node. `inArgument` is true inside an index and inside the arguments of a call, where an
 * integer stays an integer. Throws a RangeError where it is nested too deeply: how deep the stack goes depends on what else is on it.
 */
export function walk(node: ASTNode, visit: Visit, inArgument = false, depth = 0): void {
  if (depth > deepest) throw new RangeError(`nested more than ${deepest} deep`);
  const next = depth + 1;
  visit(node, inArgument);
  switch (node.op) {
    case 'value':
    case 'id':
      return;
    case '.':
    case '.?':
      walk(node.args[0], visit, inArgument, next);
      return;
    case '[]':
    case '[?]':
      walk(node.args[0], visit, inArgument, next);
      walk(node.args[1], visit, true, next);
      return;
    case 'call':
      for (const argument of node.args[1]) walk(argument, visit, true, next);
      return;
    case 'rcall':
      walk(node.args[1], visit, inArgument, next);
      for (const argument of node.args[2]) walk(argument, visit, true, next);
      return;
    case 'list':
      for (const entry of node.args) walk(entry, visit, inArgument, next);
      return;
    case 'map':
      for (const [key, entry] of node.args) {
        walk(key, visit, inArgument, next);
        walk(entry, visit, inArgument, next);
      }
      return;
    case '!_':
    case '-_':
      walk(node.args, visit, inArgument, next);
      return;
    case '?:':
      for (const part of node.args) walk(part, visit, inArgument, next);
      return;
    default:
      walk(node.args[0], visit, inArgument, next);
      walk(node.args[1], visit, inArgument, next);
  }
}

/** Readings are doubles, and CEL does not add an int to a double: `value + 2` becomes `value + 2.0`. */
export function makeNumbersDouble(root: ASTNode): void {
  walk(root, (node, inArgument) => {
    if (!inArgument && node.op === 'value' && typeof node.args === 'bigint')
      Object.assign(node, { args: Number(node.args) });
  });
}
