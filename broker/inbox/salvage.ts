import { copyFileSync, existsSync, linkSync, mkdirSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { carveBatches } from '#broker/inbox/carve.ts';
import { createSegmentFile, fileOf, listSegments, syncDirectory } from '#broker/inbox/segment-files.ts';
import type { Position } from '#model/brand.ts';
import type { Seal } from '#model/seal.ts';

/** A segment whose file was damaged and that was written anew from what could be read of it. */
export interface Salvaged {
  readonly first: Position;
  /** Where the damaged file is now; its log, if it had one, beside it. */
  readonly file: string;
  readonly batches: number;
  readonly records: number;
}

const finished = '.salvaged';
const beside = ['', '-wal'] as const;

/**
 * Writes a segment anew with all batches that can still be read, in order, and moves the damaged file to `damaged/`.
 * Nobody may have it open. Killed anywhere, `finishSalvages` ends it. `mark`: of the key. Throws what the file system says.
 */
export function salvageSegment(
  directory: string,
  first: Position,
  sealing: { readonly seal: Seal; readonly mark: number },
): Salvaged {
  const file = fileOf(directory, first);
  const next = listSegments(directory).find((one) => one > first) ?? Number.MAX_SAFE_INTEGER;
  const batches = carveBatches(file, sealing.seal).filter(
    (batch) => batch.first >= first && batch.first < next,
  );
  createSegmentFile(file + finished, { mark: sealing.mark, batches });
  syncDirectory(directory);
  return {
    first,
    file: putInPlace(directory, first),
    batches: batches.length,
    records: batches.reduce((sum, { count }) => sum + count, 0),
  };
}

/** Ends what a crash interrupted. To be called before any segment is opened. */
export function finishSalvages(directory: string): void {
  for (const name of readdirSync(directory)) {
    const first = new RegExp(`^(\\d{16})\\.db\\${finished}$`).exec(name)?.[1];
    if (first !== undefined) putInPlace(directory, Number(first) as Position);
  }
}

/** The log goes first: beside the new file SQLite would take it for its own. */
function putInPlace(directory: string, first: Position): string {
  const file = fileOf(directory, first);
  const kept = keepDamaged(directory, file, { suffixes: beside, keep: link });
  for (const suffix of ['-wal', '-shm']) rmSync(file + suffix, { force: true });
  renameSync(file + finished, file);
  syncDirectory(directory);
  return kept;
}

/** Copies the log of a segment under a name of its own into `damaged/`; answers that name, null when there is no room for it. */
export function copyLog(directory: string, file: string): string | null {
  let begun: string | null = null;
  try {
    return keepDamaged(directory, file, {
      suffixes: ['-wal'],
      keep: (from, to) => {
        begun = to;
        copyFileSync(from, to);
      },
    });
  } catch (error) {
    if (begun !== null) rmSync(begun, { force: true });
    // To go on is worth more than the copy.
    if (error instanceof Error && 'code' in error && error.code === 'ENOSPC') return null;
    throw error;
  }
}

function keepDamaged(
  directory: string,
  file: string,
  {
    keep,
    suffixes,
  }: { readonly suffixes: readonly string[]; readonly keep: (from: string, to: string) => void },
): string {
  const into = join(directory, 'damaged');
  mkdirSync(into, { recursive: true, mode: 0o700 });
  const name = freeName(into, file.slice(directory.length + 1));
  for (const suffix of suffixes) {
    if (existsSync(file + suffix)) keep(file + suffix, join(into, name + suffix));
  }
  syncDirectory(into);
  syncDirectory(directory);
  return join(into, name + (suffixes[0] ?? ''));
}

function freeName(into: string, name: string): string {
  const taken = new Set(readdirSync(into));
  const isTaken = (candidate: string): boolean => taken.has(candidate) || taken.has(`${candidate}-wal`);
  let free = name;
  for (let number = 2; isTaken(free); number++) free = `${name}.${number}`;
  return free;
}

/** A second name takes no room; where the file system knows none, a copy does. */
function link(from: string, to: string): void {
  try {
    linkSync(from, to);
  } catch {
    copyFileSync(from, to);
  }
}
