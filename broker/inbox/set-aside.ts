import { closeSync, fsyncSync, mkdirSync, openSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type SealedBatch, syncDirectory } from '#broker/inbox/segment-files.ts';
import { type Position, position } from '#model/brand.ts';

/** A damaged batch that was set aside: where its sealed bytes are, and the positions that reading passes over. */
export interface CopiedBatch {
  readonly file: string;
  readonly from: Position;
  readonly to: Position;
}

/**
 * Writes a damaged batch's sealed bytes to `damaged/FIRST.bin`, synced. `next`: where the next batch begins; a damaged
 * count must not reach into it. Throws what the file system says.
 */
export function copyDamaged(directory: string, batch: SealedBatch, next: Position | undefined): CopiedBatch {
  const into = join(directory, 'damaged');
  mkdirSync(into, { recursive: true, mode: 0o700 });
  const file = join(into, `${batch.first}.bin`);
  const descriptor = openSync(file, 'w', 0o600);
  try {
    writeFileSync(descriptor, batch.sealed);
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
  syncDirectory(into);
  syncDirectory(directory);
  const behind = Math.min(batch.first + batch.count, next ?? Number.MAX_SAFE_INTEGER);
  return { file, from: batch.first, to: position(behind - 1) };
}
