/** What time a chart shows. */
export interface TimeRange {
  /** ms since 1970; from ≤ t < to. */
  readonly from: number;
  readonly to: number;
}

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const dayMs = 24 * hourMs;

export const presets = ['1h', '24h', '7d', '30d', '1y'] as const;
export type Preset = (typeof presets)[number];
const lengthOf: Readonly<Record<Preset, number>> = {
  '1h': hourMs,
  '24h': dayMs,
  '7d': 7 * dayMs,
  '30d': 30 * dayMs,
  '1y': 365 * dayMs,
};

/** A length that ends now and moves on with it, or a time of its own. */
export type RangeChoice = Preset | TimeRange;

export const isPreset = (choice: RangeChoice): choice is Preset => typeof choice === 'string';

/** The shortest that may be chosen: below it there is nothing between two readings. */
const shortestMs = minuteMs;
/** As long as anything is kept by default. */
const longestMs = 3_660 * dayMs;

/** What is shown; one that ends now moves on in steps, so that what was read stays good for a while. */
export function rangeOf(choice: RangeChoice, now: number): TimeRange {
  if (!isPreset(choice)) return choice;
  const length = lengthOf[choice];
  const step = Math.max(30_000, length / 480);
  const to = Math.ceil(now / step) * step;
  return { from: to - length, to };
}

type Query = Readonly<Record<string, unknown>>;

/** Of the address: `range=24h`, or `from` and `to`; the preset that is given where it says nothing of use. */
export function choiceFrom(query: Query, otherwise: Preset): RangeChoice {
  const preset = presets.find((each) => each === query['range']);
  if (preset) return preset;
  const [from, to] = [Date.parse(String(query['from'])), Date.parse(String(query['to']))];
  return from < to ? clamped({ from, to }) : otherwise;
}

/** For the address; `undefined` takes a field away. */
export const queryOf = (choice: RangeChoice): Record<'range' | 'from' | 'to', string | undefined> =>
  isPreset(choice)
    ? { range: choice, from: undefined, to: undefined }
    : { range: undefined, from: new Date(choice.from).toISOString(), to: new Date(choice.to).toISOString() };

function clamped({ from, to }: TimeRange): TimeRange {
  const length = Math.min(Math.max(to - from, shortestMs), longestMs);
  return { from: Math.round(to - length), to: Math.round(to) };
}

/** Half a length earlier (-1) or later (1), never beyond now. */
export function shifted({ from, to }: TimeRange, direction: -1 | 1, now: number): TimeRange {
  const length = to - from;
  const end = Math.min(to + (direction * length) / 2, Math.max(now, to));
  return clamped({ from: end - length, to: end });
}

/** Twice the length (2), or half of it (0.5), around the same middle, not beyond now. */
export function scaled({ from, to }: TimeRange, factor: number, now: number): TimeRange {
  const length = Math.min((to - from) * factor, longestMs);
  const end = Math.min((from + to) / 2 + length / 2, Math.max(now, to));
  return clamped({ from: end - length, to: end });
}

/** A part of the range, in percent of it, as a zoom tells. */
export const partOf = ({ from, to }: TimeRange, startPercent: number, endPercent: number): TimeRange =>
  clamped({
    from: from + ((to - from) * startPercent) / 100,
    to: from + ((to - from) * endPercent) / 100,
  });

const bucketSteps = [
  [10_000, '10s'],
  [30_000, '30s'],
  [minuteMs, '1m'],
  [2 * minuteMs, '2m'],
  [5 * minuteMs, '5m'],
  [10 * minuteMs, '10m'],
  [15 * minuteMs, '15m'],
  [30 * minuteMs, '30m'],
  [hourMs, '1h'],
  [2 * hourMs, '2h'],
  [3 * hourMs, '3h'],
  [6 * hourMs, '6h'],
  [12 * hourMs, '12h'],
  [dayMs, '1d'],
  [7 * dayMs, '7d'],
  [14 * dayMs, '14d'],
] as const;

/** More than a screen has pixels for helps nobody. */
const mostBuckets = 400;

/** The length of buckets in which a range is read. */
export function bucketFor({ from, to }: TimeRange): { readonly every: string; readonly everyMs: number } {
  const [everyMs, every] =
    bucketSteps.find(([length]) => (to - from) / length <= mostBuckets) ?? ([14 * dayMs, '14d'] as const);
  return { every, everyMs };
}
