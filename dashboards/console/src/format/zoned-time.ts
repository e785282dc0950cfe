/** Times as the clocks on the community's walls show them, in whatever zone the browser is. */

const minuteMs = 60_000;

const formats = new Map<string, Intl.DateTimeFormat>();
function formatOf(zone: string): Intl.DateTimeFormat {
  const known = formats.get(zone);
  if (known) return known;
  const made = new Intl.DateTimeFormat('en-CA', {
    timeZone: zone,
    hourCycle: 'h23',
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
  });
  formats.set(zone, made);
  return made;
}

/** How far the zone is ahead of UTC at that moment, ms. */
export function zoneOffsetMs(at: number, zone: string): number {
  const part: Record<string, number> = {};
  for (const { type, value } of formatOf(zone).formatToParts(at)) part[type] = Number(value);
  const { year = 1970, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = part;
  return Date.UTC(year, month - 1, day, hour, minute, second) - Math.floor(at / 1_000) * 1_000;
}

/** `2026-01-01T12:00`, as a field for date and time has it. */
export const wallText = (at: number, zone: string): string =>
  new Date(at + zoneOffsetMs(at, zone)).toISOString().slice(0, 16);

/** Reads such a text; undefined: it is none. */
export function atWallText(text: string, zone: string): number | undefined {
  const wall = Date.parse(`${text.slice(0, 16)}:00Z`);
  if (!/^\d{4}-\d\d-\d\dT\d\d:\d\d/.test(text) || Number.isNaN(wall)) return undefined;
  // The offset that counts is the one of the moment that is sought: the second guess has it.
  const guess = wall - zoneOffsetMs(wall, zone);
  return wall - zoneOffsetMs(guess, zone);
}

const steps = [
  1, 2, 5, 10, 15, 30, 60, 120, 180, 360, 720, 1_440, 2_880, 4_320, 7_200, 10_080, 20_160, 43_200,
];

/** Round times of the zone between two moments, at most about `most` of them: full hours, midnights. */
export function zonedTicks(
  range: { readonly from: number; readonly to: number },
  zone: string,
  most: number,
) {
  const length = range.to - range.from;
  const step = (steps.find((minutes) => length / (minutes * minuteMs) <= most) ?? 86_400) * minuteMs;
  const ticks: number[] = [];
  // Steps are counted on the wall, from its midnight.
  const first = Math.ceil((range.from + zoneOffsetMs(range.from, zone)) / step) * step;
  for (let wall = first; ; wall += step) {
    const at = wall - zoneOffsetMs(wall - zoneOffsetMs(range.from, zone), zone);
    if (at > range.to) return { ticks, isDaily: step >= 1_440 * minuteMs };
    ticks.push(at);
  }
}
