import { execFileSync } from 'node:child_process';
import { closeSync, ftruncateSync, mkdtempSync, openSync, rmSync, statfsSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Whether this machine lets a test mount a file system of its own: Linux, as root. */
export const canMount = process.platform === 'linux' && process.getuid?.() === 0 && mountWorks();

/** A file system of its own, in memory, that can be filled to the last byte; gone at the end of the test. */
export interface SmallDisk extends Disposable {
  readonly path: string;
  /** Free bytes, for whoever is not root too. */
  free(): number;
  /** Fills it, as somebody else would, until `leaveBytes` are free; called again it only takes more. */
  fill(leaveBytes?: number): void;
  /** Gives `bytes` of what `fill` took back; without a number all of it. */
  giveBack(bytes?: number): void;
  /** Remounts it so that nothing can be written, or so that it can again. */
  readOnly(isReadOnly: boolean): void;
}

/** Mounts a tmpfs of `megabytes`. */
export function smallDisk(megabytes: number): SmallDisk {
  const path = mkdtempSync(join(tmpdir(), 'gridbell-disk-'));
  execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${megabytes}m`, 'gridbell-test', path]);
  const filler = join(path, 'somebody-else');
  let taken = 0;
  const free = (): number => {
    const { bavail, bsize } = statfsSync(path);
    return bavail * bsize;
  };
  return {
    path,
    free,
    fill: (leaveBytes = 0) => {
      taken += fillUp(filler, taken, () => free() - leaveBytes);
    },
    giveBack: (bytes = taken) => {
      taken = Math.max(0, taken - bytes);
      const descriptor = openSync(filler, 'a');
      ftruncateSync(descriptor, taken);
      closeSync(descriptor);
    },
    readOnly: (isReadOnly) => {
      execFileSync('mount', ['-o', `remount,${isReadOnly ? 'ro' : 'rw'}`, path]);
    },
    [Symbol.dispose]: () => {
      // Lazily: a process that was killed may not be gone yet.
      execFileSync('umount', ['--lazy', path]);
      rmSync(path, { recursive: true, force: true });
    },
  };
}

/** Writes behind `from` until nothing is spare; answers how much it was. */
function fillUp(file: string, from: number, spare: () => number): number {
  const descriptor = openSync(file, 'a');
  const block = Buffer.alloc(64 * 1_024, 1);
  let written = 0;
  try {
    for (let rest = spare(); rest > 0; rest = spare())
      written += writeSync(descriptor, block, 0, Math.min(block.length, rest), from + written);
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ENOSPC')) throw error;
  } finally {
    closeSync(descriptor);
  }
  return written;
}

function mountWorks(): boolean {
  const path = mkdtempSync(join(tmpdir(), 'gridbell-disk-'));
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=1m', 'gridbell-test', path], { stdio: 'ignore' });
    execFileSync('umount', [path], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  } finally {
    rmSync(path, { recursive: true, force: true });
  }
}
