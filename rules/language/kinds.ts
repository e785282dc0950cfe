import type { ASTNode } from '@marcbachmann/cel-js';
import { deviceKindCatalogue, everyKindSays } from '#model/catalogue.ts';
import type { ConditionProblem } from '#rules/language/bounds.ts';
import { callForms } from '#rules/language/call-forms.ts';
import { namedProperty } from '#rules/language/literal.ts';
import { walk } from '#rules/language/syntax-tree.ts';

/**
 * Why no device of these kinds says the property; undefined: one does, or nobody can tell because a kind is not in the
 * catalogue or is a gateway, which carries anything.
 */
export function whyNotSaid(kinds: readonly string[], property: string): string | undefined {
  if (kinds.length === 0 || everyKindSays.has(property)) return undefined;
  for (const name of kinds) {
    const kind = deviceKindCatalogue.get(name);
    if (!kind || kind.gateway || kind.properties.includes(property)) return undefined;
  }
  const others = [...deviceKindCatalogue.values()]
    .filter(({ properties }) => properties.includes(property))
    .map(({ name }) => name);
  const who = others.length > 0 ? `; ${others.join(', ')} ${others.length > 1 ? 'do' : 'does'}` : '';
  return `no ${kinds.join(' or ')} says '${property}'${who}`;
}

/** A function of a property that none of the rule's own devices says. What others say may be of any kind. */
export function findUnsaid(root: ASTNode, kinds: readonly string[]): ConditionProblem | undefined {
  let found: ConditionProblem | undefined;
  walk(root, (node) => {
    if (found || node.op !== 'call' || node.args[0] === 'others' || !Object.hasOwn(callForms, node.args[0]))
      return;
    const property = namedProperty(node);
    const message = property === undefined ? undefined : whyNotSaid(kinds, property);
    if (message !== undefined) found = { message, offset: node.args[1][0]?.start ?? node.start };
  });
  return found;
}
