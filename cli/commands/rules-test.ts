import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Command } from 'commander';
import type { RuleTestReport, TestResult } from '#app/rule-tests/result.ts';
import { CommandFailure, CommandVerdict } from '#cli/failure.ts';
import type { Io } from '#cli/io.ts';
import { describeProblem } from '#cli/rule-tests/describe-problem.ts';
import { messageOf } from '#model/errors.ts';

/** The community of tests that name none: the one of the examples. */
const usualCommunity = fileURLToPath(new URL('../../examples/demo-community.yaml', import.meta.url));

interface Options {
  readonly junit?: string;
  readonly json?: true;
}

export function addRulesTestCommand(rules: Command, io: Io): void {
  rules
    .command('test')
    .description('run rule tests (*.test.yaml) on the real engine; needs no running platform')
    .argument('<files...>', 'rule tests, or folders with some')
    .option('--junit <file>', 'write the results as JUnit XML, for CI')
    .option('--json', 'print the results as JSON')
    .action(async (named: readonly string[], options: Options) => {
      // Loaded only here: no other command needs the engine.
      const [{ runRuleTestFiles }, { describeFailure }, { findTestFiles }, { junitXml }] = await Promise.all([
        import('#app/rule-tests/run-files.ts'),
        import('#cli/rule-tests/describe-failure.ts'),
        import('#cli/rule-tests/find-test-files.ts'),
        import('#cli/rule-tests/junit.ts'),
      ]);
      let file = '';
      const onResult = (result: TestResult): void => {
        if (result.file !== file) io.out(result.file);
        file = result.file;
        const mark = result.passed ? '✓' : '✗';
        const lines = describeFailure(result).map((line) => `      ${line}`);
        io.out([`  ${mark} ${result.name} (${Math.round(result.ms)} ms)`, ...lines].join('\n'));
      };
      const report = await runRuleTestFiles(findTestFiles(named), {
        read: readText,
        usualCommunity,
        ...(options.json ? {} : { onResult }),
      });
      const { problems, results } = report;
      if (options.junit !== undefined)
        writeText(options.junit, junitXml({ results, problems, describeProblem }));
      if (options.json) io.out(JSON.stringify({ ...counts(report), problems, tests: results }));
      else {
        for (const problem of problems) io.err(describeProblem(problem));
        io.out(summary(report));
      }
      if (problems.length > 0) throw new CommandVerdict('files with mistakes', { exitCode: 2 });
      if (results.some(({ passed }) => !passed)) throw new CommandVerdict();
    });
}

const counts = ({ results }: RuleTestReport) => ({
  passed: results.filter(({ passed }) => passed).length,
  failed: results.filter(({ passed }) => !passed).length,
});

function summary(report: RuleTestReport): string {
  const { failed, passed } = counts(report);
  const { length } = report.problems;
  const broken =
    length === 0 ? '' : `, ${length} ${length === 1 ? 'mistake' : 'mistakes'} in files that did not run`;
  return `${passed} passed, ${failed} failed${broken}`;
}

function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    throw new CommandFailure(`${path} cannot be read: ${messageOf(error)}; check the path`, { cause: error });
  }
}

function writeText(path: string, text: string): void {
  try {
    writeFileSync(path, text);
  } catch (error) {
    throw new CommandFailure(`${path} cannot be written: ${messageOf(error)}; check the path`, {
      cause: error,
    });
  }
}
