import { readdirSync, readFileSync } from 'node:fs';

/** Of /proc/PID/stat: the state and the process that began it stand behind the name, which may hold blanks. */
function statOf(pid: number): { readonly state: string; readonly parent: number } | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const [state = '', parent] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return { state, parent: Number(parent) };
  } catch {
    // It is gone.
    return null;
  }
}

/** The processes that one began and that run: of every Linux, where not each tells it of a process itself. */
export const childrenOf = (pid: number): number[] =>
  readdirSync('/proc')
    .map(Number)
    .filter((each) => each > 0)
    .filter((each) => statOf(each)?.parent === pid && isRunning(each));

/** One that is dead and not yet waited for is none. */
export function isRunning(pid: number): boolean {
  const stat = statOf(pid);
  return stat !== null && stat.state !== 'Z';
}
