/** Times in epoch milliseconds. */
export interface Episode {
  readonly from: number;
  /** The first reading after it that says otherwise; null: it lasts to the end of the recording. */
  readonly to: number | null;
}

export interface Verdict {
  readonly device: string;
  readonly rule: string;
  readonly alarms: number;
  /** Alarms that began within an episode of the truth. */
  readonly inTruth: number;
  readonly outside: number;
  readonly episodes: number;
  /** Episodes in which at least one alarm began. */
  readonly found: number;
  /** From the start of each found episode to its first alarm, in seconds. */
  readonly delaysSeconds: readonly number[];
}

/** The stretches in which the recording itself says yes; `points` in order of time. */
export function episodesOf(points: Iterable<{ readonly at: number; readonly value: unknown }>): Episode[] {
  const episodes: Episode[] = [];
  let from: number | null = null;
  for (const { at, value } of points) {
    if (value === true) from ??= at;
    else if (from !== null) {
      episodes.push({ from, to: at });
      from = null;
    }
  }
  if (from !== null) episodes.push({ from, to: null });
  return episodes;
}

/** How the alarms of one rule on one device stand against the recording's own truth. */
export function judge(
  which: { readonly device: string; readonly rule: string },
  episodes: readonly Episode[],
  startedAt: readonly number[],
): Verdict {
  const holds = (episode: Episode, at: number): boolean =>
    at >= episode.from && (episode.to === null || at < episode.to);
  const inTruth = startedAt.filter((at) => episodes.some((episode) => holds(episode, at))).length;
  const delaysSeconds = episodes.flatMap((episode) => {
    const within = startedAt.filter((at) => holds(episode, at));
    return within.length === 0 ? [] : [(Math.min(...within) - episode.from) / 1_000];
  });
  return {
    ...which,
    alarms: startedAt.length,
    inTruth,
    outside: startedAt.length - inTruth,
    episodes: episodes.length,
    found: delaysSeconds.length,
    delaysSeconds,
  };
}
