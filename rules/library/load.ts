import { readdirSync, readFileSync } from 'node:fs';
import { checkRules } from '#rules/language/check-rules.ts';
import { readRuleDocument } from '#rules/language/rule-document.ts';

/** A rule of the library as the ops store keeps it: camelCase keys. */
export interface LibraryRule {
  readonly id: string;
  readonly source: Readonly<Record<string, unknown>>;
}

const folder = new URL('.', import.meta.url);

/** File names of the library, in order. Rule tests (`*.test.yaml`) stand beside them. */
export const libraryFiles = (): readonly URL[] =>
  readdirSync(folder)
    .filter((name) => name.endsWith('.yaml') && !name.endsWith('.test.yaml'))
    .sort()
    .map((name) => new URL(name, folder));

/** The rules that come with Gridbell, in order of id. Throws when one of them does not load: that is our mistake. */
export function loadLibrary(): readonly LibraryRule[] {
  return libraryFiles()
    .flatMap((file) => {
      const text = readFileSync(file, 'utf8');
      const { rules, problems } = checkRules(text, { file: file.pathname });
      const [problem] = problems;
      if (problem) throw new Error(`${file.pathname}:${problem.line} ${problem.path}: ${problem.message}`);
      const sources = readRuleDocument(text).entries.map((entry) => entry.source);
      return rules.map(({ id }, index) => ({ id, source: sources[index] as LibraryRule['source'] }));
    })
    .sort((a, b) => (a.id < b.id ? -1 : 1));
}
