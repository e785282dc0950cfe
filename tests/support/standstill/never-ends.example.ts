import { spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { it } from 'vitest';

it('never ends, and leaves a process behind', () => {
  const { pid } = spawn('sleep', ['600'], { stdio: 'inherit' });
  writeFileSync(process.env['LEFT_BEHIND'] ?? '', String(pid));
  // As an endless loop does, without a core of its own: no time limit within this process can end it.
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
});
