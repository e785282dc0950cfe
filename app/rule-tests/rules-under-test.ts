import type { Path, WrittenYaml } from '#app/rule-tests/written-yaml.ts';
import type { RuleProblem } from '#model/rule.ts';
import { buildRule } from '#rules/language/build-rule.ts';
import { checkRules } from '#rules/language/check-rules.ts';
import { type Locate, readRuleDocument } from '#rules/language/rule-document.ts';

/** A rule as the ops store keeps it: camelCase keys. */
export interface RuleUnderTest {
  readonly id: string;
  readonly source: Readonly<Record<string, unknown>>;
}

export type RulesFound =
  | { readonly rules: readonly RuleUnderTest[] }
  | { readonly problems: readonly RuleProblem[] };

/** The rules of a rule file; they all have to load. */
export function rulesInFile(file: string, text: string): RulesFound {
  const { problems, rules } = checkRules(text, { file });
  if (problems.length > 0) return { problems };
  const { entries } = readRuleDocument(text);
  return { rules: rules.map(({ id }, index) => ({ id, source: recordOf(entries[index]?.source) })) };
}

/** A rule that is written in the test file itself. */
export function ruleWithin(yaml: WrittenYaml, path: Path, source: unknown): RulesFound {
  const locate: Locate = (below, at) => yaml.spot([...path, ...below.map(asIndex)], at);
  const built = buildRule(source, locate);
  if ('problems' in built)
    return { problems: built.problems.map((problem) => ({ ...problem, file: yaml.file })) };
  return { rules: [{ id: built.rule.id, source: recordOf(source) }] };
}

const asIndex = (part: string): string | number => (/^\d+$/.test(part) ? Number(part) : part);

const recordOf = (value: unknown): Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null ? { ...value } : {};
