import { createHash } from 'node:crypto';
import { lstatSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { type GivenRule, identified } from '#api/rule-body.ts';
import { messageOf } from '#model/errors.ts';
import type { RuleProblem } from '#model/rule.ts';
import { readRuleDocument } from '#rules/language/rule-document.ts';

/** A file of the rules directory as it was read. */
export interface RuleFileContent {
  readonly name: string;
  /** Of its bytes: the same hash, the same file. */
  readonly hash: string;
  /** Those that have an id, broken ones too. */
  readonly rules: readonly GivenRule[];
  /** What keeps a rule from being known at all; with line and column. */
  readonly problems: readonly RuleProblem[];
  /** No rule may be missing because of a mistake: only then is one that is not in it deleted. */
  readonly isWhole: boolean;
}

/** What the rules directory holds; `identity` changes when another directory stands there (an unmounted disk). */
export interface RulesDirectory {
  readonly identity: string;
  readonly files: readonly RuleFileContent[];
}

const maxBytes = 1_000_000;

const isRuleFile = (name: string): boolean =>
  name.endsWith('.yaml') && !name.endsWith('.test.yaml') && !name.startsWith('.');

/** Reads all rule files, in order of their names; `known` are those of before, by name. Throws when there is no directory. */
export function readRulesDirectory(
  directory: string,
  known: ReadonlyMap<string, RuleFileContent>,
): RulesDirectory {
  const { dev, ino } = statSync(directory);
  const names = readdirSync(directory).filter(isRuleFile).sort();
  return {
    identity: `${dev}:${ino}`,
    files: names.flatMap((name) => readOne(directory, name, known.get(name)) ?? []),
  };
}

/** Undefined: it went while we were looking, or is no file. */
function readOne(
  directory: string,
  name: string,
  before: RuleFileContent | undefined,
): RuleFileContent | undefined {
  const path = join(directory, name);
  try {
    const found = statSync(path);
    // Reading a pipe would wait for ever.
    if (!found.isFile()) return unreadable(name, 'is no file');
    if (found.size > maxBytes) return unreadable(name, `is larger than ${maxBytes} bytes`);
    const bytes = readFileSync(path);
    const hash = createHash('sha256').update(bytes).digest('base64url');
    return before?.hash === hash ? before : { hash, ...parsed(name, bytes.toString('utf8')) };
  } catch (error) {
    return isThere(path) ? unreadable(name, `cannot be read: ${messageOf(error)}`) : undefined;
  }
}

function isThere(path: string): boolean {
  try {
    lstatSync(path);
    return true;
  } catch {
    return false;
  }
}

const unreadable = (name: string, message: string): RuleFileContent => ({
  name,
  hash: message,
  rules: [],
  problems: [{ file: name, rule: null, path: '', line: null, column: null, message }],
  isWhole: false,
});

/** The rules of a text, and what is wrong around them. */
export function parsed(name: string, text: string): Omit<RuleFileContent, 'hash'> {
  const document = readRuleDocument(text);
  const { nameless, rules } = identified(document.entries);
  const problems: readonly RuleProblem[] = [
    ...document.problems,
    ...nameless.map(({ column, line, message }) => ({ rule: null, path: 'id', line, column, message })),
  ];
  return {
    name,
    rules: rules.map((rule) => ({
      ...rule,
      problems: rule.problems.map((problem) => ({ ...problem, file: name })),
    })),
    problems: problems.map((problem) => ({ ...problem, file: name })),
    isWhole: problems.length === 0,
  };
}
