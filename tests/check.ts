/** `npm run check`: types, format and structure, lint, dead code. All of them run; one line each at
 * the end. */
import { spawn } from 'node:child_process';
import { text } from 'node:stream/consumers';
import { stopwatch } from '#model/clock.ts';
import { thisNodeFirst } from '#tests/support/this-node-first.ts';

interface Check {
  readonly name: string;
  readonly command: readonly [program: string, ...rest: string[]];
}

const bin = (name: string): string => `node_modules/.bin/${name}`;
/** What the others look at. */
const first: Check = {
  name: 'types of the API for the console',
  command: [process.execPath, 'dashboards/build-console.ts', '--types'],
};
/** The longest first: two run at a time. */
const checks: readonly Check[] = [
  { name: 'types of the console', command: [process.execPath, 'dashboards/console/check-types.js'] },
  { name: 'types', command: [bin('tsc'), '-p', '.'] },
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
];
const atATime = 2;

interface Result {
  readonly name: string;
  readonly passed: boolean;
  readonly seconds: number;
}

/** Says what the check said when it is over: lines of two at a time would be nobody's. */
async function run({ name, command: [program, ...rest] }: Check): Promise<Result> {
  const began = stopwatch();
  const child = spawn(program, rest, { stdio: ['ignore', 'pipe', 'pipe'], env: thisNodeFirst() });
  const ended = new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', resolve);
  });
  const [out, err, code] = await Promise.all([text(child.stdout), text(child.stderr), ended]);
  process.stdout.write(out);
  process.stderr.write(err);
  return { name, passed: code === 0, seconds: (stopwatch() - began) / 1000 };
}

const results: Result[] = [await run(first)];
const waiting = [...checks];
await Promise.all(
  Array.from({ length: atATime }, async () => {
    for (let next = waiting.shift(); next; next = waiting.shift()) results.push(await run(next));
  }),
);
for (const { name, passed, seconds } of results)
  process.stdout.write(`${passed ? 'ok  ' : 'FAIL'} ${name} (${seconds.toFixed(1)} s)\n`);
process.exit(results.every(({ passed }) => passed) ? 0 : 1);
