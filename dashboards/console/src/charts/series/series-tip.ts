import type { DrawnSeries } from './series-layout.ts';
import { dashArray, type SeriesLook } from './series-look.ts';
import { pointAt } from './series-shape.ts';

/** Tips are HTML, and names and values come from people and devices. */
const escaped = (text: string): string =>
  text.replace(/[&<>"']/g, (sign) => `&#${sign.codePointAt(0) ?? 0};`);

const sample = (look: SeriesLook): string =>
  `<svg width="18" height="8" aria-hidden="true"><line x1="0" y1="4" x2="18" y2="4" stroke="${look.colour}" stroke-width="3" stroke-dasharray="${dashArray(look)}"/></svg>`;

/** What every series was at a moment: its value, and of a bucket the least and the most. */
export function tipOf(
  series: readonly DrawnSeries[],
  { at, heading, nothing }: { readonly at: number; readonly heading: string; readonly nothing: string },
): string {
  const rows = series.map(({ data, look, name, valueText }) => {
    const point = pointAt(data, at);
    const value = point === undefined ? nothing : valueText(point.value);
    const { min, max } = point ?? {};
    const band =
      min !== undefined && max !== undefined && min !== max ? ` (${valueText(min)} – ${valueText(max)})` : '';
    return `<div style="display:flex;align-items:center;gap:8px;max-width:420px">${sample(look)}<span style="flex:1;white-space:normal">${escaped(name)}</span><b>${escaped(value)}</b><span>${escaped(band)}</span></div>`;
  });
  return `<div style="margin-bottom:4px">${escaped(heading)}</div>${rows.join('')}`;
}
