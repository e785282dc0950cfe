import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Benchmark, BenchOption, Figure, RunOptions } from '#bench/benchmark.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));

interface Choice {
  readonly name: string;
  readonly what: string;
  readonly options?: Readonly<Record<string, BenchOption>>;
  /** Measures each alternative once, in a directory that is gone afterwards. */
  readonly measure: (directory: string, options: RunOptions) => Promise<Figure[]>;
}

/**
 * A choice of ours and what it was chosen among, measured with the project's own classes: of this checkout alone. Each
 * run takes all alternatives, so that repeats take them by turns.
 */
export function choice({ measure, name, options = {}, what }: Choice): Benchmark {
  return {
    name,
    what,
    options,
    repeats: 3,
    peers: [],
    run: async (subject, runOptions) => {
      if (subject.kind !== 'gridbell' || subject.root !== root)
        throw new Error('choices are measured on this checkout alone');
      const directory = await mkdtemp(join(tmpdir(), 'gridbell-bench-'));
      try {
        return await measure(directory, runOptions);
      } finally {
        await rm(directory, { recursive: true, force: true });
      }
    },
  };
}
