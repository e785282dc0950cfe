import { readdirSync, readFileSync } from 'node:fs';
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

let loaded: readonly LibraryRule[] | undefined;

/**
 * The rules that come with Gridbell, in order of id; read once, as they change with the code only. That each of them is
 * right is for tests and for the engine to say. Throws when a file cannot be read as rules.
 */
export function loadLibrary(): readonly LibraryRule[] {
  loaded ??= libraryFiles()
    .flatMap(readRules)
    .sort((a, b) => (a.id < b.id ? -1 : 1));
  return loaded;
}

function readRules(file: URL): LibraryRule[] {
  const { entries, problems } = readRuleDocument(readFileSync(file, 'utf8'));
  const [problem] = problems;
  if (problem) throw new Error(`${file.pathname}:${problem.line} ${problem.message}`);
  return entries.map((entry) => {
    const source = entry.source as LibraryRule['source'];
    return { id: String(source['id']), source };
  });
}
