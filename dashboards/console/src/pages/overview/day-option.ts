import type { EChartsOption } from 'echarts';
import type { Severity } from '../../api/types.ts';
import { chartTooltip, valueAxis } from '../../charts/axes.ts';
import type { ChartColours } from '../../charts/chart-colours.ts';
import { severities } from '../../components/severity.ts';
import type { Overview } from './overview.ts';

type Hour = Overview['hours'][number];

export function sumOf(hours: readonly Hour[]): Readonly<Record<Severity, number>> {
  const sums: Record<Severity, number> = { critical: 0, major: 0, minor: 0, warning: 0 };
  for (const hour of hours) for (const severity of severities) sums[severity] += hour[severity];
  return sums;
}

/** The hour whose bar was pressed. */
export function hourAt(event: unknown, hours: readonly Hour[]): Hour | undefined {
  const index =
    typeof event === 'object' && event !== null && 'dataIndex' in event ? event.dataIndex : undefined;
  return typeof index === 'number' ? hours[index] : undefined;
}

export interface DayLook {
  readonly colours: ChartColours;
  readonly nameOf: (severity: Severity) => string;
  readonly hourOf: (from: string) => string;
  /** How large the type of the page is, px. */
  readonly rem: number;
}

/** Patterns as well as colours: who cannot tell red from brown tells stripes from dots. */
const patterns = {
  critical: { symbol: 'none' },
  major: { symbol: 'rect', dashArrayX: [1, 0], dashArrayY: [3, 4], rotation: -0.8 },
  minor: {
    symbol: 'circle',
    dashArrayX: [
      [5, 5],
      [0, 5, 5, 0],
    ],
    dashArrayY: [5, 0],
    symbolSize: 0.6,
  },
  warning: { symbol: 'rect', dashArrayX: [1, 0], dashArrayY: [2, 5] },
} as const;

/** Alarms that began, hour by hour, the gravest at the bottom where their height is read best. */
export function dayOption(hours: readonly Hour[], { colours, hourOf, nameOf, rem }: DayLook): EChartsOption {
  const fontSize = Math.round(0.8125 * rem);
  return {
    aria: { enabled: true, decal: { show: true } },
    grid: { left: 4, right: 8, top: 2.5 * rem, bottom: 4, containLabel: true },
    legend: {
      top: 0,
      left: 0,
      itemWidth: rem,
      itemHeight: 0.75 * rem,
      itemGap: 14,
      textStyle: { color: colours.inkSoft, fontSize },
      data: severities.map(nameOf),
    },
    tooltip: { ...chartTooltip(colours), axisPointer: { type: 'shadow' } },
    xAxis: {
      type: 'category',
      data: hours.map(({ from }) => hourOf(from)),
      axisLine: { lineStyle: { color: colours.line } },
      axisTick: { show: false },
      axisLabel: { color: colours.inkSoft, fontSize, interval: 3 },
    },
    yAxis: {
      ...valueAxis(colours),
      scale: false,
      minInterval: 1,
      axisLabel: { color: colours.inkSoft, fontSize },
      max: ({ max }: { max: number }) => Math.max(4, max),
    },
    series: severities.map((severity) => ({
      type: 'bar',
      name: nameOf(severity),
      stack: 'alarms',
      barCategoryGap: '25%',
      itemStyle: { color: colours.severity[severity], decal: patterns[severity], borderRadius: 1 },
      data: hours.map((hour) => hour[severity]),
    })) as EChartsOption['series'] & object,
  };
}
