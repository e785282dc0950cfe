import { camelKeys } from '#model/casing.ts';
import type { RuleProblem } from '#model/rule.ts';
import { type Built, buildRule } from '#rules/language/build-rule.ts';
import type { Rule } from '#rules/language/rule.ts';
import { readRuleDocument } from '#rules/language/rule-document.ts';

export interface CheckedRules {
  readonly rules: readonly Rule[];
  /** With line and column. */
  readonly problems: readonly RuleProblem[];
}

/** Checks a rule file (YAML). A broken rule keeps none of the others from loading. `file` is named in each problem. */
export function checkRules(text: string, { file }: { readonly file: string }): CheckedRules {
  const document = readRuleDocument(text);
  const rules: Rule[] = [];
  const problems: RuleProblem[] = [...document.problems];
  const ids = new Set<string>();
  for (const { source, locate } of document.entries) {
    const built = buildRule(source, locate);
    if ('problems' in built) problems.push(...built.problems);
    else if (ids.has(built.rule.id)) {
      const spot = locate(['id'], 'value');
      const message = `a rule '${built.rule.id}' stands above already`;
      problems.push({ rule: built.rule.id, path: 'id', line: null, column: null, ...spot, message });
    } else {
      ids.add(built.rule.id);
      rules.push(built.rule);
    }
  }
  const inOrder = problems.sort((a, b) => (a.line ?? 0) - (b.line ?? 0) || (a.column ?? 0) - (b.column ?? 0));
  return { rules, problems: inOrder.map((problem) => ({ ...problem, file })) };
}

/**
 * Checks one rule as the API or the store has it (camelCase or kebab-case keys). A broken rule that came from a file is
 * stored with its `problems` as they were found there, so that they keep line and column; one that was written as YAML with
 * its `text`.
 */
export function parseRule(stored: Readonly<Record<string, unknown>>): Built {
  const { problems, text: _, ...source } = stored;
  const built = buildRule(camelKeys(source), () => null);
  if (!('problems' in built) || !Array.isArray(problems)) return built;
  const inFile = problems as readonly RuleProblem[];
  return {
    problems: built.problems.map((found) => {
      const same = inFile.find(({ path, message }) => path === found.path && message === found.message);
      return same ? { ...found, line: same.line, column: same.column } : found;
    }),
  };
}
