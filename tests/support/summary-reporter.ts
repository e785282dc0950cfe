import type { Reporter, TestCase, TestModule } from 'vitest/node';

interface Count {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
}

/** What one run of the test runner came to so far. */
export interface Summary extends Count {
  /** Files that began and did not end, the one that began first ahead. */
  readonly running: readonly string[];
  readonly isOver: boolean;
}

export const nothingYet: Summary = { passed: 0, failed: 0, skipped: 0, running: [], isOver: false };

/** Set by tests/support/supervised-run.ts: what is said goes to it, and the process group is its. */
export const supervised = 'GRIDBELL_TEST_SUPERVISED';

/**
 * Tells whoever started the run how far it is, with each file that begins or ends and each test that ends. Counts tests, and counts as failed also
 * what has no test: a file that cannot be loaded, an error outside of any test.
 */
export default class SummaryReporter implements Reporter {
  /** Files that began and did not end. */
  readonly #running = new Set<string>();
  #count: Count = { passed: 0, failed: 0, skipped: 0 };

  constructor() {
    if (process.env[supervised] !== '1' || !process.send) return;
    // Whoever watched it is gone (kill -9), and nobody would end it any more.
    process.once('disconnect', () => process.kill(0, 'SIGKILL'));
    // Listening alone is no reason to go on.
    process.channel?.unref();
  }

  /** Before it is loaded: what never ends may stand outside of any test. */
  onTestModuleQueued(module: TestModule): void {
    this.#running.add(module.relativeModuleId);
    this.#tell(false);
  }

  onTestModuleEnd(module: TestModule): void {
    this.#running.delete(module.relativeModuleId);
    this.#count = sum(this.#count, countOf(module));
    this.#tell(false);
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
    this.#tell(false);
  }

  onTestRunEnd(modules: readonly TestModule[], unhandled: readonly unknown[]): void {
    this.#count = modules.map(countOf).reduce(sum, { passed: 0, failed: unhandled.length, skipped: 0 });
    this.#tell(true);
  }

  #tell(isOver: boolean): void {
    const summary: Summary = { ...this.#count, running: [...this.#running], isOver };
    if (process.env[supervised] === '1') process.send?.(summary);
  }
}

function countOf(module: TestModule): Count {
  const states = [...module.children.allTests()].map((test) => test.result().state);
  const passed = states.filter((state) => state === 'passed').length;
  const skipped = states.filter((state) => state === 'skipped').length;
  const brokenSuites = [...module.children.allSuites()].filter((suite) => suite.errors().length > 0).length;
  const failed = states.length - passed - skipped + module.errors().length + brokenSuites;
  return { passed, failed, skipped };
}

const sum = (a: Count, b: Count): Count => ({
  passed: a.passed + b.passed,
  failed: a.failed + b.failed,
  skipped: a.skipped + b.skipped,
});
