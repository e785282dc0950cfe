import type { EChartsOption, LineSeriesOption } from 'echarts';
import { type ColourName, drawn } from '#device-sim/load/report/colours.ts';

/** One plot of the report: what it shows, in words for who does not see it, and how it is drawn. */
export interface Plot {
  readonly title: string;
  readonly about: string;
  /** `isNarrow`: for a phone. */
  readonly option: (isNarrow: boolean) => EChartsOption;
}

export type Points = readonly (readonly [x: number, y: number])[];
export interface Line {
  readonly name: string;
  readonly colour: ColourName;
  readonly points: Points;
  /** Drawn as dots; else as a line. */
  readonly areDots?: boolean;
  readonly isFilled?: boolean;
}

/** How axes are labelled. */
export const axisText = { color: drawn('ink-soft'), fontSize: 12, hideOverlap: true };
const gridLine = { lineStyle: { color: drawn('line') } };

/** What every plot has in common. */
export function plotOf(of: {
  readonly lines: readonly Line[];
  readonly x: Readonly<Record<string, unknown>>;
  readonly y: Readonly<Record<string, unknown>>;
  readonly isNarrow: boolean;
  /** Up to there it is warm-up. */
  readonly shadedTo?: number;
}): EChartsOption {
  const { isNarrow, lines, shadedTo = 0, x, y } = of;
  const shade: Pick<LineSeriesOption, 'markArea'> =
    shadedTo === 0
      ? {}
      : {
          markArea: {
            silent: true,
            itemStyle: { color: drawn('shade') },
            label: { color: drawn('ink-soft'), position: 'insideTop', fontSize: 11 },
            data: [[{ name: isNarrow ? '' : 'warm-up', xAxis: 0 }, { xAxis: shadedTo }]],
          },
        };
  return {
    animation: false,
    textStyle: { fontFamily: 'system-ui, sans-serif' },
    grid: { left: 8, right: isNarrow ? 18 : 28, top: 40, bottom: 28, containLabel: true },
    legend: {
      top: 4,
      left: 4,
      itemGap: 14,
      itemWidth: 14,
      itemHeight: 8,
      icon: 'roundRect',
      selectedMode: false,
      borderColor: drawn('line'),
      textStyle: axisText,
    },
    xAxis: {
      axisLabel: axisText,
      axisLine: gridLine,
      axisTick: gridLine,
      splitLine: { show: false },
      nameLocation: 'middle',
      nameGap: 26,
      nameTextStyle: axisText,
      splitNumber: isNarrow ? 4 : 8,
      ...x,
    },
    yAxis: {
      axisLabel: axisText,
      axisLine: gridLine,
      axisTick: gridLine,
      splitLine: gridLine,
      nameTextStyle: { ...axisText, align: 'left' },
      splitNumber: 4,
      ...y,
    },
    series: lines.map(
      ({ areDots = false, colour, isFilled = false, name, points }, index): LineSeriesOption => ({
        type: 'line',
        silent: true,
        emphasis: { disabled: true },
        name,
        data: points.map((point) => [...point]),
        showSymbol: areDots,
        symbol: 'circle',
        symbolSize: 5,
        color: drawn(colour),
        lineStyle: { width: areDots ? 0 : 2, color: drawn(colour) },
        ...(isFilled ? { areaStyle: { color: drawn(colour), opacity: 0.14 } } : {}),
        ...(index === 0 ? shade : {}),
      }),
    ),
  };
}
