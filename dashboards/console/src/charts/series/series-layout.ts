import type { SeriesData } from './read-series.ts';
import type { SeriesLook } from './series-look.ts';
import { isLine } from './series-shape.ts';

/** One series as a chart needs it: what was read, and its words. */
export interface DrawnSeries {
  /** `device property`. */
  readonly id: string;
  readonly name: string;
  /** What its axis is called: lines of the same share one. */
  readonly axis: string;
  readonly data: SeriesData;
  readonly look: SeriesLook;
  /** Of the week before, laid over this one. */
  readonly isBefore: boolean;
  /** When it was said what is drawn at this time. */
  readonly toldAt: (at: number) => number;
  readonly valueText: (value: unknown) => string;
}

/** Lines of one unit (without one, of one property) share a panel and its axis; truths and words have a lane each in a panel below. */
export interface Panel {
  readonly kind: 'lines' | 'lanes';
  readonly axis: string;
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
const timeAxisHeight = 30;
const slider = 46;

/** Where everything stands. `isTall`: there is but one panel, on a page of its own. */
export function layoutOf(
  series: readonly DrawnSeries[],
  options: { readonly isTall: boolean; readonly hasSlider: boolean },
): Layout {
  const lines = series.filter(({ data }) => isLine(data));
  const lanes = series.filter(({ data }) => !isLine(data));
  const axes = [...new Set(lines.map(({ axis }) => axis))];
  const lineHeight = axes.length <= 1 ? (options.isTall ? 320 : 220) : 170;
  const panels: Panel[] = [];
  let top = head;
  const add = (panel: Omit<Panel, 'top'>): void => {
    panels.push({ ...panel, top });
    top += panel.height + between;
  };
  for (const axis of axes)
    add({ kind: 'lines', axis, series: lines.filter((each) => each.axis === axis), height: lineHeight });
  if (lanes.length > 0) {
    if (axes.length === 0) top = 12;
    add({ kind: 'lanes', axis: '', series: lanes, height: lanes.length * laneHeight });
  }
  return { panels, height: top - between + timeAxisHeight + (options.hasSlider ? slider : 6) };
}
