import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { getPriority } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { whenIdle } from '#app/flows/priority.ts';
import { startFlowsChild } from '#tests/app/support/flows-child.ts';
import { temporaryDirectory } from '#tests/support/temporary-directory.ts';

/** Linux's number for SCHED_IDLE. */
const idle = '5';

const proc = (pid: number | 'self', name: string): string =>
  readFileSync(`/proc/${pid}/${name}`, 'utf8').trim();

/** From the third field of /proc/PID/stat on: the second, a name, may hold blanks. */
const stat = (pid: number | 'self', path = 'stat') => {
  const text = proc(pid, path);
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  return { group: fields[2], session: fields[3], policy: fields[38] };
};

async function running(mayStartOthers: boolean) {
  const directory = temporaryDirectory();
  const program = join(directory.path, 'child.cjs');
  writeFileSync(program, 'process.stdin.resume()');
  const child = startFlowsChild({
    program,
    userDir: directory.path,
    before: await whenIdle(),
    mayStartOthers,
  });
  const pid = child.pid ?? 0;
  return {
    pid,
    [Symbol.asyncDispose]: async () => {
      child.kill();
      await child.ended;
      directory[Symbol.dispose]();
    },
  };
}

it.skipIf(process.platform !== 'linux')(
  'a process of flows computes when nobody else wants to, and is the first to go when memory runs out',
  async () => {
    await using child = await running(false);
    const { pid } = child;
    expect(getPriority(pid)).toBe(19);
    await expect.poll(() => proc(pid, 'oom_score_adj')).toBe('900');
    await expect.poll(() => stat(pid).policy).toBe(idle);
    // In the scheduler's group of those that it is to let pass.
    expect(stat(pid).session).toBe(stat('self').session);
    // Each of its threads, such as those that collect garbage.
    await expect.poll(() => readdirSync(`/proc/${pid}/task`).length).toBeGreaterThan(4);
    for (const thread of readdirSync(`/proc/${pid}/task`))
      expect(stat(pid, `task/${thread}/stat`).policy).toBe(idle);
  },
);

it('one that may start others leads a group, which stands behind all others, too', async () => {
  await using child = await running(true);
  const { pid } = child;
  if (process.platform === 'linux') expect(stat(pid).group).toBe(String(pid));
  // Only kernels that are built so have such groups.
  if (existsSync('/proc/self/autogroup'))
    await expect.poll(() => proc(pid, 'autogroup')).toMatch(/^\/autogroup-\d+ nice 19$/);
});
