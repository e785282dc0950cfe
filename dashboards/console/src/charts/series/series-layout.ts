import type { SeriesData } from './read-series.ts';
import type { SeriesLook } from './series-look.ts';
import { isLine } from './series-shape.ts';

/** One series as a chart needs it: what was read, and its words. */
export interface DrawnSeries {
  /** `device property`. */
  readonly id: string;
  readonly name: string;
  readonly unit: string;
  readonly data: SeriesData;
  readonly look: SeriesLook;
  readonly valueText: (value: unknown) => string;
}

/** Lines of one unit share a panel and its axis; truths and words have a lane each in a panel below. */
export interface Panel {
  readonly kind: 'lines' | 'lanes';
  readonly unit: string;
  readonly series: readonly DrawnSeries[];
  /** px from the top of the chart. */
  readonly top: number;
  readonly height: number;
}

export interface Layout {
  readonly panels: readonly Panel[];
  /** px, the axis of time and the slider included. */
  readonly height: number;
}

const head = 34;
const between = 46;
export const laneHeight = 48;
const axis = 30;
const slider = 46;

/** Where everything stands. `isTall`: there is but one panel, on a page of its own. */
export function layoutOf(
  series: readonly DrawnSeries[],
  options: { readonly isTall: boolean; readonly hasSlider: boolean },
): Layout {
  const lines = series.filter(({ data }) => isLine(data));
  const lanes = series.filter(({ data }) => !isLine(data));
  const units = [...new Set(lines.map(({ unit }) => unit))];
  const lineHeight = units.length <= 1 ? (options.isTall ? 320 : 220) : 170;
  const panels: Panel[] = [];
  let top = head;
  const add = (panel: Omit<Panel, 'top'>): void => {
    panels.push({ ...panel, top });
    top += panel.height + between;
  };
  for (const unit of units)
    add({ kind: 'lines', unit, series: lines.filter((each) => each.unit === unit), height: lineHeight });
  if (lanes.length > 0) {
    if (units.length === 0) top = 12;
    add({ kind: 'lanes', unit: '', series: lanes, height: lanes.length * laneHeight });
  }
  return { panels, height: top - between + axis + (options.hasSlider ? slider : 6) };
}
