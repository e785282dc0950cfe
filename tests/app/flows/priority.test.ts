import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { getPriority } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { startFlowsChild } from '#tests/app/support/flows-child.ts';
import { temporaryDirectory } from '#tests/support/temporary-directory.ts';

it('a process of flows stands behind all others, by itself and as a group of the scheduler', async () => {
  using directory = temporaryDirectory();
  const program = join(directory.path, 'child.cjs');
  writeFileSync(program, 'setInterval(() => {}, 1000)');
  const child = startFlowsChild({ program, userDir: directory.path });
  const pid = child.pid ?? 0;
  expect(getPriority(pid)).toBe(19);
  const proc = (name: string): string => readFileSync(`/proc/${pid}/${name}`, 'utf8').trim();
  if (existsSync('/proc/self/oom_score_adj')) await expect.poll(() => proc('oom_score_adj')).toBe('900');
  // Only kernels that are built so have such groups.
  if (existsSync('/proc/self/autogroup'))
    await expect.poll(() => proc('autogroup')).toMatch(/^\/autogroup-\d+ nice 19$/);
  child.kill();
  await child.ended;
});
