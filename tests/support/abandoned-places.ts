import { readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { messageOf } from '#model/errors.ts';

export interface AbandonedPlaces {
  readonly directory: string;
  /** Of their names; what follows is the id of the process that made it. */
  readonly prefix: string;
  readonly warn: (text: string) => void;
  /** Default: with all that is in it. Throws what the file system says. */
  readonly remove?: (path: string) => void;
}

/**
 * Removes what runs left behind that were killed: memory that nobody would give back. What cannot be removed (a small disk
 * of a test is still mounted in it) is said once and left: it takes room, but hinders no run.
 */
export function removeAbandoned({ directory, prefix, remove = removeAll, warn }: AbandonedPlaces): void {
  const left: string[] = [];
  for (const name of readdirSync(directory)) {
    if (!name.startsWith(prefix) || isRunning(Number(name.slice(prefix.length)))) continue;
    const path = join(directory, name);
    try {
      remove(path);
    } catch (error) {
      left.push(`${path} (${messageOf(error)})`);
    }
  }
  if (left.length > 0)
    warn(`left by runs that were killed, and cannot be removed (still mounted?): ${left.join(', ')}`);
}

const removeAll = (path: string): void => rmSync(path, { recursive: true, force: true });

function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}
