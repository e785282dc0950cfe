import { readFile } from 'node:fs/promises';

/** What the operating system says of a process. */
export interface ProcessVitals {
  /** Resident, and what of it the system put into swap: a leak on a machine that swaps is as large. */
  readonly rssBytes: number;
  /** Time on the processor since it began; null: not known. */
  readonly cpuMs: number | null;
}

/** How a process is found out about. */
export type ReadVitals = (pid: number) => Promise<ProcessVitals | null>;

/** Linux tells times of processes in hundredths of a second, whatever its own clock (USER_HZ). */
const tickMs = 10;

/** Null: it has ended, or the system has no /proc. */
export async function readVitals(pid: number): Promise<ProcessVitals | null> {
  try {
    const [status, stat] = await Promise.all([
      readFile(`/proc/${pid}/status`, 'utf8'),
      readFile(`/proc/${pid}/stat`, 'utf8'),
    ]);
    return vitalsOf(status, stat);
  } catch {
    return null;
  }
}

/** Of /proc/PID/status and /proc/PID/stat; null: it has no memory any more. */
export function vitalsOf(status: string, stat: string): ProcessVitals | null {
  const kilobytes = /^VmRSS:\s*(\d+) kB/m.exec(status)?.[1];
  if (kilobytes === undefined) return null;
  const swapped = /^VmSwap:\s*(\d+) kB/m.exec(status)?.[1] ?? '0';
  // The name of the program stands in brackets and may hold blanks; utime and stime are the 14th and 15th.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return {
    rssBytes: (Number(kilobytes) + Number(swapped)) * 1_024,
    cpuMs: (Number(fields[11]) + Number(fields[12])) * tickMs,
  };
}
