import { GridbellError } from '#model/errors.ts';

/** How often a merge that lost against somebody else's change is made anew before the caller is told. */
const mostAttempts = 3;

/**
 * Reads, merges and writes, anew when what was read has changed until it was written (409 stale-version): what the
 * others said stands, and ours is merged into that. After three times the caller hears it.
 */
export async function mergeFresh<T>(readMergeAndWrite: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await readMergeAndWrite();
    } catch (error) {
      const isStale = error instanceof GridbellError && error.code === 'stale-version';
      if (!isStale || attempt === mostAttempts) throw error;
    }
  }
}
