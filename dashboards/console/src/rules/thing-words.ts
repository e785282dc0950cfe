import { durationWords } from '../format/duration.ts';
import { joined, literal, type Node, pathOf, textOf, written } from './condition-tree.ts';

/** How a thing of a condition is called, and of which property its values are; null: of none. */
export interface Thing {
  readonly text: string;
  readonly property: string | null;
}

/** The words that conditions are put into. */
export interface ConditionWords {
  readonly t: (key: string, values?: Readonly<Record<string, string>>) => string;
  readonly word: (list: string, name: string) => string;
  readonly languageTag: string;
  readonly label: (property: string) => string;
  readonly value: (property: string, value: unknown) => string;
  readonly kind: (kind: string) => string;
  readonly number: (value: number) => string;
}

/** What stands for itself, for there are no words for it: shown as code. */
export const asCode = (node: Node): string => `\`${written(node)}\``;

/** More properties than these are called the reading. */
const mostNamed = 4;

/** Says a thing; a number in it is one of `beside`, as is what it is compared with. */
export type SayThing = (node: Node, beside?: string | null) => Thing;

/**
 * Of a reading, a number, a fact: `the average Temperature of the last 10 minutes`. `subject`: what the rule watches;
 * `truth` says conditions, which may stand in a thing, too.
 */
export function thingWords(
  words: ConditionWords,
  subject: readonly string[],
  truth: (node: Node) => string,
): SayThing {
  const { label, t } = words;
  const [first, ...others] = subject;
  const own = first !== undefined && others.length === 0 && first !== '*' ? first : null;
  const isFew = subject.length > 0 && subject.length <= mostNamed && !subject.includes('*');
  const ownLabel = isFew ? subject.map(label).join(t('conditions.or-short')) : t('conditions.reading');
  const duration = (text: string | undefined): string => durationWords(text ?? '', words.languageTag);

  function call(node: Node, name: string, args: readonly Node[]): Thing {
    const [property = '', second = '', third = '', fourth = ''] = args.map((each) => textOf(each) ?? '');
    switch (name) {
      case 'last':
        return { text: label(property), property };
      case 'age':
        return { text: t('conditions.age', { what: label(property) }), property: null };
      case 'avg':
      case 'min':
      case 'max':
      case 'sum':
      case 'delta':
      case 'rate':
        return {
          text: t(`conditions.${name}`, { what: label(property), window: duration(second) }),
          property,
        };
      case 'count':
        return {
          text: t('conditions.count', { what: label(property), window: duration(second) }),
          property: null,
        };
      case 'countWhere': {
        const value = words.value(property, literal(args[1]));
        const values = { what: label(property), value, window: duration(third) };
        return { text: t('conditions.count-where', values), property: null };
      }
      case 'others': {
        const value = words.value(property, literal(args[1]));
        const scope = words.word('scopes', third);
        const values = { what: label(property), value, scope, window: duration(fourth) };
        return { text: t('conditions.others', values), property: null };
      }
      case 'duration':
        return { text: duration(property), property: null };
      default:
        return { text: asCode(node), property: null };
    }
  }

  function fact(node: Node): Thing {
    const path = pathOf(node);
    if (path === undefined) return { text: asCode(node), property: null };
    const [root, name = '', about = '', side = ''] = path;
    const known = path.join('.');
    if (known === 'value') return { text: ownLabel, property: own };
    if (known === 'previous') return { text: t('conditions.previous', { what: ownLabel }), property: own };
    if (root === 'values') return { text: label(name), property: name };
    if (root === 'resident' && name === 'limits' && (side === 'low' || side === 'high'))
      return { text: t(`conditions.limit-${side}`, { what: label(about) }), property: about };
    const plain = [
      'property',
      'device.kind',
      'device.id',
      'place.kind',
      'place.id',
      'resident.age',
      'resident.livesAlone',
    ];
    return {
      text: plain.includes(known) ? t(`conditions.${known.replace('.', '-')}`) : asCode(node),
      property: null,
    };
  }

  /** `baseline('temperature').mean` */
  function usual(node: Node): Thing | undefined {
    if (node.op !== '.' || node.args[0].op !== 'call' || node.args[0].args[0] !== 'baseline')
      return undefined;
    const property = textOf(node.args[0].args[1][0]) ?? '';
    const name = node.args[1];
    if (name !== 'mean' && name !== 'sd' && name !== 'n') return undefined;
    return {
      text: t(`conditions.usual-${name}`, { what: label(property) }),
      property: name === 'n' ? null : property,
    };
  }

  /** The resident's own limit where there is one, else what all have; or one of two by anything else. */
  function oneOfTwo([test, first, second]: readonly [Node, Node, Node], beside: string | null): Thing {
    const [left, right] = [say(first, beside), say(second, beside)];
    const property = left.property ?? right.property;
    const isOwn = joined(test, '&&').every(
      (part) => part.op === 'in' && pathOf(part.args[1])?.slice(0, 2).join('.') === 'resident.limits',
    );
    const values = { first: left.text, second: right.text };
    return isOwn
      ? { text: t('conditions.own-or', values), property }
      : { text: t('conditions.one-if', { ...values, condition: truth(test) }), property };
  }

  function say(node: Node, beside: string | null = null): Thing {
    const value = literal(node);
    if (typeof value === 'number')
      return { text: beside === null ? words.number(value) : words.value(beside, value), property: null };
    if (value !== undefined) {
      const text = beside === null ? words.word('values', String(value)) : words.value(beside, value);
      return { text: t('conditions.quoted', { value: text }), property: null };
    }
    switch (node.op) {
      case 'call':
        return call(node, node.args[0], node.args[1]);
      case '?:':
        return oneOfTwo(node.args, beside);
      case '+':
      case '-':
      case '*':
      case '/': {
        const left = say(node.args[0], beside);
        const right = say(
          node.args[1],
          node.op === '+' || node.op === '-' ? (beside ?? left.property) : null,
        );
        const sign = { '+': '+', '-': '−', '*': '×', '/': '÷' }[node.op];
        return { text: `${left.text} ${sign} ${right.text}`, property: left.property ?? right.property };
      }
      default:
        return usual(node) ?? fact(node);
    }
  }
  return say;
}
