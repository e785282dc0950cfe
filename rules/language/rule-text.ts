import { createTwoFilesPatch, FILE_HEADERS_ONLY } from 'diff';
import { stringify } from 'yaml';
import { kebabKeys } from '#model/casing.ts';
import { RuleSource } from '#model/rule.ts';
import type { RuleBody } from '#model/rule-version.ts';
import { withSwitches } from '#rules/language/written-text.ts';

const order: ReadonlyMap<string, number> = new Map(
  Object.keys(RuleSource.properties).map((name, index) => [name, index]),
);

/**
 * A rule as a file has it, without `rules:` around it: as its author wrote it, where that was YAML, else keys in the order
 * of the language.
 */
export function ruleText(rule: RuleBody): string {
  const { problems: _, text, ...source } = rule;
  if (typeof text === 'string') return withSwitches(text, source);
  const placeOf = ([name]: readonly [string, unknown]): number => order.get(name) ?? order.size;
  const inOrder = Object.entries(source).sort((a, b) => placeOf(a) - placeOf(b));
  return stringify(kebabKeys(Object.fromEntries(inOrder)), { lineWidth: 120, aliasDuplicateObjects: false });
}

/** More lines than this that differ are not compared: the effort grows with their square. */
const mostDifferences = 2_000;

/** What is different from one version of a rule to the next, as a unified diff of their texts; null: no rule. Empty: nothing. */
export function ruleDiff(id: string, before: RuleBody | null, after: RuleBody | null): string {
  const [from, to] = [before, after].map((rule) => (rule === null ? '' : ruleText(rule)));
  if (from === undefined || to === undefined || from === to) return '';
  const name = `${id}.yaml`;
  const patch = createTwoFilesPatch(
    before === null ? '/dev/null' : name,
    after === null ? '/dev/null' : name,
    from,
    to,
    undefined,
    undefined,
    { context: 3, maxEditLength: mostDifferences, headerOptions: FILE_HEADERS_ONLY },
  );
  return patch ?? 'too much is different to be compared\n';
}
