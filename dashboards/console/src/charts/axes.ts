import type { ChartColours } from './chart-colours.ts';

/** Axes and tips as all our charts have them; spread into an option and completed. */
export const timeAxis = (colours: ChartColours) =>
  ({
    type: 'time',
    axisLine: { lineStyle: { color: colours.line } },
    axisLabel: { color: colours.inkSoft, hideOverlap: true },
    splitLine: { show: false },
  }) as const;

export const valueAxis = (colours: ChartColours) =>
  ({
    type: 'value',
    scale: true,
    axisLabel: { color: colours.inkSoft },
    splitLine: { lineStyle: { color: colours.line, type: 'dashed' } },
  }) as const;

export const chartTooltip = (colours: ChartColours) =>
  ({
    trigger: 'axis',
    confine: true,
    backgroundColor: colours.surface,
    borderColor: colours.line,
    textStyle: { color: colours.ink, fontSize: 13 },
    axisPointer: { lineStyle: { color: colours.inkSoft } },
  }) as const;
