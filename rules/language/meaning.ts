import { createHash } from 'node:crypto';
import type { Condition } from '#rules/language/condition.ts';
import type { Rule } from '#rules/language/rule.ts';

type Meant = Pick<
  Rule,
  'properties' | 'anyProperty' | 'key' | 'trigger' | 'levels' | 'unless' | 'activeHours' | 'latenessMs'
>;

/**
 * What the state of a rule rests on, however it is written: `60s` is `1m`, an order that says nothing says nothing.
 * Names, tasks and the devices chosen may change without it.
 */
export function meaningOf(rule: Meant): string {
  const { activeHours, anyProperty, key, latenessMs, levels, properties, trigger, unless } = rule;
  const parts = [
    [...properties].sort(),
    anyProperty,
    key,
    trigger,
    levels,
    [...unless].sort(),
    activeHours,
    latenessMs,
  ];
  const text = JSON.stringify(parts, (_name, part: unknown) => (isCondition(part) ? plain(part.text) : part));
  return createHash('sha256').update(text).digest('base64url').slice(0, 16);
}

const isCondition = (part: unknown): part is Condition =>
  typeof part === 'object' && part !== null && 'root' in part && 'text' in part;

const quoted = /('(?:\\.|[^'\\])*'|"(?:\\.|[^"\\])*")/;

/** A condition without the blanks that say nothing. */
const plain = (text: string): string =>
  text
    .split(quoted)
    .map((part, index) =>
      index % 2 === 1 ? part : part.replaceAll(/\s+/g, ' ').replaceAll(/ ?([^\w ]) ?/g, '$1'),
    )
    .join('')
    .trim();
