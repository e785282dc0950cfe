/** What somebody does for a while. */
export const doings = [
  'asleep',
  'siesta',
  'toilet',
  'washing',
  'shower',
  'cooking',
  'eating',
  'chores',
  'tv',
  'resting',
  'out',
  /** On the floor, after a fall. */
  'lying',
] as const;
export type Doing = (typeof doings)[number];

export interface Span {
  readonly from: number;
  readonly to: number;
}

/** A piece of somebody's day. Times are milliseconds since 1970. */
export interface Act extends Span {
  readonly doing: Doing;
}

export const isInBed = (doing: Doing): boolean => doing === 'asleep' || doing === 'siesta';
/** Moves about, so that a motion sensor sees it without a pause. */
export const isBusyDoing = (doing: Doing): boolean =>
  doing === 'toilet' ||
  doing === 'washing' ||
  doing === 'shower' ||
  doing === 'cooking' ||
  doing === 'chores';

/** The act of a time in a row without gaps; undefined outside of it. */
export function actAt(acts: readonly Act[], at: number): Act | undefined {
  let low = 0;
  let high = acts.length - 1;
  while (low <= high) {
    const middle = (low + high) >> 1;
    const act = acts[middle];
    if (act === undefined || at < act.from) high = middle - 1;
    else if (at >= act.to) low = middle + 1;
    else return act;
  }
  return undefined;
}

/** Spans in order, those that touch or overlap joined. */
export function joined(spans: readonly Span[]): Span[] {
  const result: { from: number; to: number }[] = [];
  for (const { from, to } of spans.toSorted((one, other) => one.from - other.from)) {
    const last = result.at(-1);
    if (last !== undefined && from <= last.to) last.to = Math.max(last.to, to);
    else result.push({ from, to });
  }
  return result;
}

/** What is left of a span outside of some others. */
export function without<T extends Span>(span: T, holes: readonly Span[]): T[] {
  let left: T[] = [span];
  for (const hole of holes)
    left = left.flatMap((piece) => {
      if (hole.to <= piece.from || hole.from >= piece.to) return [piece];
      const before = hole.from > piece.from ? [{ ...piece, to: hole.from }] : [];
      const after = hole.to < piece.to ? [{ ...piece, from: hole.to }] : [];
      return [...before, ...after];
    });
  return left;
}
