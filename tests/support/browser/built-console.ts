import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { thisNodeFirst } from '#tests/support/this-node-first.ts';

const folder = 'dashboards/console';
const built = join(folder, 'dist/index.html');
const lock = '.reports/console-build.lock';

/** Builds the console when it is not there or older than what it is made of; waits for another process that does. */
export async function buildConsole(): Promise<void> {
  while (!isUpToDate()) {
    if (takeLock()) {
      try {
        if (!isUpToDate()) build();
      } finally {
        rmSync(lock, { force: true });
      }
    } else await new Promise((resolve) => setTimeout(resolve, 200));
  }
}

function build(): void {
  const { status } = spawnSync(process.execPath, ['dashboards/build-console.ts'], {
    stdio: 'inherit',
    // As it is served: what runs the tests says `test`, with which Vue keeps all that it tells those who develop.
    env: { ...thisNodeFirst(), NODE_ENV: 'production' },
  });
  if (status !== 0 || !isUpToDate()) throw new Error('the console cannot be built: npm run build:console');
}

/** The lock names the process that holds it: that of a build which was killed is nobody's. */
function takeLock(): boolean {
  mkdirSync('.reports', { recursive: true });
  try {
    writeFileSync(lock, String(process.pid), { flag: 'wx' });
    return true;
  } catch {
    if (!isRunning(Number(readLock()))) rmSync(lock, { force: true });
    return false;
  }
}

function readLock(): string {
  try {
    return readFileSync(lock, 'utf8');
  } catch {
    return '';
  }
}

function isRunning(pid: number): boolean {
  try {
    return pid > 0 && process.kill(pid, 0);
  } catch {
    return false;
  }
}

function isUpToDate(): boolean {
  if (!existsSync(built)) return false;
  const builtAt = statSync(built).mtimeMs;
  return sources().every((path) => statSync(path).mtimeMs <= builtAt);
}

/** Not the types of the API: they are made anew by each check, and nothing of them is in what is built. */
const sources = (): string[] => [
  join(folder, 'index.html'),
  join(folder, 'vite.config.ts'),
  ...['src', 'public'].flatMap((name) =>
    readdirSync(join(folder, name), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile() && entry.name !== 'schema.ts')
      .map((entry) => join(entry.parentPath, entry.name)),
  ),
];
