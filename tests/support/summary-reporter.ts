import { mkdirSync, writeFileSync } from 'node:fs';
import type { Reporter, TestCase, TestModule } from 'vitest/node';

/** What one run of the test runner came to; tests/run.ts adds the runs up. */
export interface Summary {
  passed: number;
  failed: number;
  skipped: number;
}

/** Where the reporter leaves its figures for tests/run.ts. */
export const summaryFile = (): string => process.env['GRIDBELL_TEST_SUMMARY'] ?? '.reports/summary.json';

/**
 * Counts tests, and counts as failed also what has no test: a file that cannot be loaded, an error outside of any test.
 */
export default class SummaryReporter implements Reporter {
  /** A test that fails and whose clearing up fails, too, has two reasons; the runner shows neither of them. */
  onTestCaseResult(test: TestCase): void {
    for (const error of test.result().errors ?? []) {
      for (const reason of ['suppressed', 'error'] as const) {
        const hidden: unknown = error[reason];
        if (typeof hidden === 'object' && hidden !== null && 'message' in hidden)
          process.stderr.write(`${test.fullName}\n  ${reason}: ${String(hidden.message)}\n`);
      }
    }
  }

  onTestRunEnd(modules: readonly TestModule[], unhandled: readonly unknown[]): void {
    const summary: Summary = { passed: 0, failed: unhandled.length, skipped: 0 };
    for (const module of modules) {
      for (const test of module.children.allTests()) {
        const { state } = test.result();
        if (state === 'passed') summary.passed += 1;
        else if (state === 'skipped') summary.skipped += 1;
        else summary.failed += 1;
      }
      const brokenSuites = [...module.children.allSuites()].filter(
        (suite) => suite.errors().length > 0,
      ).length;
      summary.failed += module.errors().length + brokenSuites;
    }
    mkdirSync('.reports', { recursive: true });
    writeFileSync(summaryFile(), JSON.stringify(summary));
  }
}
