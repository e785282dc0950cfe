import { ComplaintList } from '#app/rule-tests/complaint-list.ts';
import { inOrder, type Step } from '#app/rule-tests/course.ts';
import { KnownNames } from '#app/rule-tests/known-names.ts';
import { Moments, parseLocal, usualStart } from '#app/rule-tests/moments.ts';
import { type FileAccess, NamedFiles } from '#app/rule-tests/named-files.ts';
import { type Expected, readExpectation } from '#app/rule-tests/read-expectation.ts';
import { readInput } from '#app/rule-tests/read-input.ts';
import type { RuleUnderTest } from '#app/rule-tests/rules-under-test.ts';
import { Scope } from '#app/rule-tests/scope.ts';
import type { TestCommunity } from '#app/rule-tests/test-community.ts';
import { RuleTest, TestFile } from '#app/rule-tests/test-file.ts';
import { type Path, WrittenYaml } from '#app/rule-tests/written-yaml.ts';
import { epochMs } from '#model/brand.ts';
import type { RuleProblem } from '#model/rule.ts';

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

/**
 * Reads a test file and what it names: everything that is needed to run it, or everything that is wrong. Throws when the
 * file itself cannot be read.
 */
export function readTestFile(
  file: string,
  access: FileAccess,
): PlannedFile | { readonly problems: readonly RuleProblem[] } {
  const written = WrittenYaml.read(file, access.read(file));
  if ('problems' in written) return written;
  const { yaml } = written;
  const complaints = new ComplaintList(yaml);
  if (!complaints.fits(TestFile, yaml.value, [])) return { problems: complaints.problems };
  const named = new NamedFiles(complaints, access);
  const rules = named.rules(yaml.value.rules);
  const ids = complaints.problems.length > 0 ? null : rules.map(({ id }) => id);
  const community = named.community(yaml.value.community, yaml.value.with);
  // The tests are read all the same: all mistakes are told at once.
  const configuration = community?.configuration ?? null;
  const names = new KnownNames({ complaints, configuration, rules: ids });
  const zone = configuration?.timezone ?? 'UTC';
  const reader = new TestReader({ complaints, names, zone, start: yaml.value.start });
  const tests = yaml.value.tests.flatMap((test, index) => reader.read(test, ['tests', index]));
  if (complaints.problems.length > 0 || !community) return { problems: complaints.problems };
  return { file, rules, community, tests };
}

interface TestReaderParts {
  readonly complaints: ComplaintList;
  readonly names: KnownNames;
  /** IANA name. */
  readonly zone: string;
  /** Of tests that say none. */
  readonly start: string | undefined;
}

/** Reads the tests of one file. */
class TestReader {
  readonly #parts: TestReaderParts;
  readonly #given = new Set<string>();

  constructor(parts: TestReaderParts) {
    this.#parts = parts;
  }

  read(test: unknown, path: Path): readonly PlannedTest[] {
    const { complaints, names } = this.#parts;
    if (!complaints.fits(RuleTest, test, path)) return [];
    const { name } = test;
    if (this.#given.has(name)) complaints.add([...path, 'name'], 'another test has this name');
    this.#given.add(name);
    const scope = new Scope({ complaints, names, moments: this.#moments(test.start, path) });
    const steps = (test.input ?? []).flatMap((entry, index) =>
      readInput(entry, [...path, 'input', index], scope),
    );
    const expected = test.expect.flatMap((entry, index) => {
      const found = readExpectation(entry, [...path, 'expect', index], scope);
      return found ? [found] : [];
    });
    const { line } = complaints.yaml.spot(path);
    return [{ name, line, moments: scope.moments, steps: inOrder(steps), expected: inOrder(expected) }];
  }

  #moments(own: string | undefined, path: Path): Moments {
    const { complaints, start, zone } = this.#parts;
    const at = parseLocal(own ?? start ?? usualStart, zone);
    if (at === undefined)
      complaints.add(
        own === undefined ? ['start'] : [...path, 'start'],
        'must be a time such as 2026-01-01T12:00',
      );
    return new Moments(at ?? epochMs(0), zone);
  }
}
