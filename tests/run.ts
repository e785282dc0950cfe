/**
 * `npm test`: installs what is missing where it may, runs every test, and closes with one line `N passed, N failed`.
 * A run that ends without figures (a crash of the runner itself) counts as a failure.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { buildConsole } from '#tests/support/browser/built-console.ts';
import { installRequirements } from '#tests/support/requirements.ts';
import { type Summary, summaryFile } from '#tests/support/summary-reporter.ts';
import { thisNodeFirst } from '#tests/support/this-node-first.ts';

const long = process.argv.includes('--long');
const filters = process.argv.slice(2).filter((argument) => argument !== '--long');

const missing = installRequirements();
if (missing.length > 0) {
  process.stderr.write(`${missing.join('\n')}\n`);
  process.stdout.write(`0 passed, ${missing.length} failed\n`);
  process.exit(1);
}

await buildConsole();
rmSync(summaryFile(), { force: true });
const run = spawnSync(process.execPath, ['node_modules/vitest/vitest.mjs', 'run', ...filters], {
  stdio: 'inherit',
  env: { ...thisNodeFirst(), GRIDBELL_TEST_LONG: long ? '1' : '0' },
});

const summary: Summary = existsSync(summaryFile())
  ? (JSON.parse(readFileSync(summaryFile(), 'utf8')) as Summary)
  : { passed: 0, failed: 1, skipped: 0 };
if (run.status !== 0 && summary.failed === 0) summary.failed = 1;
if (summary.passed === 0 && summary.failed === 0) summary.failed = 1;

if (summary.skipped > 0)
  process.stdout.write(`${summary.skipped} skipped: this machine has not what they need (above, marked ↓)\n`);
process.stdout.write(`${summary.passed} passed, ${summary.failed} failed\n`);
process.exit(summary.failed === 0 ? 0 : 1);
