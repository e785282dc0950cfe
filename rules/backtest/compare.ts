import type { Alarm } from '#model/alarm.ts';
import { minute } from '#model/brand.ts';
import type { Episode } from '#rules/backtest/episodes.ts';
import type { Comparison } from '#rules/backtest/report.ts';

/** What the rule in force raised. */
export type RaisedAlarm = Pick<Alarm, 'id' | 'key' | 'device' | 'startedAt' | 'clearedAt'>;

/** Two that began so near to each other are one, also when neither stood for long. */
const nearMs = minute;
const mostGone = 100;

/**
 * Which of the alarms there were then: of the same key, and standing at the same moment. Each is the same as one at
 * most. Answers the comparison and the episodes that were raised then, too.
 */
export function compare(
  episodes: readonly Episode[],
  raised: readonly RaisedAlarm[],
): { readonly comparison: Comparison; readonly same: ReadonlySet<Episode> } {
  const then = byKey(raised);
  const same = new Set<Episode>();
  const found = new Set<RaisedAlarm>();
  for (const [key, own] of byKey(episodes)) {
    const candidates = then.get(key) ?? [];
    let next = 0;
    for (const episode of own) {
      while (next < candidates.length && isBefore(candidates[next], episode)) next++;
      const candidate = candidates[next];
      if (!candidate || isBefore(episode, candidate)) continue;
      same.add(episode);
      found.add(candidate);
      next++;
    }
  }
  const gone = raised.filter((alarm) => !found.has(alarm)).sort((a, b) => b.startedAt - a.startedAt);
  return {
    same,
    comparison: {
      raised: raised.length,
      same: same.size,
      new: episodes.length - same.size,
      gone: gone.length,
      goneAlarms: gone.slice(0, mostGone).map(({ clearedAt = null, device, id, key, startedAt }) => ({
        id,
        key,
        device,
        startedAt,
        clearedAt,
      })),
    },
  };
}

interface Span {
  readonly key: string;
  readonly startedAt: number;
  readonly clearedAt?: number | null;
}

/** In order of time, each key by itself. */
const byKey = <T extends Span>(spans: readonly T[]): Map<string, T[]> =>
  Map.groupBy(
    [...spans].sort((a, b) => a.startedAt - b.startedAt),
    ({ key }) => key,
  );

const isBefore = (one: Span | undefined, other: Span): boolean =>
  one !== undefined &&
  Math.max(one.clearedAt ?? Number.POSITIVE_INFINITY, one.startedAt) + nearMs < other.startedAt &&
  one.startedAt + nearMs < other.startedAt;
