import { init } from 'echarts';
import { withProperties } from '#device-sim/load/report/colours.ts';
import type { Plot } from '#device-sim/load/report/plot.ts';

/** One drawing for wide windows and one for phones: scaled down, the text of the first could not be read. */
export const sizes = {
  wide: { width: 920, height: 320 },
  narrow: { width: 380, height: 300 },
} as const;

/** As SVG text that scales with its width and takes its colours from custom properties. */
export function drawing(plot: Plot, size: keyof typeof sizes): string {
  const chart = init(null, null, { renderer: 'svg', ssr: true, ...sizes[size] });
  try {
    chart.setOption(plot.option(size === 'narrow'));
    return withProperties(chart.renderToSVGString({ useViewBox: true }));
  } finally {
    chart.dispose();
  }
}
