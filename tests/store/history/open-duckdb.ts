import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type DuckDbHistoryOptions, openDuckDbHistory } from '#store/history/duckdb/duckdb-history.ts';
import type { DisposableHistory } from '#tests/store/history.contract.ts';

export interface DisposableDuckDb extends DisposableHistory {
  /** The history's file. */
  readonly path: string;
}

/** A folder that is gone at the end of the test. */
export async function temporaryFolder(): Promise<AsyncDisposable & { readonly path: string }> {
  const path = await mkdtemp(join(tmpdir(), 'gridbell-history-'));
  return { path, [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true }) };
}

/** An embedded history in a temporary folder. */
export async function openTemporary(
  options: Omit<DuckDbHistoryOptions, 'path'> = {},
): Promise<DisposableDuckDb> {
  const folder = await temporaryFolder();
  const path = join(folder.path, 'history.duckdb');
  let history = await openDuckDbHistory({ ...options, path });
  return {
    path,
    get history() {
      return history;
    },
    async reopen() {
      await history.close();
      history = await openDuckDbHistory({ ...options, path });
      return history;
    },
    async [Symbol.asyncDispose]() {
      await history.close();
      await folder[Symbol.asyncDispose]();
    },
  };
}
