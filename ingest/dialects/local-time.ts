import { DateTime } from 'luxon';
import type { GivenTime } from '#ingest/dialects/dialect.ts';

const longest = 40;

/** A local time without a zone, in the community's; one that cannot be read is none: an alarm is not lost for its time. */
export function localTime(text: unknown, formats: readonly string[], timezone: string): GivenTime {
  if (typeof text !== 'string' || text.length > longest) return { kind: 'none' };
  for (const format of formats) {
    const read = DateTime.fromFormat(text.trim(), format, { zone: timezone, locale: 'en-US' });
    if (read.isValid) return { kind: 'stamp', stamp: read.toMillis() };
  }
  return { kind: 'none' };
}
