/**
 * `npm test`: installs what is missing where it may, runs every test, and closes with one line `N passed, N failed`.
 */
import { buildConsole } from '#tests/support/browser/built-console.ts';
import { installRequirements } from '#tests/support/requirements.ts';
import { superviseRun } from '#tests/support/supervised-run.ts';

const own = new Set(['--long', '--new-cases']);
const long = process.argv.includes('--long');
const newCases = process.argv.includes('--new-cases');
const words = process.argv.slice(2).filter((argument) => !own.has(argument));
const minute = 60_000;

const missing = installRequirements();
if (missing.length > 0) {
  process.stderr.write(`${missing.join('\n')}\n`);
  process.stdout.write(`0 passed, ${missing.length} failed\n`);
  process.exit(1);
}

await buildConsole();
const { passed, failed, skipped } = await superviseRun({
  words,
  env: { GRIDBELL_TEST_LONG: long ? '1' : '0', GRIDBELL_TEST_NEW_CASES: newCases ? '1' : '0' },
  // A test alone has eight minutes, flows that compute behind everything else twenty; of the long ones a file takes half an hour.
  quietMs: (long ? 60 : 30) * minute,
  say: (line) => process.stderr.write(`${line}\n`),
});

if (skipped > 0)
  process.stdout.write(`${skipped} skipped: this machine has not what they need (above, marked ↓)\n`);
process.stdout.write(`${passed} passed, ${failed} failed\n`);
process.exit(failed === 0 ? 0 : 1);
