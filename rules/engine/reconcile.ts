import type { Evidence, Severity } from '#model/alarm.ts';
import type { AlarmId } from '#model/brand.ts';

/** An alarm that was told to the tasks. Times in epoch ms; `clearedAt` null: it stands. */
export interface Told {
  readonly number: number;
  readonly id: AlarmId;
  readonly startedAt: number;
  readonly clearedAt: number | null;
  readonly severity: Severity;
}

/** An alarm as the readings in their right order have it. */
export interface Episode {
  readonly number: number;
  readonly startedAt: number;
  readonly clearedAt: number | null;
  readonly severity: Severity;
  readonly evidence: readonly Evidence[];
  readonly receivedLate: boolean;
  readonly instant: boolean;
}

/** What has to be said so that what was told becomes what is right. */
export type Correction =
  | { readonly type: 'raise'; readonly episode: Episode }
  | { readonly type: 'keep'; readonly told: Told; readonly episode: Episode }
  /** It never was, or another one tells what it was right in. */
  | { readonly type: 'revise'; readonly told: Told };

const endOf = (span: { readonly clearedAt: number | null }): number =>
  span.clearedAt ?? Number.POSITIVE_INFINITY;
const overlap = (a: Told, b: Episode): boolean => a.startedAt <= endOf(b) && b.startedAt <= endOf(a);

/** An alarm that was told to be over cannot stand again: such a one is raised anew. */
const fits = (told: Told, episode: Episode): boolean =>
  overlap(told, episode) && !(told.clearedAt !== null && episode.clearedAt === null);

/**
 * Compares the alarms that were told with the right ones after a late reading. Every right alarm is told once; one
 * that is not needed for that was wrong. One that began at another time stays as it is: the task is there.
 */
export function reconcile(told: readonly Told[], right: readonly Episode[]): readonly Correction[] {
  const free = new Set(told);
  const corrections: Correction[] = [];
  const matched = new Map<Episode, Told>();
  const take = (episode: Episode, choose: (candidate: Told) => boolean): void => {
    if (matched.has(episode)) return;
    const found = told.find((candidate) => free.has(candidate) && choose(candidate));
    if (!found) return;
    free.delete(found);
    matched.set(episode, found);
  };
  for (const episode of right)
    take(episode, (candidate) => candidate.startedAt === episode.startedAt && fits(candidate, episode));
  for (const episode of right) if (!episode.instant) take(episode, (candidate) => fits(candidate, episode));
  for (const lost of free) corrections.push({ type: 'revise', told: lost });
  for (const episode of right) {
    const known = matched.get(episode);
    corrections.push(known ? { type: 'keep', told: known, episode } : { type: 'raise', episode });
  }
  return corrections;
}
