import { readFileSync } from 'node:fs';
import type { StoredRule } from '#rules/engine/rule-set.ts';
import { checkRules } from '#rules/language/check-rules.ts';
import { readRuleDocument } from '#rules/language/rule-document.ts';
import { loadLibrary } from '#rules/library/load.ts';

type Source = StoredRule['source'];

/** Every rule that comes with Gridbell. */
export const library = (): readonly StoredRule[] =>
  loadLibrary().map(({ id, source }) => ({ id, version: 1, source }));

/** The rules of a file of examples/. Throws when one of them does not load. */
export function rulesOf(file: string): readonly StoredRule[] {
  const text = readFileSync(file, 'utf8');
  const { problems, rules } = checkRules(text, { file });
  if (problems.length > 0) throw new Error(`${file}: ${problems[0]?.message}`);
  const { entries } = readRuleDocument(text);
  return rules.map(({ id }, index) => ({ id, version: 1, source: entries[index]?.source as Source }));
}
