import { readFile, rm, writeFile } from 'node:fs/promises';

/** Which process it is: numbers of processes come again, with another beginning. */
interface Running {
  readonly pid: number;
  /** In ticks since the machine began, as /proc has it. */
  readonly begunTicks: string;
}

/** Remembers the process of flows, for a Gridbell that was killed. */
export async function remember(path: string, pid: number): Promise<void> {
  const begunTicks = await begunTicksOf(pid);
  if (begunTicks !== null) await writeFile(path, JSON.stringify({ pid, begunTicks }), { mode: 0o600 });
}

/**
 * Ends a process of flows that outlived the Gridbell that started it. It ends by itself when its input does, unless a flow in it
 * computes without end. Answers whether there was one; where the system has no /proc, it is not known.
 */
export async function endLeftover(path: string): Promise<boolean> {
  let left: Running;
  try {
    left = JSON.parse(await readFile(path, 'utf8')) as Running;
  } catch {
    return false;
  }
  await rm(path, { force: true });
  const begunTicks = await begunTicksOf(left.pid);
  if (begunTicks === null || begunTicks !== left.begunTicks) return false;
  // With all that it started, where it leads a group.
  return [-left.pid, left.pid].some((target) => {
    try {
      return process.kill(target, 'SIGKILL');
    } catch {
      return false;
    }
  });
}

async function begunTicksOf(pid: number): Promise<string | null> {
  try {
    const stat = await readFile(`/proc/${pid}/stat`, 'utf8');
    // The 22nd field; the second, a name, may hold blanks.
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? null;
  } catch {
    return null;
  }
}
