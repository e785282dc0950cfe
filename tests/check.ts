/** `npm run check`: types, format and structure, lint, dead code. All of them run; one line each at the end. */
import { spawnSync } from 'node:child_process';
import { stopwatch } from '#model/clock.ts';
import { thisNodeFirst } from '#tests/support/this-node-first.ts';

const bin = (name: string): string => `node_modules/.bin/${name}`;
const checks = [
  // First: what it writes is what the others look at.
  {
    name: 'types of the API for the console',
    command: [process.execPath, 'dashboards/build-console.ts', '--types'],
  },
  { name: 'types', command: [bin('tsc'), '-p', '.'] },
  { name: 'types of the console', command: [process.execPath, 'dashboards/console/check-types.js'] },
  { name: 'format and structure', command: [bin('biome'), 'check', '--error-on-warnings', '.'] },
  { name: 'lint', command: [bin('oxlint'), '--type-aware', '--deny-warnings'] },
  { name: 'dead code', command: [bin('knip')] },
  {
    name: 'import directions',
    command: [
      process.execPath,
      'node_modules/vitest/vitest.mjs',
      'run',
      'tests/architecture.test.ts',
      '--reporter=dot',
    ],
  },
] as const;

const results = checks.map(({ name, command: [program, ...rest] }) => {
  const began = stopwatch();
  const { status } = spawnSync(program, rest, { stdio: 'inherit', env: thisNodeFirst() });
  return { name, passed: status === 0, seconds: (stopwatch() - began) / 1000 };
});
for (const { name, passed, seconds } of results) {
  process.stdout.write(`${passed ? 'ok  ' : 'FAIL'} ${name} (${seconds.toFixed(1)} s)\n`);
}
process.exit(results.every(({ passed }) => passed) ? 0 : 1);
