import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { expect } from 'vitest';

/** What the process does beside appending. */
export type AppendingMode = 'append' | 'maintain' | 'purge';

/**
 * Lets a process append to a file or a server (appending-process.ts) until it has said `lines` positions and a moment more, kills it;
 * answers the last one said.
 */
export async function appendAndKill(where: string, mode: AppendingMode, lines: number): Promise<number> {
  const script = join(import.meta.dirname, 'appending-process.ts');
  const child = spawn(process.execPath, [script, where, mode], { stdio: ['ignore', 'pipe', 'inherit'] });
  const exited = once(child, 'exit');
  let last = 0;
  let said = 0;
  for await (const line of createInterface({ input: child.stdout })) {
    last = Number(line);
    said += 1;
    // Where in the next append or sort it dies is left to chance.
    if (said === lines) setTimeout(() => child.kill('SIGKILL'), Math.random() * 25);
  }
  const [, signal] = await exited;
  expect(signal).toBe('SIGKILL');
  return last;
}
