import type { CustomSeriesOption } from 'echarts';
import type { ChartColours } from '../chart-colours.ts';
import { type DrawnSeries, laneHeight } from './series-layout.ts';
import type { ChartFrame } from './series-option.ts';
import { spansOf } from './series-shape.ts';

const nameHeight = 20;
const bandHeight = 18;
const restHeight = 4;
/** ECharts measures in a narrower font than the page's, which it takes from the page. */
const measuredShare = 0.82;

type Place = { readonly x: number; readonly y: number; readonly width: number; readonly height: number };

/**
 * What a truth or a word was over time: a lane with its name above. True is a full band and false a thin line, so that it is
 * seen without colour; words are written into their bands where there is room.
 */
export function laneSeries(
  { data, id, isBefore, look, name, valueText }: DrawnSeries,
  { colours, frame, index, lane }: { index: number; lane: number; frame: ChartFrame; colours: ChartColours },
): CustomSeriesOption {
  const spans = spansOf(data, isBefore ? frame.range.to : Math.min(frame.range.to, frame.now));
  const nameStyle = {
    text: name,
    fill: colours.ink,
    fontFamily: 'inherit',
    fontSize: 13,
    fontWeight: 560,
    overflow: 'truncate',
  };
  return {
    type: 'custom',
    id,
    name,
    xAxisIndex: index,
    yAxisIndex: index,
    encode: { x: [0, 1], y: 2 },
    // One that is outside of the picture has to be cut, not left out.
    clip: true,
    data: [
      [frame.range.from, frame.range.to, lane + 0.5, -1],
      ...spans.map((span, at) => [span.from, span.to, lane + 0.5, at]),
    ],
    renderItem: (params, api) => {
      const area = params.coordSys as unknown as Place;
      const top = area.y + lane * laneHeight;
      const span = spans[Number(api.value(3))];
      if (span === undefined)
        return {
          type: 'text',
          x: area.x,
          y: top + 2,
          silent: true,
          style: { ...nameStyle, width: area.width * measuredShare } as never,
        };
      const from = Math.max(api.coord([span.from, 0])[0] ?? 0, area.x);
      const to = Math.min(api.coord([span.to, 0])[0] ?? 0, area.x + area.width);
      if (to <= from) return null;
      const isRest = span.value === false;
      const height = isRest ? restHeight : bandHeight;
      // A moment of a month would be too thin to be seen.
      const width = isRest ? to - from : Math.max(to - from, 2);
      const y = top + nameHeight + (bandHeight - height) / 2;
      const isWord = typeof span.value === 'string';
      return {
        type: 'group',
        children: [
          {
            type: 'rect',
            shape: { x: from, y, width, height, r: isRest ? 2 : 4 },
            style: { fill: look.colour, opacity: opacityOf(span.value, isBefore) },
          },
          ...(isWord && width > 48
            ? [
                {
                  type: 'text' as const,
                  x: from + 6,
                  y: y + height / 2,
                  style: {
                    text: valueText(span.value),
                    fill: colours.ink,
                    fontFamily: 'inherit',
                    fontSize: 12,
                    verticalAlign: 'middle' as const,
                    width: width - 10,
                    overflow: 'truncate' as const,
                  },
                },
              ]
            : []),
        ],
      };
    },
  };
}

function opacityOf(value: unknown, isBefore: boolean): number {
  if (value === false) return 0.35;
  if (typeof value === 'string') return 0.22;
  return isBefore ? 0.45 : 0.9;
}
