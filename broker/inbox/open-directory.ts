import { mkdirSync } from 'node:fs';
import { keyMark, refuseForeignKey } from '#broker/inbox/key-mark.ts';
import { type Finding, mendInbox } from '#broker/inbox/mend.ts';
import { finishSalvages } from '#broker/inbox/salvage.ts';
import { Segment } from '#broker/inbox/segment.ts';
import { createSegment, listSegments, removeUnfinished } from '#broker/inbox/segment-files.ts';
import { type Position, position } from '#model/brand.ts';
import { Seal } from '#model/seal.ts';

/** Positions that were given once and whose records the inbox does not hold. */
export interface SkippedPositions {
  readonly from: Position;
  readonly to: Position;
}

export interface OpenedDirectory {
  readonly seal: Seal;
  /** Of the key, for new segments. */
  readonly mark: number;
  readonly skipped: SkippedPositions | null;
  readonly findings: readonly Finding[];
}

/**
 * Puts the directory into the state that a writer goes on from: there is a segment, it can be written, and nothing in it is
 * torn. Throws GridbellError('invalid-input') when it is sealed with another key, or what the file system says.
 */
export function openDirectory({
  after,
  directory,
  key,
}: {
  readonly directory: string;
  readonly key: Uint8Array;
  readonly after: Position;
}): OpenedDirectory {
  const seal = new Seal(key, 'inbox');
  const mark = keyMark(key);
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  refuseForeignKey(directory, key, seal);
  finishSalvages(directory);
  removeUnfinished(directory);
  const { findings, given } = mendInbox(directory, { seal, mark });
  const skipped = ensureSegment(directory, { after, given, mark });
  return { seal, mark, skipped, findings };
}

/**
 * Sees to it that the newest segment goes on behind `after`, and behind what else is known to have been given; answers
 * what it had to leave out for `after`.
 */
function ensureSegment(
  directory: string,
  { after, given, mark }: { readonly after: Position; readonly given: Position; readonly mark: number },
): SkippedPositions | null {
  const newest = listSegments(directory).at(-1);
  const last = newest === undefined ? position(0) : lastOf(directory, newest);
  const behind = Math.max(last, after, given);
  if (newest === undefined || last < behind) createSegment(directory, position(behind + 1), mark);
  return last < after && given < after ? { from: position(Math.max(last, given) + 1), to: after } : null;
}

function lastOf(directory: string, first: Position): Position {
  const segment = Segment.openForRead(directory, first);
  try {
    return segment.last;
  } finally {
    segment.close();
  }
}
