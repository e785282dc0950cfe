import type { ASTNode } from '@marcbachmann/cel-js';
import { propertyCatalogue } from '#model/catalogue.ts';
import { placeKinds } from '#model/community.ts';
import { type ConditionProblem, timeParts } from '#rules/language/bounds.ts';
import { literalOf } from '#rules/language/literal.ts';
import type { Waking } from '#rules/language/subject.ts';
import { walk } from '#rules/language/syntax-tree.ts';

/** A text that names something, and why there is no such thing. */
interface Naming {
  readonly node: ASTNode;
  readonly why: (name: string) => string | undefined;
}

const isField = (node: ASTNode, owner: string, field: string): boolean =>
  node.op === '.' && node.args[1] === field && node.args[0].op === 'id' && node.args[0].args === owner;

const whyNoProperty = (name: string): string | undefined =>
  propertyCatalogue.has(name) ? undefined : `unknown property '${name}'`;

const whyNoPlaceKind = (name: string): string | undefined =>
  placeKinds.some((kind) => kind === name)
    ? undefined
    : `no place is of kind '${name}': ${placeKinds.join(', ')}`;

function whyNoZone(name: string): string | undefined {
  try {
    new Intl.DateTimeFormat('en', { timeZone: name });
    return undefined;
  } catch {
    return `unknown time zone '${name}': write one such as 'Asia/Shanghai'`;
  }
}

/** What a text means that `subject` is compared with; undefined: anything. */
function meaningOf(subject: ASTNode, waking: Waking): Naming['why'] | undefined {
  if (isField(subject, 'place', 'kind')) return whyNoPlaceKind;
  if (subject.op !== 'id' || subject.args !== 'property' || waking.length === 0) return undefined;
  const names = waking.map(({ name }) => name);
  return (name) =>
    names.includes(name) ? undefined : `'${name}' does not wake this rule: ${names.join(', ')}`;
}

function namings(node: ASTNode, waking: Waking): readonly Naming[] {
  switch (node.op) {
    case '==':
    case '!=': {
      const [left, right] = node.args;
      const [first, second] = [meaningOf(left, waking), meaningOf(right, waking)];
      return [
        ...(first ? [{ node: right, why: first }] : []),
        ...(second ? [{ node: left, why: second }] : []),
      ];
    }
    case 'in': {
      const [subject, list] = node.args;
      if (isField(list, 'resident', 'limits')) return [{ node: subject, why: whyNoProperty }];
      const why = meaningOf(subject, waking);
      return why && list.op === 'list' ? list.args.map((entry) => ({ node: entry, why })) : [];
    }
    case '[]':
      return isField(node.args[0], 'resident', 'limits') ? [{ node: node.args[1], why: whyNoProperty }] : [];
    case 'rcall': {
      const [zone] = timeParts.has(node.args[0]) ? node.args[2] : [];
      return zone ? [{ node: zone, why: whyNoZone }] : [];
    }
    default:
      return [];
  }
}

/** A text that names a property, a kind of place or a time zone that does not exist: the comparison would never hold. */
export function findUnknownName(root: ASTNode, waking: Waking): ConditionProblem | undefined {
  let found: ConditionProblem | undefined;
  walk(root, (each) => {
    for (const { node, why } of found ? [] : namings(each, waking)) {
      const name = literalOf(node);
      const message = typeof name === 'string' ? why(name) : undefined;
      if (message !== undefined) found ??= { message, offset: node.start };
    }
  });
  return found;
}
