/** How much of the time around a moment is looked at; `auto`: as much as it takes to see something. */
export const windows = ['auto', '5m', '15m', '1h', '6h'] as const;

const minuteMs = 60_000;
const reachMs: Readonly<Record<string, number>> = {
  '5m': 5 * minuteMs,
  '15m': 15 * minuteMs,
  '1h': 60 * minuteMs,
  '6h': 360 * minuteMs,
};

/** ISO 8601; undefined for `auto`. */
export function windowAround(
  atMs: number,
  name: string,
): { readonly from: string; readonly to: string } | undefined {
  const reach = reachMs[name];
  if (reach === undefined) return undefined;
  return { from: new Date(atMs - reach).toISOString(), to: new Date(atMs + reach).toISOString() };
}
