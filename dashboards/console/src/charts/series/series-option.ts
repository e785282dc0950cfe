import type { CustomSeriesOption, EChartsOption, LineSeriesOption } from 'echarts';
import { chartTooltip, timeAxis, valueAxis } from '../axes.ts';
import type { ChartColours } from '../chart-colours.ts';
import { laneSeries } from './lane-series.ts';
import type { DrawnSeries, Layout, Panel } from './series-layout.ts';
import type { TimeRange } from './series-range.ts';
import { lonelyAmong, marksAmong, withGaps } from './series-shape.ts';

export interface ChartWords {
  /** Of the axis of time. */
  readonly tick: (at: number) => string;
  /** What stands in the tip of a moment, as HTML. */
  readonly tip: (at: number) => string;
}

export interface ChartFrame {
  readonly range: TimeRange;
  /** The latest of which anything can be known. */
  readonly now: number;
  readonly ticks: readonly number[];
  readonly hasSlider: boolean;
  /** Where the panels begin and end, px. */
  readonly left: number;
  readonly right: number;
  /** Times that a thin line through all panels marks. */
  readonly moments: readonly Moment[];
}

export interface Moment {
  readonly at: number;
  readonly colour: string;
}

/** Panels one below the other that share time, pointer and zoom. */
export function seriesOption(
  layout: Layout,
  frame: ChartFrame,
  { colours, words }: { readonly colours: ChartColours; readonly words: ChartWords },
): EChartsOption {
  const { panels } = layout;
  const all = panels.map((_, index) => index);
  return {
    grid: panels.map(({ height, top }) => ({ left: frame.left, right: frame.right, top, height })),
    xAxis: panels.map((panel, index) => timeAxisOf(panel, index, { layout, frame, colours, words })),
    yAxis: panels.map((panel, index) => valueAxisOf(panel, index, colours)),
    axisPointer: { link: [{ xAxisIndex: 'all' }], lineStyle: { color: colours.inkSoft } },
    tooltip: {
      ...chartTooltip(colours),
      formatter: (given: unknown) => {
        const at = momentOf(given);
        return at === undefined ? '' : words.tip(at);
      },
    },
    dataZoom: [
      {
        type: 'inside',
        // A state that began before what is shown is shown.
        filterMode: 'weakFilter',
        xAxisIndex: all,
        zoomOnMouseWheel: 'ctrl',
        moveOnMouseMove: false,
        preventDefaultMouseMove: false,
      },
      ...(frame.hasSlider ? [sliderOf(all, frame, colours)] : []),
    ],
    series: panels.flatMap((panel, index): (LineSeriesOption | CustomSeriesOption)[] =>
      withMoments(
        panel.kind === 'lines'
          ? panel.series.flatMap((series) => lineSeries(series, index))
          : panel.series.map((series, lane) => laneSeries(series, { index, lane, frame, colours })),
        frame.moments,
      ),
    ),
  };
}

function timeAxisOf(
  { kind }: Panel,
  index: number,
  {
    colours,
    frame,
    layout,
    words,
  }: { layout: Layout; frame: ChartFrame; colours: ChartColours; words: ChartWords },
) {
  const isLast = index === layout.panels.length - 1;
  const base = timeAxis(colours);
  return {
    ...base,
    gridIndex: index,
    min: frame.range.from,
    max: frame.range.to,
    axisLine: { show: kind === 'lines', onZero: false, lineStyle: { color: colours.line } },
    axisTick: { show: isLast, customValues: [...frame.ticks] },
    axisLabel: {
      ...base.axisLabel,
      show: isLast,
      fontSize: 12,
      customValues: [...frame.ticks],
      formatter: words.tick,
    },
    axisPointer: { show: true, label: { show: false } },
  };
}

function valueAxisOf({ axis, kind, series }: Panel, index: number, colours: ChartColours) {
  if (kind === 'lanes')
    return {
      type: 'value' as const,
      gridIndex: index,
      min: 0,
      max: series.length,
      inverse: true,
      show: false,
    };
  return {
    ...valueAxis(colours),
    gridIndex: index,
    splitNumber: 4,
    name: axis,
    nameTextStyle: { color: colours.inkSoft, align: 'left' as const, fontSize: 13, padding: [0, 0, 0, -40] },
  };
}

/** The first of a panel's series carries the lines of all. */
function withMoments(
  series: readonly (LineSeriesOption | CustomSeriesOption)[],
  moments: readonly Moment[],
): (LineSeriesOption | CustomSeriesOption)[] {
  const markLine = {
    silent: true,
    symbol: 'none',
    animation: false,
    label: { show: false },
    data: moments.map(({ at, colour }) => ({
      xAxis: at,
      lineStyle: { color: colour, width: 1, type: 'solid' as const, opacity: 0.7 },
    })),
  };
  return series.map((each, index) => (index === 0 && moments.length > 0 ? { ...each, markLine } : each));
}

/** A line with the band between the least and the most of each bucket. */
function lineSeries({ data, id, isBefore, look, name }: DrawnSeries, index: number): LineSeriesOption[] {
  const points = withGaps(data);
  const axes = { type: 'line' as const, xAxisIndex: index, yAxisIndex: index };
  const isMarked = isBefore ? lonelyAmong(points) : marksAmong(points);
  const line: LineSeriesOption = {
    ...axes,
    id,
    name,
    // One that stands alone is seen by its mark only.
    symbol: isBefore ? 'circle' : look.symbol,
    symbolSize: 6,
    showSymbol: true,
    connectNulls: false,
    lineStyle: {
      color: look.colour,
      type: look.dash,
      width: isBefore ? 1.6 : 2,
      opacity: isBefore ? 0.85 : 1,
    },
    itemStyle: { color: look.colour },
    emphasis: { disabled: true },
    data: points.map(({ at, value }, place) => ({
      value: [at, typeof value === 'number' ? value : null],
      ...(isMarked[place] ? {} : { symbol: 'none' }),
    })),
  };
  if (data.everyMs === null || isBefore) return [line];
  const band = {
    ...axes,
    stack: `band ${id}`,
    stackStrategy: 'all' as const,
    silent: true,
    symbol: 'none',
    lineStyle: { opacity: 0 },
    emphasis: { disabled: true },
  };
  return [
    { ...band, data: points.map((point) => [point.at, 'min' in point ? (point.min ?? null) : null]) },
    {
      ...band,
      areaStyle: { color: look.colour, opacity: 0.16 },
      data: points.map((point) => [
        point.at,
        'min' in point && point.min !== undefined && point.max !== undefined ? point.max - point.min : null,
      ]),
    },
    line,
  ];
}

const sliderOf = (xAxisIndex: number[], { left, right }: ChartFrame, colours: ChartColours) => ({
  type: 'slider' as const,
  filterMode: 'weakFilter' as const,
  xAxisIndex,
  left,
  right,
  bottom: 4,
  height: 26,
  showDetail: false,
  showDataShadow: false,
  brushSelect: true,
  borderColor: colours.line,
  fillerColor: `${colours.accent}22`,
  handleStyle: { color: colours.surface, borderColor: colours.inkSoft },
  moveHandleSize: 0,
});

/** The time under the pointer. */
function momentOf(given: unknown): number | undefined {
  const first: unknown = Array.isArray(given) ? given[0] : given;
  if (typeof first !== 'object' || first === null || !('axisValue' in first)) return undefined;
  const at = Number(first.axisValue);
  return Number.isFinite(at) ? at : undefined;
}
