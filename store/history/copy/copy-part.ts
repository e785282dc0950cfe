import type { Reading } from '#model/reading.ts';
import { type SeriesSum, sumsOf } from '#store/history/copy/checksum.ts';
import type { CopyEnd, CopyPart } from '#store/history/copy/copy-end.ts';
import type { Rejected } from '#store/history/history.ts';

/** A series that does not hold at the target what it should. */
export interface SeriesMismatch {
  readonly device: string;
  readonly property: string;
  readonly wanted: SeriesSum | null;
  readonly found: SeriesSum | null;
}

export interface CopiedPart {
  readonly readings: number;
  /** Of them, those that had to be written. */
  readonly written: number;
  /** Those that the target can never store. */
  readonly refused: readonly Rejected[];
  readonly mismatches: readonly SeriesMismatch[];
}

const keyOf = ({ at, device, property }: Reading): string => `${device}\n${property}\n${at}`;

/** Someone may write there meanwhile: what does not agree is looked at once more. */
const tries = 2;

/**
 * Copies a part and reads it back. What the target received later of a series and time stays, as it would had it all come there. What
 * is there already is not written again.
 */
export async function copyPart(
  { source, target }: { readonly source: CopyEnd; readonly target: CopyEnd },
  part: CopyPart,
  isThere: boolean,
): Promise<CopiedPart> {
  const readings = await source.readings(part);
  for (let turn = 1; ; turn++) {
    const there = isThere || turn > 1 ? byKey(await target.readings(part)) : new Map();
    const missing = readings.filter((reading) => isMissing(reading, there.get(keyOf(reading))));
    const refused = missing.length === 0 ? [] : await target.put(missing);
    const left = new Set(refused.map(({ at, device, property }) => `${device}\n${property}\n${at}`));
    const wanted: Reading[] = [];
    for (const reading of readings) {
      const key = keyOf(reading);
      const known: Reading | undefined = there.get(key);
      if (!left.has(key)) wanted.push(known && known.receivedAt > reading.receivedAt ? known : reading);
    }
    const mismatches = compare(wanted, await target.readings(part));
    if (mismatches.length > 0 && turn < tries) continue;
    return { readings: readings.length, written: missing.length - refused.length, refused, mismatches };
  }
}

function byKey(readings: readonly Reading[]): Map<string, Reading> {
  return new Map(readings.map((reading) => [keyOf(reading), reading]));
}

function isMissing(reading: Reading, known: Reading | undefined): boolean {
  if (!known || known.receivedAt < reading.receivedAt) return true;
  if (known.receivedAt > reading.receivedAt) return false;
  return !Object.is(known.value, reading.value) || known.flags !== reading.flags;
}

/** What the target holds beside what was wanted, it took in by itself. */
function compare(wanted: readonly Reading[], found: readonly Reading[]): readonly SeriesMismatch[] {
  const keys = new Set(wanted.map((reading) => keyOf(reading)));
  const foundSums = sumsOf(found.filter((reading) => keys.has(keyOf(reading))));
  return [...sumsOf(wanted)].flatMap(([name, sum]) => {
    const other = foundSums.get(name) ?? null;
    if (other?.count === sum.count && other.checksum === sum.checksum) return [];
    const [device = '', property = ''] = name.split('\n');
    return [{ device, property, wanted: sum, found: other }];
  });
}
