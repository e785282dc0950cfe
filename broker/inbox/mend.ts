import { existsSync } from 'node:fs';
import { openBatch } from '#broker/inbox/batch.ts';
import { carveBatches } from '#broker/inbox/carve.ts';
import { DamagedSegment } from '#broker/inbox/damaged.ts';
import { copyLog, salvageSegment } from '#broker/inbox/salvage.ts';
import { Segment } from '#broker/inbox/segment.ts';
import { fileOf, listSegments, type SealedBatch } from '#broker/inbox/segment-files.ts';
import { copyDamaged } from '#broker/inbox/set-aside.ts';
import { readLog } from '#broker/inbox/write-ahead-log.ts';
import { type Position, position } from '#model/brand.ts';
import { messageOf } from '#model/errors.ts';
import type { Seal } from '#model/seal.ts';

/** What was found damaged and what was done about it: to be said loudly. */
export interface Finding {
  /** In words. */
  readonly message: string;
  /** What was damaged, and where a copy of it is; null: there was no room for one. */
  readonly file: string;
  readonly copy: string | null;
  /** Positions whose records are lost, as far as they are known. */
  readonly from?: Position;
  readonly to?: Position;
  /** Bytes of the write-ahead log that were cut off. */
  readonly cutBytes?: number;
  /** Records that were read in spite of it. */
  readonly rescued?: number;
}

export interface Mended {
  readonly findings: readonly Finding[];
  /** The last position that is known to have been given; 0 when nothing says so. */
  readonly given: Position;
}

/** More records than a batch ever held: a count that was damaged, too. */
const mostInBatch = 1_000_000;

interface Sealing {
  readonly seal: Seal;
  /** Of the key, which must be the right one. */
  readonly mark: number;
}

/**
 * Brings the segments into a state to go on in, after a power cut or a failing disk: writes a file anew that SQLite cannot
 * read, takes batches out of a log that SQLite drops behind a torn one, and cuts batches off the end that do not open. All
 * damaged bytes are kept in `damaged/`. Of older segments only those are touched that have a log beside them: the others
 * are mended when they are read. Throws what the file system says.
 */
export function mendInbox(directory: string, sealing: Sealing): Mended {
  const findings: Finding[] = [];
  const segments = listSegments(directory);
  let given = position(0);
  for (const [index, first] of segments.entries()) {
    const isNewest = index === segments.length - 1;
    if (!isNewest && !existsSync(`${fileOf(directory, first)}-wal`)) continue;
    const segment = mendLog(directory, first, sealing, findings);
    try {
      if (isNewest) given = cutOffDamaged(directory, segment, { seal: sealing.seal, findings });
    } finally {
      segment.closeWhole();
    }
  }
  return { findings, given };
}

function mendLog(directory: string, first: Position, sealing: Sealing, findings: Finding[]): Segment {
  const file = fileOf(directory, first);
  // Before SQLite opens it and forgets what it drops.
  const { droppedBytes } = readLog(`${file}-wal`);
  if (droppedBytes === 0) return openOrSalvage(directory, first, sealing, findings);
  const copy = copyLog(directory, file);
  const found = carveBatches(file, sealing.seal);
  const next = listSegments(directory).find((one) => one > first) ?? Number.MAX_SAFE_INTEGER;
  const segment = openOrSalvage(directory, first, sealing, findings);
  const rescued = putBack(
    segment,
    found.filter((batch) => batch.first < next),
  );
  findings.push({
    message:
      'the log of the inbox ended in a batch that is not whole: it was cut off. After a power cut that is usual, and ' +
      'such a batch was not acknowledged; after anything else check the disk',
    file: `${file}-wal`,
    copy,
    from: position(segment.last + 1),
    cutBytes: droppedBytes,
    rescued,
  });
  return segment;
}

function openOrSalvage(directory: string, first: Position, sealing: Sealing, findings: Finding[]): Segment {
  try {
    const segment = Segment.openForAppend(directory, first);
    try {
      segment.check();
      return segment;
    } catch (error) {
      segment.close();
      throw error;
    }
  } catch (error) {
    if (!(error instanceof DamagedSegment)) throw error;
    const { file, records } = salvageSegment(directory, first, sealing);
    const message = `a file of the inbox was damaged (${messageOf(error.cause)}) and is written anew from what could be read`;
    findings.push({ message, file: error.file, copy: file, rescued: records });
    return Segment.openForAppend(directory, first);
  }
}

/** Those that stand behind the last one, and those that are missing in between. */
function putBack(segment: Segment, found: readonly SealedBatch[]): number {
  let records = 0;
  for (const batch of found) {
    const before = segment.batchAtOrBefore(position(batch.first + batch.count - 1));
    if (batch.first < segment.first || (before && before.first + before.count > batch.first)) continue;
    segment.insert(batch);
    records += batch.count;
  }
  return records;
}

/** Answers the last position that a batch which was cut off had. */
function cutOffDamaged(
  directory: string,
  segment: Segment,
  { findings, seal }: { readonly seal: Seal; readonly findings: Finding[] },
): Position {
  let given = position(0);
  for (;;) {
    const last = segment.batchAtOrBefore(position(Number.MAX_SAFE_INTEGER));
    const reason = last && damageOf(last, seal);
    if (!last || reason === null) return given;
    const { file, from, to } = copyDamaged(directory, last, undefined);
    segment.remove(last.first);
    if (to - from < mostInBatch) given = position(Math.max(given, to));
    findings.push({
      message: `the last batch of the inbox is damaged (${reason}) and was cut off: what it said is lost. Check the disk`,
      file: segment.file,
      copy: file,
      from,
      to,
    });
  }
}

function damageOf(batch: SealedBatch, seal: Seal): string | null {
  try {
    const records = openBatch(seal, batch.first, batch.sealed);
    return records.length === batch.count ? null : `it holds ${records.length} records, not ${batch.count}`;
  } catch (error) {
    return messageOf(error);
  }
}
