import { openBatch } from '#broker/inbox/batch.ts';
import { setAsideIn } from '#broker/inbox/damaged.ts';
import { fileOf, listSegments } from '#broker/inbox/segment-files.ts';
import { type Position, position } from '#model/brand.ts';
import { messageOf } from '#model/errors.ts';
import { Seal } from '#model/seal.ts';
import { openUnchanged } from '#model/unchanged-database.ts';

export interface ExaminationOptions {
  readonly directory: string;
  /** The installation's inbox key; null: unknown, then no batch is opened. */
  readonly key: Uint8Array | null;
  /** Opens every batch, not only the newest, and reads every page. */
  readonly deep: boolean;
}

export interface Gap {
  readonly from: Position;
  readonly to: Position;
}

export interface InboxExamination {
  readonly segments: number;
  /** The last record; null: there is none. */
  readonly last: Position | null;
  /** Records that are missing between others. */
  readonly gaps: readonly Gap[];
  /** Files and batches that cannot be read, each with why. */
  readonly faults: readonly string[];
  /** Batches whose seal was opened. */
  readonly opened: number;
  /** Files of batches that were set aside as damaged. */
  readonly setAside: readonly string[];
}

interface Stretch {
  readonly first: number;
  readonly count: number;
}

/** Looks through the inbox and changes nothing of it. */
export function examineInbox(options: ExaminationOptions): InboxExamination {
  const faults: string[] = [];
  const stretches: Stretch[] = [];
  let opened = 0;
  const segments = listSegments(options.directory);
  for (const first of segments) {
    const file = fileOf(options.directory, first);
    try {
      const found = examineSegment(file, options, first === segments.at(-1));
      stretches.push({ first, count: 0 }, ...found.stretches);
      faults.push(...found.faults);
      opened += found.opened;
    } catch (error) {
      faults.push(`${file}: ${messageOf(error)}`);
    }
  }
  const end = stretches.at(-1);
  return {
    segments: segments.length,
    last: end === undefined || end.first + end.count <= 1 ? null : position(end.first + end.count - 1),
    gaps: gapsBetween(stretches),
    faults,
    opened,
    setAside: setAsideIn(options.directory),
  };
}

function examineSegment(
  file: string,
  { deep, key }: ExaminationOptions,
  isNewest: boolean,
): { readonly stretches: readonly Stretch[]; readonly faults: readonly string[]; readonly opened: number } {
  const database = openUnchanged(file);
  try {
    const faults: string[] = [];
    if (deep)
      for (const { quick_check: said } of database.prepare('pragma quick_check(1)').all())
        if (said !== 'ok') faults.push(`${file}: ${String(said)}`);
    const stretches = database
      .prepare('select first, count from batches order by first')
      .all() as unknown as Stretch[];
    const newest = isNewest ? stretches.slice(-1) : [];
    const wanted = deep ? stretches : newest;
    const seal = key && new Seal(key, 'inbox');
    const one = database.prepare('select sealed from batches where first = ?');
    for (const { count, first } of seal ? wanted : []) {
      const said = seal && whyClosed(seal, { count, first }, one.get(first)?.['sealed']);
      if (said) faults.push(`${file}, batch at record ${first}: ${said}`);
    }
    return { stretches, faults, opened: seal ? wanted.length : 0 };
  } finally {
    database.close();
  }
}

/** Null: it opens. */
function whyClosed(seal: Seal, { count, first }: Stretch, sealed: unknown): string | null {
  try {
    if (!(sealed instanceof Uint8Array)) return 'it holds no bytes';
    const records = openBatch(seal, position(first), sealed);
    return records.length === count ? null : `it holds ${records.length} records instead of ${count}`;
  } catch (error) {
    return `it does not open (${messageOf(error)})`;
  }
}

function gapsBetween(stretches: readonly Stretch[]): Gap[] {
  const gaps: Gap[] = [];
  let next = stretches[0]?.first ?? 0;
  for (const { count, first } of stretches) {
    if (first > next) gaps.push({ from: position(next), to: position(first - 1) });
    next = Math.max(next, first + count);
  }
  return gaps;
}
