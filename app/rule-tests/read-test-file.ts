import { dirname, resolve } from 'node:path';
import { ComplaintList } from '#app/rule-tests/complaint-list.ts';
import { inOrder, type Step } from '#app/rule-tests/course.ts';
import { Moments, parseLocal, usualStart } from '#app/rule-tests/moments.ts';
import { type Expected, readExpectation } from '#app/rule-tests/read-expectation.ts';
import { InputReader } from '#app/rule-tests/read-input.ts';
import {
  type RulesFound,
  type RuleUnderTest,
  rulesInFile,
  ruleWithin,
} from '#app/rule-tests/rules-under-test.ts';
import { type CommunitySource, type TestCommunity, testCommunity } from '#app/rule-tests/test-community.ts';
import { RuleTest, TestFile } from '#app/rule-tests/test-file.ts';
import { type Path, WrittenYaml } from '#app/rule-tests/written-yaml.ts';
import { epochMs } from '#model/brand.ts';
import type { Configuration } from '#model/configuration.ts';
import type { RuleProblem } from '#model/rule.ts';
import { loadLibrary } from '#rules/library/load.ts';

/** One test, ready to run. */
export interface PlannedTest {
  readonly name: string;
  /** Where it stands in its file, counted from 1. */
  readonly line: number;
  readonly moments: Moments;
  /** In order of time. */
  readonly steps: readonly Step[];
  /** In order of time. */
  readonly expected: readonly Expected[];
}

export interface PlannedFile {
  readonly file: string;
  readonly rules: readonly RuleUnderTest[];
  readonly community: TestCommunity;
  readonly tests: readonly PlannedTest[];
}

export type FileRead = PlannedFile | { readonly problems: readonly RuleProblem[] };

export interface ReadOptions {
  /** Throws when it cannot be read. */
  readonly read: (path: string) => string;
  /** The community of tests that name none. */
  readonly usualCommunity: string;
}

/** Reads a test file and what it names: everything that is needed to run it, or everything that is wrong. */
export function readTestFile(file: string, options: ReadOptions): FileRead {
  const written = WrittenYaml.read(file, options.read(file));
  if ('problems' in written) return written;
  const { yaml } = written;
  const complaints = new ComplaintList(yaml);
  if (!complaints.fits(TestFile, yaml.value, [])) return { problems: complaints.problems };
  const source = { content: yaml.value, complaints, ...options };
  const rules = readRules(source);
  const community = readCommunity(source);
  // The tests are read all the same: all mistakes are told at once.
  const reader = new TestReader({
    complaints,
    rules: complaints.problems.length > 0 ? null : rules.map(({ id }) => id),
    configuration: community?.configuration ?? null,
    start: yaml.value.start,
  });
  const tests = yaml.value.tests.flatMap((test, index) => reader.read(test, ['tests', index]));
  if (complaints.problems.length > 0 || !community) return { problems: complaints.problems };
  return { file, rules, community, tests };
}

interface Source extends ReadOptions {
  readonly content: { readonly rules?: unknown; readonly community?: unknown; readonly with?: unknown };
  readonly complaints: ComplaintList;
}

function readRules({ complaints, content, read }: Source): readonly RuleUnderTest[] {
  const { rules } = content;
  if (rules === undefined) return loadLibrary();
  const { yaml } = complaints;
  const found = (Array.isArray(rules) ? (rules as unknown[]) : [rules]).flatMap((entry, index) => {
    const path: Path = Array.isArray(rules) ? ['rules', index] : ['rules'];
    const outcome = typeof entry === 'string' ? rulesOf(entry, path) : ruleWithin(yaml, path, entry);
    if ('rules' in outcome) return outcome.rules;
    complaints.take(outcome.problems);
    return [];
  });
  function rulesOf(name: string, path: Path): RulesFound {
    const other = resolve(dirname(yaml.file), name);
    const text = textOf(other, read);
    if (text === undefined)
      return { problems: [yaml.problem(path, `${other} cannot be read: check the path`)] };
    return rulesInFile(shown(yaml.file, name, other), text);
  }
  return found;
}

/** A file that another one names, as people find it from where they are. */
const shown = (from: string, name: string, path: string): string =>
  from.startsWith('/') || name.startsWith('/') ? path : joined(dirname(from), name);
const joined = (folder: string, name: string): string => relativeTo(process.cwd(), resolve(folder, name));
const relativeTo = (folder: string, path: string): string =>
  path.startsWith(`${folder}/`) ? path.slice(folder.length + 1) : path;

function textOf(path: string, read: (path: string) => string): string | undefined {
  try {
    return read(path);
  } catch {
    return undefined;
  }
}

function readCommunity({ complaints, content, read, usualCommunity }: Source): TestCommunity | undefined {
  const { yaml } = complaints;
  const base = baseOf();
  if (!base) return undefined;
  const further: CommunitySource | undefined =
    content.with === undefined ? undefined : { yaml, path: ['with'], value: content.with };
  const community = testCommunity(base, further);
  if (!('problems' in community)) return community;
  complaints.take(community.problems);
  return undefined;

  function baseOf(): CommunitySource | undefined {
    const { community: given = usualCommunity } = content;
    if (typeof given !== 'string') return { yaml, path: ['community'], value: given };
    const path = resolve(dirname(yaml.file), given);
    const text = textOf(path, read);
    if (text === undefined) {
      complaints.add(['community'], `${path} cannot be read: check the path`);
      return undefined;
    }
    const other = WrittenYaml.read(shown(yaml.file, given, path), text);
    if (!('problems' in other)) return { yaml: other.yaml, path: [], value: other.yaml.value };
    complaints.take(other.problems);
    return undefined;
  }
}

interface TestReaderParts {
  readonly complaints: ComplaintList;
  /** Ids; null: they do not load, so nothing is said of them. */
  readonly rules: readonly string[] | null;
  /** Null: there is something wrong with the community. */
  readonly configuration: Configuration | null;
  readonly start: string | undefined;
}

/** Reads the tests of one file. */
class TestReader {
  readonly #parts: TestReaderParts;
  readonly #names = new Set<string>();

  constructor(parts: TestReaderParts) {
    this.#parts = parts;
  }

  read(test: unknown, path: Path): readonly PlannedTest[] {
    const { complaints, configuration, rules } = this.#parts;
    if (!complaints.fits(RuleTest, test, path)) return [];
    if (this.#names.has(test.name)) complaints.add([...path, 'name'], 'another test has this name');
    this.#names.add(test.name);
    const zone = configuration?.timezone ?? 'UTC';
    const start = parseLocal(test.start ?? this.#parts.start ?? usualStart, zone);
    if (start === undefined)
      complaints.add(
        test.start === undefined ? ['start'] : [...path, 'start'],
        'must be a time such as 2026-01-01T12:00',
      );
    const moments = new Moments(start ?? epochMs(0), zone);
    const context = { complaints, moments, configuration, rules };
    const reader = new InputReader(context);
    const steps = (test.input ?? []).flatMap((entry, index) => reader.read(entry, [...path, 'input', index]));
    const expected = test.expect.flatMap((entry, index) => {
      const found = readExpectation(entry, [...path, 'expect', index], context);
      return found ? [found] : [];
    });
    const { line } = complaints.yaml.spot(path);
    return [
      {
        name: test.name,
        line,
        moments,
        steps: inOrder(steps),
        expected: expected.toSorted((a, b) => a.at - b.at),
      },
    ];
  }
}
