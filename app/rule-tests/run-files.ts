import type { FileAccess } from '#app/rule-tests/named-files.ts';
import { readTestFile } from '#app/rule-tests/read-test-file.ts';
import type { RuleTestReport, TestResult } from '#app/rule-tests/result.ts';
import { runTest } from '#app/rule-tests/run-test.ts';
import type { RuleProblem } from '#model/rule.ts';

export interface RunFilesOptions extends FileAccess {
  /** Called with each result as it is there. */
  readonly onResult?: (result: TestResult) => void;
}

/**
 * Runs rule test files one after the other. A file with a mistake in it, or in what it names, runs no test; the others do.
 */
export async function runRuleTestFiles(
  files: readonly string[],
  options: RunFilesOptions,
): Promise<RuleTestReport> {
  const results: TestResult[] = [];
  const problems: RuleProblem[] = [];
  const access: FileAccess = { ...options, communities: new Map() };
  for (const file of files) {
    const planned = readTestFile(file, access);
    if ('problems' in planned) {
      problems.push(...planned.problems);
      continue;
    }
    for (const test of planned.tests) {
      const result = await runTest(planned, test);
      results.push(result);
      options.onResult?.(result);
    }
  }
  return { results, problems: unique(problems) };
}

/** A rule file that several tests name is broken once. */
const unique = (problems: readonly RuleProblem[]): readonly RuleProblem[] => [
  ...new Map(problems.map((problem) => [JSON.stringify(problem), problem])).values(),
];
