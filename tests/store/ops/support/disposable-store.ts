import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openOpsReader } from '#store/ops/open-reader.ts';
import { openOpsWriter } from '#store/ops/open-writer.ts';
import type { OpsReader } from '#store/ops/reader.ts';
import type { OpsWriter } from '#store/ops/writer.ts';

export const quarantineKey = new Uint8Array(32).fill(7);

/** A directory that goes when the test ends. */
export function disposableDirectory(): Disposable & { readonly path: string } {
  const path = mkdtempSync(join(tmpdir(), 'gridbell-ops-'));
  return { path, [Symbol.dispose]: () => rmSync(path, { recursive: true, force: true }) };
}

/** An empty ops store with its writer and a reader; closed and gone when the test ends. */
export async function disposableStore(): Promise<
  AsyncDisposable & { readonly path: string; readonly writer: OpsWriter; readonly reader: OpsReader }
> {
  const directory = disposableDirectory();
  const path = join(directory.path, 'ops.db');
  const writer = await openOpsWriter(path, { quarantineKey });
  const reader = openOpsReader(path, { quarantineKey });
  return {
    path,
    writer,
    reader,
    [Symbol.asyncDispose]: () => {
      reader.close();
      writer.close();
      directory[Symbol.dispose]();
      return Promise.resolve();
    },
  };
}
