import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { expect, it } from 'vitest';
import { openDataDirectory } from '#app/directory.ts';
import { temporaryDirectory } from '#tests/support/temporary-directory.ts';
import { platformEnvironment } from './support/running-platform.ts';

it.each([
  ['npm', ['start', '--silent']],
  [process.execPath, ['cli/gridbell.js', 'start']],
])('SIGTERM to what `%s %s` started ends the platform in order, with 0', async (command, args) => {
  using directory = temporaryDirectory();
  const child = spawn(command, args, {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: platformEnvironment(directory.path),
  });
  for await (const line of createInterface({ input: child.stdout }))
    if (line.includes('"msg":"ready"')) break;
  child.kill('SIGTERM');
  expect(await once(child, 'exit')).toEqual([0, null]);
});

it('a data directory that is in use is refused in one line', async () => {
  using directory = temporaryDirectory();
  const start = () =>
    spawn(process.execPath, ['cli/main.ts', 'start'], {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: platformEnvironment(directory.path),
    });
  const first = start();
  for await (const line of createInterface({ input: first.stdout }))
    if (line.includes('"msg":"ready"')) break;
  const second = start();
  const lines: string[] = [];
  createInterface({ input: second.stderr }).on('line', (line) => lines.push(line));
  expect((await once(second, 'close'))[0]).toBe(1);
  expect(lines).toHaveLength(1);
  expect(lines[0]).toMatch(/in use/);
  first.kill('SIGTERM');
  await once(first, 'exit');
});

it('a platform that npx started stops in order when npx is ended', async () => {
  using directory = temporaryDirectory();
  const npx = spawn('npx', ['gridbell', 'start'], {
    stdio: ['ignore', 'pipe', 'ignore'],
    env: platformEnvironment(directory.path),
  });
  for await (const line of createInterface({ input: npx.stdout })) if (line.includes('"msg":"ready"')) break;
  npx.kill('SIGTERM');
  // The output ends with the platform, which outlives npx; then its data directory is free.
  npx.stdout.resume();
  await once(npx, 'close');
  openDataDirectory(directory.path)[Symbol.dispose]();
});

it('a platform whose starter ended while it was starting does not stay behind', async () => {
  using directory = temporaryDirectory();
  const starter = spawn('true');
  const gone = starter.pid;
  await once(starter, 'exit');
  const platform = spawn(process.execPath, ['cli/gridbell.js', 'start'], {
    stdio: 'ignore',
    env: { ...platformEnvironment(directory.path), GRIDBELL_PARENT: String(gone) },
  });
  expect(await once(platform, 'exit')).toEqual([0, null]);
  openDataDirectory(directory.path)[Symbol.dispose]();
});
