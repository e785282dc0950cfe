import { execFile } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { setPriority } from 'node:os';
import { promisify } from 'node:util';

/** Node knows niceness alone. Of util-linux and of BusyBox; the short name of the option is the one that both know. */
const chrtIdle = ['chrt', '-i', '0'] as const;
/** Where Linux's policy for what may wait is not to be had. */
const niceness = 19;
/** Of 1000: the first that the kernel ends when memory runs out. */
const oomScore = 900;

/**
 * What a command is begun with so that it computes only when nobody else wants to: under SCHED_IDLE (sched(7)) it gives the core back as soon as
 * a thread of Gridbell wakes, where one that is merely nice ends its slice. Empty: this system has no such policy, or no `chrt`.
 */
export async function whenIdle(): Promise<readonly string[]> {
  try {
    await promisify(execFile)(chrtIdle[0], [...chrtIdle.slice(1), 'true']);
    return chrtIdle;
  } catch {
    return [];
  }
}

/**
 * Behind everything else that runs on the machine, as far as the system takes it; a process that has ended already is none.
 *
 * `isSession`: it leads a session of its own, which is a group of its own to Linux's scheduler (sched(7), autogroup): among groups neither a
 * process's niceness nor its policy says anything.
 */
export function stepBack(pid: number, isSession: boolean): void {
  try {
    setPriority(pid, niceness);
  } catch {
    // It has ended already.
  }
  writeFile(`/proc/${pid}/oom_score_adj`, String(oomScore)).catch(() => undefined);
  if (isSession) writeFile(`/proc/${pid}/autogroup`, String(niceness)).catch(() => undefined);
}
