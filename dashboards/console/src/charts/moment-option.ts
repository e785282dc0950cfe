import type { EChartsOption } from 'echarts';
import { chartTooltip, timeAxis, valueAxis } from './axes.ts';
import type { ChartColours } from './chart-colours.ts';
import type { MomentPoint } from './moment-readings.ts';

export interface Moment {
  readonly points: readonly MomentPoint[];
  readonly from: number;
  readonly to: number;
  /** When the alarm began. */
  readonly at: number;
  /** When it was over; null: it stands. */
  readonly until: number | null;
  readonly now: number;
}

/** The words on the chart. */
export interface MomentWords {
  readonly property: string;
  readonly unit: string;
  readonly alarm: string;
  readonly valueText: (value: MomentPoint['value']) => string;
  readonly time: (at: number) => string;
  /** At the axis: short, and in the community's zone, where the browser may not be. */
  readonly tick: (at: number) => string;
}

/** Words are drawn as steps: each has a height of its own, truth above untruth. */
export function levelsOf(points: readonly MomentPoint[]): readonly MomentPoint['value'][] | null {
  if (points.every(({ value }) => typeof value === 'number')) return null;
  if (points.every(({ value }) => typeof value === 'boolean')) return [false, true];
  return [...new Set(points.map(({ value }) => value))].sort((a, b) => String(a).localeCompare(String(b)));
}

/** A line through the readings, a mark where the alarm began, and a tint over the time in which it stood. */
export function momentOption(moment: Moment, words: MomentWords, colours: ChartColours): EChartsOption {
  const { at, from, now, points, to, until } = moment;
  const levels = levelsOf(points);
  // A little beyond the moment, so that its mark has room also when it is now.
  const end = Math.min(to, Math.max(now, at + (at - from) / 10));
  const heightOf = (value: MomentPoint['value']): number =>
    levels === null ? Number(value) : levels.indexOf(value);
  const last = points.at(-1);
  const data = points.map(({ at: time, value }) => [time, heightOf(value)]);
  // A state holds until something else is said.
  const known = Math.min(end, Math.max(now, at));
  if (levels !== null && last !== undefined && last.at < known) data.push([known, heightOf(last.value)]);
  const axis = timeAxis(colours);
  const alarmEnd = Math.min(until ?? known, known);

  return {
    // On the right, half of the mark's words.
    grid: { left: 12, right: 36, top: 36, bottom: 8, containLabel: true },
    tooltip: {
      ...chartTooltip(colours),
      formatter: (given: unknown) => {
        const index = indexOf(given);
        const point = points[Math.min(index, points.length - 1)];
        return point === undefined
          ? ''
          : `${words.time(point.at)}<br><b>${escaped(words.valueText(point.value))}</b>`;
      },
    },
    xAxis: {
      ...axis,
      axisLabel: { ...axis.axisLabel, formatter: words.tick },
      min: from,
      max: end,
      splitNumber: 4,
    },
    yAxis:
      levels === null
        ? {
            ...valueAxis(colours),
            name: words.unit,
            nameTextStyle: { color: colours.inkSoft, align: 'left' },
          }
        : {
            ...valueAxis(colours),
            min: 0,
            max: Math.max(1, levels.length - 1),
            interval: 1,
            axisLabel: {
              color: colours.inkSoft,
              formatter: (level: number) => {
                const value = levels[level];
                return value === undefined ? '' : words.valueText(value);
              },
            },
          },
    series: [
      {
        type: 'line',
        name: words.property,
        data,
        ...(levels === null ? {} : { step: 'end' as const }),
        showSymbol: levels === null && points.length < 80,
        symbolSize: 7,
        lineStyle: { width: 2.5 },
        markLine: {
          symbol: 'none',
          silent: true,
          lineStyle: { color: colours.severity.critical, width: 2, type: 'solid' },
          label: { formatter: words.alarm, color: colours.severity.critical, fontWeight: 600, fontSize: 13 },
          data: [{ xAxis: at }],
        },
        ...(alarmEnd > at
          ? {
              markArea: {
                silent: true,
                itemStyle: { color: colours.severity.critical, opacity: 0.1 },
                data: [[{ xAxis: at }, { xAxis: alarmEnd }]],
              },
            }
          : {}),
      },
    ],
  };
}

function indexOf(given: unknown): number {
  const first: unknown = Array.isArray(given) ? given[0] : given;
  return typeof first === 'object' && first !== null && 'dataIndex' in first ? Number(first.dataIndex) : 0;
}

/** Tips are HTML, and values come from devices. */
const escaped = (text: string): string =>
  text.replace(/[&<>"']/g, (sign) => `&#${sign.codePointAt(0) ?? 0};`);
