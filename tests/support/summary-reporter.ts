import type { Reporter, TestCase, TestModule } from 'vitest/node';

/** What one run of the test runner came to so far. */
export interface Summary {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
  /** Files that began and did not end, the one that began first ahead. */
  readonly running: readonly string[];
  readonly isOver: boolean;
}

export const nothingYet: Summary = { passed: 0, failed: 0, skipped: 0, running: [], isOver: false };

/** Set by tests/support/supervised-run.ts: what is said goes to it, and the process group is its. */
export const supervised = 'GRIDBELL_TEST_SUPERVISED';

/**
 * Tells whoever started the run how far it is, with each file that begins or ends. Counts tests, and counts as failed also
 * what has no test: a file that cannot be loaded, an error outside of any test.
 */
export default class SummaryReporter implements Reporter {
  readonly #running = new Set<string>();

  constructor() {
    if (process.env[supervised] !== '1' || !process.send) return;
    // Whoever watched it is gone (kill -9), and nobody would end it any more.
    process.once('disconnect', () => process.kill(0, 'SIGKILL'));
    // Listening alone is no reason to go on.
    process.channel?.unref();
  }

  readonly #ended = new Set<TestModule>();

  /** Before it is loaded: what never ends may stand outside of any test. */
  onTestModuleQueued(module: TestModule): void {
    this.#running.add(module.relativeModuleId);
    this.#tell(this.#ended, [], false);
  }

  onTestModuleEnd(module: TestModule): void {
    this.#running.delete(module.relativeModuleId);
    this.#ended.add(module);
    this.#tell(this.#ended, [], false);
  }

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
    this.#tell(modules, unhandled, true);
  }

  #tell(modules: Iterable<TestModule>, unhandled: readonly unknown[], isOver: boolean): void {
    const summary: Summary = { ...countOf(modules, unhandled), running: [...this.#running], isOver };
    if (process.env[supervised] === '1') process.send?.(summary);
  }
}

function countOf(modules: Iterable<TestModule>, unhandled: readonly unknown[]) {
  const count = { passed: 0, failed: unhandled.length, skipped: 0 };
  for (const module of modules) {
    for (const test of module.children.allTests()) {
      const { state } = test.result();
      if (state === 'passed') count.passed += 1;
      else if (state === 'skipped') count.skipped += 1;
      else count.failed += 1;
    }
    const brokenSuites = [...module.children.allSuites()].filter((suite) => suite.errors().length > 0).length;
    count.failed += module.errors().length + brokenSuites;
  }
  return count;
}
