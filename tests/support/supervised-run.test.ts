import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, it, vi } from 'vitest';
import { superviseRun } from '#tests/support/supervised-run.ts';
import { temporaryDirectory } from '#tests/support/temporary-directory.ts';

afterEach(() => vi.useRealTimers());

const config = 'tests/support/standstill/vitest.config.ts';

it('ends a run that stands still, names what never ended, and leaves nothing of it behind', async () => {
  using directory = temporaryDirectory();
  const leftBehind = join(directory.path, 'pid');
  const said: string[] = [];
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  const quietMs = 600_000;
  const summary = await superviseRun({
    words: ['--config', config, '/ends.example', 'never-ends'],
    env: { LEFT_BEHIND: leftBehind },
    quietMs,
    say: (line) => said.push(line),
    hear: ({ passed, running }) => {
      if (passed === 1 && running.length === 1)
        void whenWritten(leftBehind).then(() => vi.advanceTimersByTime(quietMs));
    },
  });
  expect(summary).toMatchObject({ passed: 1, failed: 1 });
  expect(said).toEqual([
    'for 10 min no test ended and no test file began. Still running, so ended as failed:',
    '  tests/support/standstill/never-ends.example.ts',
  ]);
  const pid = Number(readFileSync(leftBehind, 'utf8'));
  expect(pid).toBeGreaterThan(1);
  await expect.poll(() => isAlive(pid)).toBe(false);
});

it('is gone with whoever watched it, kill -9 too', async () => {
  using directory = temporaryDirectory();
  const leftBehind = join(directory.path, 'pid');
  const watcher = spawn(process.execPath, ['tests/support/standstill/run.ts', config], {
    stdio: 'ignore',
    env: { ...process.env, LEFT_BEHIND: leftBehind },
  });
  await whenWritten(leftBehind);
  watcher.kill('SIGKILL');
  const pid = Number(readFileSync(leftBehind, 'utf8'));
  await expect.poll(() => isAlive(pid)).toBe(false);
});

it('names a file that never ends before its first test', async () => {
  const said: string[] = [];
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  const quietMs = 60_000;
  const summary = await superviseRun({
    words: ['--config', config, 'never-loads'],
    env: { NEVER_LOADS: '1' },
    quietMs,
    say: (line) => said.push(line),
    hear: ({ running }) => {
      if (running.length === 1) vi.advanceTimersByTime(quietMs);
    },
  });
  expect(summary).toMatchObject({ passed: 0, failed: 1 });
  expect(said.at(-1)).toBe('  tests/support/standstill/never-loads.example.ts');
});

it('passes on what a run came to, and what of it failed without a test', async () => {
  const order = { quietMs: 600_000, say: () => expect.unreachable() };
  const passed = await superviseRun({
    ...order,
    words: ['--config', config, '/ends.example'],
  });
  expect(passed).toEqual({ passed: 1, failed: 0, skipped: 0, running: [], isOver: true });
  const nothing = await superviseRun({ ...order, words: ['--config', config, 'no-such-file'] });
  expect(nothing).toMatchObject({ passed: 0, failed: 1 });
});

async function whenWritten(path: string): Promise<void> {
  for (;;) {
    try {
      if (readFileSync(path, 'utf8') !== '') return;
    } catch {
      // Not yet.
    }
    await new Promise((resolve) => setImmediate(resolve));
  }
}

/** One that is dead and not yet waited for is none. */
function isAlive(pid: number): boolean {
  try {
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
  } catch {
    return false;
  }
}
