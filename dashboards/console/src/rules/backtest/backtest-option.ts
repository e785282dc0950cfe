import type { EChartsOption } from 'echarts';
import { chartTooltip, valueAxis } from '../../charts/axes.ts';
import type { ChartColours } from '../../charts/chart-colours.ts';
import type { BacktestView } from './use-backtest.ts';

type Day = BacktestView['days'][number];

export interface BacktestLook {
  readonly colours: ChartColours;
  /** Names of the two parts of a bar. */
  readonly byDay: string;
  readonly byNight: string;
  readonly dateOf: (date: string) => string;
}

/** Told apart by stripes, too. */
const nightPattern = { symbol: 'rect', dashArrayX: [1, 0], dashArrayY: [3, 4], rotation: -0.8 };

/** Alarms that began on each day, those at night on top. */
export function backtestOption(
  days: readonly Day[],
  { byDay, byNight, colours, dateOf }: BacktestLook,
): EChartsOption {
  const [light = colours.accent, dark = colours.ink] = colours.series;
  const bar = { type: 'bar', stack: 'alarms', barCategoryGap: '25%', barMaxWidth: 48 } as const;
  return {
    aria: { enabled: true, decal: { show: true } },
    grid: { left: 4, right: 8, top: 40, bottom: 4, containLabel: true },
    legend: { top: 0, left: 0, textStyle: { color: colours.inkSoft, fontSize: 13 }, data: [byDay, byNight] },
    tooltip: { ...chartTooltip(colours), axisPointer: { type: 'shadow' } },
    xAxis: {
      type: 'category',
      data: days.map(({ date }) => dateOf(date)),
      axisLine: { lineStyle: { color: colours.line } },
      axisTick: { show: false },
      axisLabel: { color: colours.inkSoft, hideOverlap: true },
    },
    yAxis: {
      ...valueAxis(colours),
      scale: false,
      minInterval: 1,
      max: ({ max }: { max: number }) => Math.max(4, max),
    },
    series: [
      {
        ...bar,
        name: byDay,
        itemStyle: { color: light, decal: { symbol: 'none' }, borderRadius: 1 },
        data: days.map(({ alarms }) => alarms.count - alarms.night),
      },
      {
        ...bar,
        name: byNight,
        itemStyle: { color: dark, decal: nightPattern, borderRadius: 1 },
        data: days.map(({ alarms }) => alarms.night),
      },
    ],
  };
}
