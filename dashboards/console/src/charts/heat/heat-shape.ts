import type { TimeRange } from '../series/series-range.ts';

/** A device and what it said in each bucket that holds anything. */
export interface HeatRow {
  readonly device: string;
  readonly place: string;
  readonly cells: readonly HeatCell[];
}

export interface HeatCell {
  /** Start of the bucket, ms since 1970. */
  readonly at: number;
  readonly value: number;
}

interface Answer {
  readonly at: readonly string[];
  readonly rows: readonly {
    readonly device: string;
    readonly place: string;
    readonly values: readonly unknown[];
  }[];
}

/** Of an answer; what is neither a number nor a truth leaves its place empty. */
export function rowsOf({ at, rows }: Answer): readonly HeatRow[] {
  const times = at.map((time) => Date.parse(time));
  return rows.map(({ device, place, values }) => ({
    device,
    place,
    cells: values.flatMap((value, index) => {
      const start = times[index];
      const isShown = typeof value === 'number' || typeof value === 'boolean';
      return isShown && start !== undefined ? [{ at: start, value: Number(value) }] : [];
    }),
  }));
}

/** As many steps of colour as people tell apart in a legend. */
export const heatSteps = 6;

/** Values in steps of round numbers; the first and the last step are open, so that one outlier does not make all others alike. */
export interface HeatScale {
  /** Where one step ends and the next begins, rising: one fewer than there are steps. */
  readonly bounds: readonly number[];
}

/** So much of either end does not shape the steps. */
const outliers = 0.02;
const roundSteps = [1, 2, 2.5, 5] as const;
/** As many digits as a bound is written with. */
const digits = 12;
/** What differs by less, in parts of itself, is the same; well above what so many digits can tell apart. */
const finest = 1e-9;

export function scaleOf(rows: readonly HeatRow[]): HeatScale {
  const values = rows.flatMap(({ cells }) => cells.map(({ value }) => value)).sort((a, b) => a - b);
  const at = (share: number): number => values[Math.round((values.length - 1) * share)] ?? 0;
  const [least, most] = [at(outliers), at(1 - outliers)];
  if (!(most - least > finest * Math.max(1e-300, Math.abs(least), Math.abs(most)))) return { bounds: [] };
  const step = roundStep(least, most);
  const first = Math.floor(least / step) + 1;
  // Counted, not added up: the sum would drift from the round number.
  const count = Math.floor(most / step) - first + 1;
  const bounds = Array.from({ length: count }, (_, index) =>
    Number(((first + index) * step).toPrecision(digits)),
  );
  return { bounds };
}

/** Of what is true or not: no and yes, where both are there. */
export function truthScaleOf(rows: readonly HeatRow[]): HeatScale {
  const said = new Set(rows.flatMap(({ cells }) => cells.map(({ value }) => value >= 1)));
  return { bounds: said.size > 1 ? [1] : [] };
}

/** The smallest round number that makes no more steps than there are colours. */
function roundStep(least: number, most: number): number {
  for (let power = Math.floor(Math.log10((most - least) / heatSteps)); ; power += 1)
    for (const factor of roundSteps) {
      const step = factor * 10 ** power;
      if (Math.floor(most / step) - Math.floor(least / step) < heatSteps) return step;
    }
}

/** Its step, from 0. */
export const stepOf = (value: number, { bounds }: HeatScale): number =>
  bounds.filter((bound) => value >= bound).length;

/** The colour of a step, from 0 (pale) to `heatSteps` − 1 (strong): few steps are spread over all of them. */
export const colourOf = (step: number, { bounds }: HeatScale): number =>
  bounds.length === 0 ? 2 : Math.round((step * (heatSteps - 1)) / bounds.length);

/** Outlines of all cells of a colour, in minutes across and rows down; neighbours of one row are one. */
export function outlinesOf(
  rows: readonly HeatRow[],
  {
    everyMs,
    range,
    scale,
  }: { readonly everyMs: number; readonly range: TimeRange; readonly scale: HeatScale },
): readonly string[] {
  const paths = Array.from({ length: heatSteps }, () => '');
  const minutes = (at: number): number =>
    Math.round((Math.min(Math.max(at, range.from), range.to) - range.from) / 60_000);
  rows.forEach(({ cells }, row) => {
    for (const { colour, from, to } of runsOf(cells, everyMs, scale)) {
      const [left, right] = [minutes(from), minutes(to)];
      if (right > left) paths[colour] += `M${left} ${row}h${right - left}v1h${left - right}z`;
    }
  });
  return paths;
}

interface Run {
  readonly colour: number;
  readonly from: number;
  to: number;
}

/** Cells of one colour that follow one another, as one. */
function runsOf(cells: readonly HeatCell[], everyMs: number, scale: HeatScale): readonly Run[] {
  const runs: Run[] = [];
  for (const { at, value } of cells) {
    const colour = colourOf(stepOf(value, scale), scale);
    const last = runs.at(-1);
    if (last?.colour === colour && last.to >= at) last.to = at + everyMs;
    else runs.push({ colour, from: at, to: at + everyMs });
  }
  return runs;
}

/** What stands at a time in a row; undefined: nothing was said then. */
export const cellAt = ({ cells }: HeatRow, at: number, everyMs: number): HeatCell | undefined =>
  cells.find((cell) => cell.at <= at && at < cell.at + everyMs);

const hourMs = 3_600_000;
const lengths = [
  [15 * 60_000, '15m'],
  [30 * 60_000, '30m'],
  [hourMs, '1h'],
  [2 * hourMs, '2h'],
  [3 * hourMs, '3h'],
  [6 * hourMs, '6h'],
  [12 * hourMs, '12h'],
  [24 * hourMs, '1d'],
  [7 * 24 * hourMs, '7d'],
  [14 * 24 * hourMs, '14d'],
] as const;
/** Narrower cells are not seen as cells. */
const narrowestPx = 5;

/** Most devices measure no oftener than once an hour: of half a day and more, shorter cells would be holes in between. */
const hourlyFromMs = 12 * hourMs;

/** The length of a cell for a map of that width. */
export function cellFor(
  { from, to }: TimeRange,
  widthPx: number,
): { readonly every: string; readonly everyMs: number } {
  const most = Math.max(24, widthPx / narrowestPx);
  const shortest = to - from >= hourlyFromMs ? hourMs : 0;
  const [everyMs, every] =
    lengths.find(([length]) => length >= shortest && (to - from) / length <= most) ??
    ([14 * 24 * hourMs, '14d'] as const);
  return { every, everyMs };
}
