import { spawn } from 'node:child_process';
import { nothingYet, type Summary, supervised } from '#tests/support/summary-reporter.ts';
import { thisNodeFirst } from '#tests/support/this-node-first.ts';

export interface RunOrder {
  /** What is said to the test runner. */
  readonly words: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** How long no file may begin or end, nor a test end, in ms. */
  readonly quietMs: number;
  readonly say: (line: string) => void;
  /** Each time a file begins or ends, or a test ends. */
  readonly hear?: (summary: Summary) => void;
}

/** Of a session of its own it hears none of them by itself. */
const interruptions = ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGQUIT'] as const;

/**
 * Runs the test runner, and answers what came of it. A test in an endless loop stops the process that would have to tell
 * of its time limit: so the run is watched from here, ended when it stands still, and the files that were running are named
 * and count as failed. Its whole process group goes with it: what a test leaves behind would hold whoever reads the output.
 */
export async function superviseRun({ words, env = {}, quietMs, say, hear }: RunOrder): Promise<Summary> {
  const child = spawn(process.execPath, ['node_modules/vitest/vitest.mjs', 'run', ...words], {
    // A group of its own, by which all of it can be ended.
    detached: true,
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    env: { ...thisNodeFirst(), ...env, [supervised]: '1' },
  });
  const end = (signal: NodeJS.Signals) => {
    try {
      if (child.pid !== undefined) process.kill(-child.pid, signal);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
    }
  };
  let summary = nothingYet;
  const standstill = setTimeout(() => {
    const minutes = Math.round(quietMs / 60_000);
    say(`for ${minutes} min no test ended and no test file began. Still running, so ended as failed:`);
    for (const file of summary.running) say(`  ${file}`);
    if (summary.running.length === 0) say('  no file: the runner itself');
    end('SIGKILL');
  }, quietMs);
  child.on('message', (message: Summary) => {
    summary = message;
    standstill.refresh();
    hear?.(message);
  });
  const interrupted = (signal: NodeJS.Signals) => end(signal);
  for (const signal of interruptions) process.on(signal, interrupted);
  try {
    const status = await new Promise<number | null>((resolve, reject) => {
      child.on('error', reject).on('close', resolve);
    });
    return judged(summary, status);
  } finally {
    clearTimeout(standstill);
    for (const signal of interruptions) process.off(signal, interrupted);
    end('SIGKILL');
  }
}

/** A run that ends before it said so, or with an error that no test has, is a failure, too. */
function judged(summary: Summary, status: number | null): Summary {
  const { passed, failed, running, isOver } = summary;
  const lost = isOver ? 0 : Math.max(1, running.length);
  const unexplained = isOver && failed === 0 && (status !== 0 || passed === 0) ? 1 : 0;
  return { ...summary, failed: failed + lost + unexplained };
}
