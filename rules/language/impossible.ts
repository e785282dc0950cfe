import type { ASTNode } from '@marcbachmann/cel-js';
import type { ConditionProblem } from '#rules/language/bounds.ts';
import { whyNever } from '#rules/language/call-reader.ts';
import { literalOf } from '#rules/language/literal.ts';
import { valuesOf, type Waking } from '#rules/language/subject.ts';
import { walk } from '#rules/language/syntax-tree.ts';

/** What a node compares for equality, as subject and value. */
function equated(node: ASTNode): readonly (readonly [ASTNode, ASTNode])[] {
  switch (node.op) {
    case '==':
    case '!=': {
      const [left, right] = node.args;
      return [
        [left, right],
        [right, left],
      ];
    }
    case 'in': {
      const [subject, list] = node.args;
      return list.op === 'list' ? list.args.map((entry) => [subject, entry] as const) : [];
    }
    default:
      return [];
  }
}

/** A value that is written out, and that the property it is compared with can never have. */
export function findImpossible(root: ASTNode, waking: Waking): ConditionProblem | undefined {
  let found: ConditionProblem | undefined;
  walk(root, (node) => {
    for (const [subject, other] of equated(node)) {
      const value = literalOf(other);
      if (found || value === undefined) continue;
      const reasons = valuesOf(subject, waking).map((definition) => whyNever(definition, value));
      const [first] = reasons;
      if (first !== undefined && reasons.every((reason) => reason !== undefined))
        found = { message: first, offset: other.start };
    }
  });
  return found;
}
