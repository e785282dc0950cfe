import { mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { coverageOf, missingIn, type RuleCoverage } from '#app/rule-tests/coverage.ts';
import type { RuleTestReport, TestResult } from '#app/rule-tests/result.ts';
import { runRuleTestFiles } from '#app/rule-tests/run-files.ts';
import { CommandFailure, CommandVerdict } from '#cli/failure.ts';
import type { Io } from '#cli/io.ts';
import { describeFailure } from '#cli/rule-tests/describe-failure.ts';
import { describeProblem } from '#cli/rule-tests/describe-problem.ts';
import { findTestFiles } from '#cli/rule-tests/find-test-files.ts';
import { junitXml } from '#cli/rule-tests/junit.ts';
import { table } from '#cli/table.ts';
import { messageOf } from '#model/errors.ts';

export interface RulesTestOptions {
  /** Where the JUnit XML goes. */
  readonly junit?: string;
  readonly coverage?: true;
  readonly json?: true;
}

/** The community of tests that name none: the one of the examples. */
const usualCommunity = fileURLToPath(new URL('../../examples/demo-community.yaml', import.meta.url));

/** Throws a verdict of 1 when a test fails, of 2 when a file has a mistake. */
export async function testRules(named: readonly string[], options: RulesTestOptions, io: Io): Promise<void> {
  const report = await runRuleTestFiles(findTestFiles(named), {
    read: readText,
    usualCommunity,
    ...(options.json ? {} : { onResult: teller(io) }),
  });
  const { problems, results } = report;
  const coverage = coverageOf(results.flatMap(({ rules }) => rules));
  if (options.junit !== undefined) writeText(options.junit, junitXml({ ...report, describeProblem }));
  if (options.json) io.out(JSON.stringify({ ...counts(report), problems, coverage, tests: results }));
  else {
    for (const problem of problems) io.err(describeProblem(problem));
    if (options.coverage) io.out(describeCoverage(coverage));
    io.out(summary(report));
  }
  if (problems.length > 0) throw new CommandVerdict('files with mistakes', { exitCode: 2 });
  if (results.some(({ passed }) => !passed)) throw new CommandVerdict('tests failed');
}

/** Says of each test, as it is done, what came of it. */
function teller(io: Io): (result: TestResult) => void {
  let last = '';
  return (result) => {
    const { file, ms, name, passed } = result;
    if (file !== last) io.out(file);
    last = file;
    const lines = describeFailure(result).map((line) => `      ${line}`);
    io.out([`  ${passed ? '✓' : '✗'} ${name} (${Math.round(ms)} ms)`, ...lines].join('\n'));
  };
}

const counts = ({ results }: RuleTestReport) => ({
  passed: results.filter(({ passed }) => passed).length,
  failed: results.filter(({ passed }) => !passed).length,
});

function summary(report: RuleTestReport): string {
  const { failed, passed } = counts(report);
  const { length } = report.problems;
  const mistakes = `${length} ${length === 1 ? 'mistake' : 'mistakes'} in files that did not run`;
  return `${passed} passed, ${failed} failed${length === 0 ? '' : `, ${mistakes}`}`;
}

const describeCoverage = (coverage: readonly RuleCoverage[]): string =>
  table(
    ['rule', 'fires', 'quiet', 'clears', 'missing'],
    coverage.map((covered) => [
      covered.rule,
      String(covered.fires),
      String(covered.staysQuiet),
      covered.clears === null ? '-' : String(covered.clears),
      missingIn(covered).join(', '),
    ]),
  );

function readText(path: string): string {
  try {
    // Reading a pipe or a device would never end.
    if (!statSync(path).isFile()) throw new Error('it is no file');
    return readFileSync(path, 'utf8');
  } catch (error) {
    throw new CommandFailure(`${path} cannot be read: ${messageOf(error)}; check the path`, { cause: error });
  }
}

function writeText(path: string, text: string): void {
  try {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
  } catch (error) {
    throw new CommandFailure(`${path} cannot be written: ${messageOf(error)}; check the path`, {
      cause: error,
    });
  }
}
