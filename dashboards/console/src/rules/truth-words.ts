import { joined, literal, type Node, pathOf, textOf } from './condition-tree.ts';
import { asCode, type ConditionWords, type SayThing, type Thing, thingWords } from './thing-words.ts';

const comparisons = {
  '==': 'is',
  '!=': 'is-not',
  '>': 'above',
  '>=': 'at-least',
  '<': 'below',
  '<=': 'at-most',
};
type Comparison = keyof typeof comparisons;
const isComparison = (op: string): op is Comparison => op in comparisons;
const turned: Readonly<Record<Comparison, Comparison>> = {
  '==': '==',
  '!=': '!=',
  '>': '<',
  '>=': '<=',
  '<': '>',
  '<=': '>=',
};

const isSide = (name: string): name is 'low' | 'high' => name === 'low' || name === 'high';

/** The property that `property == 'fall'` is true of. */
function propertyAsked(node: Node): string | undefined {
  if (node.op !== '==' || pathOf(node.args[0])?.join('.') !== 'property') return undefined;
  return textOf(node.args[1]);
}

interface Speech {
  readonly say: (node: Node) => string;
  readonly thing: SayThing;
  readonly inParentheses: (node: Node) => string;
}

/** A condition as people say it; what there are no words for stands as code between backticks. */
export function truthWords(words: ConditionWords, subject: readonly string[]): Speech {
  const { t } = words;
  const thing: SayThing = thingWords(words, subject, (node) => say(node));

  /** A value beside what it is compared with: `true` of smoke is “Detected”, 35 of a temperature 35 °C. */
  function valueBeside(node: Node, other: Thing): string {
    const value = literal(node);
    if (typeof value !== 'string' || other.property !== null) return thing(node, other.property).text;
    const named = words.kind(value);
    return named === value ? words.word('place-kinds', named) : named;
  }

  function compare(op: Comparison, left: Node, right: Node): string {
    // A literal stands on the right, as one says it.
    if (literal(left) !== undefined && literal(right) === undefined) return compare(turned[op], right, left);
    const path = pathOf(left)?.join('.');
    const value = literal(right);
    if (path === 'property' && typeof value === 'string')
      return t(op === '!=' ? 'conditions.not-about' : 'conditions.about', { what: words.label(value) });
    if (path === 'resident.livesAlone' && typeof value === 'boolean')
      return t(value === (op === '==') ? 'conditions.lives-alone' : 'conditions.lives-with');
    const what = thing(left);
    const isNumber = typeof value !== 'boolean' && typeof value !== 'string';
    const verb = isNumber && op === '==' ? 'equals' : comparisons[op];
    return t(`conditions.${verb}`, { what: what.text, value: valueBeside(right, what) });
  }

  /** `'heart-rate' in resident.limits`, `'low' in resident.limits['heart-rate']` */
  function ownLimit(name: string, path: readonly string[], isTrue: boolean): string | undefined {
    const [root, limits, of, ...deeper] = path;
    if (root !== 'resident' || limits !== 'limits' || deeper.length > 0) return undefined;
    const key = isTrue ? 'conditions.has-limit' : 'conditions.no-limit';
    if (of === undefined) return t(key, { what: words.label(name) });
    return isSide(name) ? t(`${key}-${name}`, { what: words.label(of) }) : undefined;
  }

  function within(left: Node, right: Node, isTrue: boolean): string | undefined {
    const path = pathOf(right)?.join('.');
    const name = textOf(left);
    if (path === 'device.tags' && name !== undefined)
      return t(isTrue ? 'conditions.tagged' : 'conditions.not-tagged', { tag: name });
    const limit = name === undefined ? undefined : ownLimit(name, pathOf(right) ?? [], isTrue);
    if (limit !== undefined) return limit;
    if (path === 'values' && name !== undefined)
      return t(isTrue ? 'conditions.told' : 'conditions.not-told', { what: words.label(name) });
    if (right.op !== 'list' || !isTrue) return undefined;
    const what = thing(left);
    const values = right.args.map((each) => valueBeside(each, what)).join(t('conditions.list-separator'));
    return t('conditions.one-of', { what: what.text, values });
  }

  /** Alone, what is true or false: `value`, `has(…)`. */
  function bare(node: Node, isTrue: boolean): string | undefined {
    if (node.op === 'in') return within(node.args[0], node.args[1], isTrue);
    if (node.op === 'call' && node.args[0] === 'has') {
      const what = node.args[1][0];
      return what && t(isTrue ? 'conditions.known' : 'conditions.not-known', { what: thing(what).text });
    }
    const path = pathOf(node)?.join('.');
    if (path === 'resident.livesAlone') return t(isTrue ? 'conditions.lives-alone' : 'conditions.lives-with');
    const { property, text } = thing(node);
    if (property === null) return undefined;
    const value = t('conditions.quoted', { value: words.value(property, isTrue) });
    return t('conditions.is', { what: text, value });
  }

  function inParentheses(node: Node): string {
    const text = say(node);
    return node.op === '&&' || node.op === '||' || node.op === '?:'
      ? t('conditions.parentheses', { text })
      : text;
  }

  /** All of several; one that says which property it is about tells what the value of the others is. */
  function all(nodes: readonly Node[]): string {
    const asked = nodes.map(propertyAsked).find((property) => property !== undefined);
    if (asked === undefined || nodes.length === 1 || subject.length === 1)
      return nodes.map(inParentheses).join(t('conditions.and'));
    const others = nodes.filter((node) => propertyAsked(node) === undefined);
    const about = truthWords(words, [asked]);
    return others.map((node) => about.inParentheses(node)).join(t('conditions.and'));
  }

  function either([test, first, second]: readonly [Node, Node, Node]): string {
    const asked = propertyAsked(test);
    const left = asked === undefined ? say(first) : truthWords(words, [asked]).say(first);
    const rest = asked === undefined ? subject : subject.filter((property) => property !== asked);
    const right = truthWords(words, rest).say(second);
    // What is told says itself of what it is.
    if (asked !== undefined && rest.length === 1) return [left, right].join(t('conditions.or'));
    return t('conditions.if', { condition: say(test), consequence: left, otherwise: right });
  }

  function say(node: Node): string {
    if (isComparison(node.op) && Array.isArray(node.args)) {
      const [left, right] = node.args as [Node, Node];
      return compare(node.op, left, right);
    }
    switch (node.op) {
      case '&&':
        return all(joined(node, '&&'));
      case '||':
        return joined(node, '||').map(inParentheses).join(t('conditions.or'));
      case '!_':
        return bare(node.args, false) ?? t('conditions.not', { text: inParentheses(node.args) });
      case '?:':
        return either(node.args);
      default:
        return bare(node, true) ?? asCode(node);
    }
  }
  return { say, thing, inParentheses };
}
