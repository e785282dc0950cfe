import type { SeriesData, SeriesPoint, SeriesValue } from './read-series.ts';

/** A value and how long it held. */
export interface Span {
  readonly from: number;
  readonly to: number;
  readonly value: SeriesValue;
}

/** Numbers are a line, truths and words are spans of time. */
export const isLine = ({ points }: SeriesData): boolean =>
  points.every(({ value }) => typeof value === 'number');

/** A state holds until something else is said, at most until `end`; the same again goes on. */
export function spansOf({ everyMs, knownUntil, points }: SeriesData, until: number): readonly Span[] {
  const end = Math.min(until, knownUntil ?? until);
  const spans: Span[] = [];
  const add = (span: Span): void => {
    const previous = spans.at(-1);
    if (span.to <= span.from) return;
    if (previous?.value === span.value && previous.to >= span.from)
      spans[spans.length - 1] = { ...previous, to: span.to };
    else spans.push(span);
  };
  points.forEach((point, index) => {
    const next = Math.min(points[index + 1]?.at ?? end, end);
    if (everyMs === null || point.last === undefined) {
      add({ from: point.at, to: next, value: point.value });
      return;
    }
    const bucketEnd = Math.min(point.at + everyMs, next);
    add({ from: point.at, to: bucketEnd, value: point.value });
    add({ from: bucketEnd, to: next, value: point.last });
  });
  return spans;
}

/** So much longer than the device usually waits is a hole, and no line is drawn over it. */
const gapFactor = 4;

/** Length beyond which nobody knows what was between two points. */
export function gapMs({ everyMs, points }: SeriesData): number {
  const gaps = points.slice(1).map(({ at }, index) => at - (points[index]?.at ?? at));
  if (gaps.length === 0) return Number.POSITIVE_INFINITY;
  const middle = gaps.toSorted((a, b) => a - b)[gaps.length >> 1] ?? 0;
  return Math.max(gapFactor * middle, 2 * (everyMs ?? 0), 60_000);
}

/** The points with a null in every hole. */
export function withGaps(
  data: SeriesData,
): readonly (SeriesPoint | { readonly at: number; readonly value: null })[] {
  const longest = gapMs(data);
  return data.points.flatMap((point, index) => {
    const previous = data.points[index - 1];
    const isHole = previous !== undefined && point.at - previous.at > longest;
    return isHole ? [{ at: previous.at + 1, value: null }, point] : [point];
  });
}

export interface Figures {
  readonly count: number;
  readonly min: number;
  readonly max: number;
  readonly mean: number;
}

/** Of a line; null: there is nothing in it. */
export function figuresOf({ points }: SeriesData): Figures | null {
  const numbers = points.flatMap(({ value }) => (typeof value === 'number' ? [value] : []));
  if (numbers.length === 0) return null;
  return {
    count: numbers.length,
    min: points.reduce(
      (least, { min, value }) => Math.min(least, min ?? Number(value)),
      Number.POSITIVE_INFINITY,
    ),
    max: points.reduce(
      (most, { max, value }) => Math.max(most, max ?? Number(value)),
      Number.NEGATIVE_INFINITY,
    ),
    mean: numbers.reduce((sum, value) => sum + value, 0) / numbers.length,
  };
}

/** What counts at a moment: a state that holds, or the number that is nearest and not beyond a hole. */
export function pointAt(data: SeriesData, at: number): SeriesPoint | undefined {
  const { points } = data;
  let low = 0;
  let high = points.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((points[middle]?.at ?? 0) <= at) low = middle + 1;
    else high = middle;
  }
  const before = points[low - 1];
  if (!isLine(data)) return at <= (data.knownUntil ?? at) ? before : undefined;
  const after = points[low];
  const near = [before, after].flatMap((point) => (point === undefined ? [] : [point]));
  return near
    .filter((point) => Math.abs(point.at - at) <= gapMs(data))
    .sort((a, b) => Math.abs(a.at - at) - Math.abs(b.at - at))
    .at(0);
}

const fewPoints = 60;
const marksOnLine = 24;

/** Which points have a mark: all of few, else some evenly over the time, and those that no line would show. */
export function marksAmong(points: readonly { readonly at: number; readonly value: unknown }[]): boolean[] {
  const apart = ((points.at(-1)?.at ?? 0) - (points[0]?.at ?? 0)) / marksOnLine;
  let marked = Number.NEGATIVE_INFINITY;
  const isAlone = lonelyAmong(points);
  return points.map(({ at }, index) => {
    if (points.length > fewPoints && isAlone[index] !== true && at - marked < apart) return false;
    marked = at;
    return true;
  });
}

/** Those between two holes, that no line would show. */
export const lonelyAmong = (points: readonly { readonly value: unknown }[]): boolean[] =>
  points.map(
    (_, index) => (points[index - 1]?.value ?? null) === null && (points[index + 1]?.value ?? null) === null,
  );
