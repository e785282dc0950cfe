import { readFileSync, type Stats } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';

export interface ProcessUsage {
  /** Seconds of CPU of all threads since its start. */
  readonly cpuS: number;
  readonly rssBytes: number;
  /** Handed to the disk since its start, files that are gone again included. */
  readonly writtenBytes: number;
}

/** Linux counts CPU time in hundredths of a second for programs, whatever its own tick is. */
const ticksPerSecond = 100;

/** From /proc: Linux only. */
export function usageOf(pid: number): ProcessUsage {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  // Behind the name in brackets, which may hold spaces: state is field 3, utime and stime are 14 and 15.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const cpuS = (Number(fields[11]) + Number(fields[12])) / ticksPerSecond;
  const rss = /VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0;
  const written = /^write_bytes: (\d+)/m.exec(readFileSync(`/proc/${pid}/io`, 'utf8'))?.[1] ?? 0;
  return { cpuS, rssBytes: Number(rss) * 1_024, writtenBytes: Number(written) };
}

/** Bytes of all files below it. */
export const sizeOf = (directory: string): Promise<number> => sumOf(directory, ({ size }) => size);

/** Bytes that they take of the disk: holes take none. */
export const blocksOf = (directory: string): Promise<number> =>
  sumOf(directory, ({ blocks }) => blocks * blockBytes);

/** Of stat(2), whatever the file system's own are. */
const blockBytes = 512;

async function sumOf(directory: string, of: (file: Stats) => number): Promise<number> {
  const entries = await readdir(directory, { recursive: true });
  const sizes = await Promise.all(
    entries.map((entry) =>
      stat(join(directory, entry)).then(
        (found) => (found.isFile() ? of(found) : 0),
        () => 0,
      ),
    ),
  );
  return sizes.reduce((sum, size) => sum + size, 0);
}

/** Looks at a process again and again until it is stopped. */
export class MemoryWatch implements Disposable {
  maxRssBytes = 0;
  /** Once a second. */
  readonly bySecond: number[] = [];
  readonly #timers: readonly NodeJS.Timeout[];

  constructor(pid: number) {
    const look = (): number => {
      const { rssBytes } = usageOf(pid);
      this.maxRssBytes = Math.max(this.maxRssBytes, rssBytes);
      return rssBytes;
    };
    look();
    this.#timers = [setInterval(look, 100), setInterval(() => this.bySecond.push(look()), 1_000)];
  }

  [Symbol.dispose](): void {
    for (const timer of this.#timers) clearInterval(timer);
  }
}
