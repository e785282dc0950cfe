import { day as dayMs, epochMs, type Position } from '#model/brand.ts';
import { iso } from '#model/clock.ts';
import type { CopyEnd } from '#store/history/copy/copy-end.ts';
import { copyPart, type SeriesMismatch } from '#store/history/copy/copy-part.ts';
import { partsOf } from '#store/history/copy/copy-parts.ts';
import type { ContextChange } from '#store/history/history.ts';

export interface CopyProgress {
  readonly days: number;
  /** Of them, those that are done, today's work or an earlier one's. */
  readonly done: number;
  /** Read and compared in this run. */
  readonly readings: number;
}

export interface DayMismatch extends SeriesMismatch {
  /** `YYYY-MM-DD`, of the UTC day. */
  readonly day: string;
}

export interface CopyReport {
  readonly days: number;
  /** Days that an earlier run had copied and that have not changed since. */
  readonly unchanged: number;
  readonly readings: number;
  /** Of them, those that were not there yet. */
  readonly written: number;
  readonly context: number;
  /** Readings that the target can never store. */
  readonly refused: number;
  /** At most a hundred of each. */
  readonly mismatches: readonly DayMismatch[];
  readonly reasons: readonly string[];
  /** Up to which record the target holds all now; null: it does not, a day does not agree. */
  readonly position: Position | null;
}

const mostNamed = 100;

interface Ends {
  readonly source: CopyEnd;
  readonly target: CopyEnd;
}

/**
 * Copies all that the source holds to the target, the newest day first, part by part, each read back and compared by count and
 * checksum of every series. Days that are done are kept at the target: whoever is killed goes on where it was. Rejects when an end does
 * not answer; what is copied by then stays.
 */
export async function copyHistory(ends: Ends, progress: (now: CopyProgress) => void): Promise<CopyReport> {
  const { source, target } = ends;
  // Before anything is read: what comes later is not in what is read, and comes from the ops store.
  const position = await source.position();
  const versions = await source.days();
  const copied = await target.copied();
  const due = [...versions.keys()].filter((day) => copied.get(day) !== versions.get(day));
  const unchanged = versions.size - due.length;
  const total = { readings: 0, written: 0, context: 0, refused: 0 };
  const mismatches: DayMismatch[] = [];
  const reasons = new Set<string>();
  const tell = (done: number): void =>
    progress({ days: versions.size, done: unchanged + done, readings: total.readings });
  for (const [index, day] of due.toSorted((a, b) => b - a).entries()) {
    const before = mismatches.length;
    const there = await target.counts(day);
    for (const part of partsOf(day, await source.counts(day))) {
      tell(index);
      const isThere = part.devices.some((device) => there.has(device));
      const done = await copyPart(ends, part, isThere);
      total.readings += done.readings;
      total.written += done.written;
      total.refused += done.refused.length;
      for (const { reason } of done.refused) if (reasons.size < mostNamed) reasons.add(reason);
      for (const each of done.mismatches) mismatches.push({ day: dateOf(day), ...each });
    }
    total.context += await copyContext(ends, day);
    if (mismatches.length === before) await target.keepCopied(day, versions.get(day) ?? '');
  }
  if (mismatches.length === 0) await target.reach(position);
  tell(due.length);
  return {
    days: versions.size,
    unchanged,
    ...total,
    mismatches: mismatches.slice(0, mostNamed),
    reasons: [...reasons],
    position: mismatches.length === 0 ? position : null,
  };
}

/** Adds what is missing; answers how many that were. */
async function copyContext({ source, target }: Ends, day: number): Promise<number> {
  const changes = await source.context(day);
  if (changes.length === 0) return 0;
  const there = new Map<string, number>();
  for (const change of await target.context(day)) {
    const name = nameOf(change);
    there.set(name, (there.get(name) ?? 0) + 1);
  }
  const inMoment = new Map<number, number>();
  const missing: ContextChange[] = [];
  const places: number[] = [];
  for (const change of changes) {
    const place = inMoment.get(change.at) ?? 0;
    inMoment.set(change.at, place + 1);
    const left = there.get(nameOf(change)) ?? 0;
    there.set(nameOf(change), left - 1);
    if (left > 0) continue;
    missing.push(change);
    places.push(place);
  }
  if (missing.length > 0) await target.putContext(missing, places);
  return missing.length;
}

const nameOf = ({ at, kind, state, subject }: ContextChange): string => [at, kind, state, subject].join('\n');

const dateOf = (day: number): string => iso(epochMs(day * dayMs)).slice(0, 10);
