import type { EChartsOption } from 'echarts';
import { chartTooltip, valueAxis } from '../../charts/axes.ts';
import type { ChartColours } from '../../charts/chart-colours.ts';
import type { Report } from './figures-queries.ts';

/** What came and what was closed, day by day; told apart by a pattern, too. */
export function daysOption(
  days: Report['days'],
  look: {
    readonly colours: ChartColours;
    readonly names: { readonly reported: string; readonly closed: string };
    readonly dayOf: (from: string) => string;
  },
): EChartsOption {
  const { colours, dayOf, names } = look;
  const bar = (what: 'closed' | 'reported', color: string, isPlain: boolean) => ({
    type: 'bar' as const,
    name: names[what],
    barGap: '10%',
    itemStyle: {
      color,
      borderRadius: 1,
      decal: isPlain
        ? { symbol: 'none' }
        : { symbol: 'rect', dashArrayX: [1, 0], dashArrayY: [3, 4], rotation: -0.8 },
    },
    data: days.map((day) => day[what]),
  });
  return {
    aria: { enabled: true, decal: { show: true } },
    grid: { left: 4, right: 8, top: 36, bottom: 4, containLabel: true },
    legend: { top: 0, left: 0, textStyle: { color: colours.inkSoft, fontSize: 13 } },
    tooltip: { ...chartTooltip(colours), axisPointer: { type: 'shadow' } },
    xAxis: {
      type: 'category',
      data: days.map(({ from }) => dayOf(from)),
      axisLine: { lineStyle: { color: colours.line } },
      axisTick: { show: false },
      axisLabel: { color: colours.inkSoft, fontSize: 13 },
    },
    yAxis: { ...valueAxis(colours), scale: false, minInterval: 1 },
    series: [bar('reported', colours.quiet, false), bar('closed', colours.accent, true)],
  };
}
