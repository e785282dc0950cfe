import type { ASTNode } from '@marcbachmann/cel-js';
import { propertyCatalogue } from '#model/catalogue.ts';
import type { ConditionProblem } from '#rules/language/bounds.ts';
import { literalOf, namedProperty } from '#rules/language/literal.ts';
import { valuesOf, type Waking } from '#rules/language/subject.ts';
import { walk } from '#rules/language/syntax-tree.ts';

/** The catalogue's symbol; undefined: nobody can tell, and it goes with everything. */
type Unit = string | undefined;

const unitOfProperty = (name: string | undefined): Unit =>
  (name === undefined ? undefined : propertyCatalogue.get(name)?.unit) ?? undefined;

/** How things are counted; `people-count` has it in the catalogue, too. */
const pieces = '1';
const perMinute = (unit: Unit): Unit => unit && (unit === pieces ? '/min' : `${unit}/min`);

function unitOfCall(node: ASTNode & { op: 'call' }): Unit {
  const [name, [first]] = node.args;
  switch (name) {
    case 'sum':
    case 'delta':
      return unitOfProperty(namedProperty(node));
    case 'rate':
      return perMinute(unitOfProperty(namedProperty(node)));
    case 'count':
    case 'countWhere':
    case 'others':
      return pieces;
    default:
      return first && ['double', 'int', 'dyn'].includes(name) ? unitOfNode(first, []) : undefined;
  }
}

/** `baseline('co').mean`, `resident.limits['heart-rate'].high`. */
function unitOfField(subject: ASTNode, field: unknown): Unit {
  if (subject.op === 'call' && subject.args[0] === 'baseline')
    return field === 'n' ? pieces : unitOfProperty(namedProperty(subject));
  if (subject.op !== '[]' || (field !== 'low' && field !== 'high')) return undefined;
  const [limits, property] = subject.args;
  const name = literalOf(property);
  return limits.op === '.' && limits.args[1] === 'limits' && typeof name === 'string'
    ? unitOfProperty(name)
    : undefined;
}

function unitOfNode(node: ASTNode, waking: Waking): Unit {
  const units = new Set(valuesOf(node, waking).map(({ unit }) => unit ?? undefined));
  if (units.size > 0) return units.size === 1 ? [...units][0] : undefined;
  switch (node.op) {
    case 'call':
      return unitOfCall(node);
    case '.':
      return unitOfField(node.args[0], node.args[1]);
    case '[]':
      return unitOfField(node.args[0], literalOf(node.args[1]));
    case '-_':
      return unitOfNode(node.args, waking);
    case '+':
    case '-':
      return unitOfSum(node.args[0], node.args[1], waking);
    default:
      return undefined;
  }
}

/** What a number adds to keeps its unit; a product has none, because the factor may convert. */
function unitOfSum(left: ASTNode, right: ASTNode, waking: Waking): Unit {
  const [first, second] = [unitOfNode(left, waking), unitOfNode(right, waking)];
  if (first === second) return first;
  if (literalOf(left) !== undefined) return second;
  return literalOf(right) === undefined ? undefined : first;
}

const goTogether: ReadonlySet<string> = new Set(['+', '-', '<', '<=', '>', '>=', '==', '!=']);

/** Two values that are compared, added or subtracted though the catalogue gives them different units. */
export function findUnitMismatch(root: ASTNode, waking: Waking): ConditionProblem | undefined {
  let found: ConditionProblem | undefined;
  walk(root, (node) => {
    if (found || !goTogether.has(node.op)) return;
    const [left, right] = node.args as readonly [ASTNode, ASTNode];
    const [first, second] = [unitOfNode(left, waking), unitOfNode(right, waking)];
    if (first === undefined || second === undefined || first === second) return;
    const message = `units do not go together: ${text(left)} is in ${first}, ${text(right)} in ${second}`;
    found = { message, offset: node.start };
  });
  return found;
}

const text = ({ input, start, end }: ASTNode): string => input.slice(start, end);
