import { DateTime } from 'luxon';
import type { GivenTime } from '#ingest/dialects/dialect.ts';
import type { Heard } from '#ingest/heard.ts';

const longest = 40;

/** Formats whose digits stand at fixed places, as nearly all devices write: year, month, day, hour, minute, second. */
const fixed: ReadonlyMap<string, { readonly shape: RegExp; readonly order: readonly number[] }> = new Map([
  [
    "yyyy-MM-dd'T'HH:mm:ss",
    { shape: /^(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)$/, order: [1, 2, 3, 4, 5, 6] },
  ],
  [
    'yyyy-MM-dd HH:mm:ss',
    { shape: /^(\d{4})-(\d\d)-(\d\d) (\d\d):(\d\d):(\d\d)$/, order: [1, 2, 3, 4, 5, 6] },
  ],
  [
    'dd/MM/yyyy HH:mm:ss',
    { shape: /^(\d\d)\/(\d\d)\/(\d{4}) (\d\d):(\d\d):(\d\d)$/, order: [3, 2, 1, 4, 5, 6] },
  ],
]);

/** A local time without a zone, in the community's; one that cannot be read is none: an alarm is not lost for its time. */
export function localTime(
  text: unknown,
  formats: readonly string[],
  { offsets, timezone }: Pick<Heard, 'offsets' | 'timezone'>,
): GivenTime {
  if (typeof text !== 'string' || text.length > longest) return { kind: 'none' };
  const plain = text.trim();
  for (const format of formats) {
    const stamp = fixed.has(format)
      ? epochOf(wallClock(plain, format), { offsets, timezone })
      : readSlowly(plain, format, timezone);
    if (stamp !== undefined) return { kind: 'stamp', stamp };
  }
  return { kind: 'none' };
}

const epochOf = (
  wallMs: number | undefined,
  { offsets, timezone }: Pick<Heard, 'offsets' | 'timezone'>,
): number | undefined => (wallMs === undefined ? undefined : offsets.epochOf(wallMs, timezone));

function readSlowly(text: string, format: string, timezone: string): number | undefined {
  const read = DateTime.fromFormat(text, format, { zone: timezone, locale: 'en-US' });
  return read.isValid ? read.toMillis() : undefined;
}

/** What the wall clock showed, as if it were UTC; undefined: another format, or no such day or hour. */
function wallClock(text: string, format: string): number | undefined {
  const { order = [], shape } = fixed.get(format) ?? {};
  const found = shape?.exec(text);
  if (!found) return undefined;
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = order.map((at) =>
    Number(found[at]),
  );
  const wallMs = Date.UTC(year, month - 1, day, hour, minute, second);
  const back = new Date(wallMs);
  const isReal =
    back.getUTCFullYear() === year && back.getUTCMonth() === month - 1 && back.getUTCDate() === day;
  return isReal && hour < 24 && minute < 60 && second < 60 ? wallMs : undefined;
}
