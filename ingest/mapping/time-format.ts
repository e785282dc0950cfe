import { DateTime, IANAZone } from 'luxon';
import type { GivenTime } from '#ingest/dialects/dialect.ts';
import { wordAsNumber } from '#ingest/dialects/words.ts';

/** How a make writes times. `read` answers undefined where it is none. */
export interface TimeFormat {
  read(value: unknown, timezone: string): GivenTime | undefined;
}
type Compiled = { readonly format: TimeFormat; readonly fault?: never } | { readonly fault: string };

const longest = 40;
/** Milliseconds of one of them. */
const epochs: ReadonlyMap<string, number> = new Map([
  ['s', 1_000],
  ['ms', 1],
  ['us', 0.001],
  ['ns', 0.000001],
]);

/**
 * Parts that a pattern may have, Luxon's names; none twice, and each of a bounded length: a pattern is matched by a regular
 * expression, and many parts of any length in a row would take for ever to fit nothing.
 */
const parts: ReadonlyMap<string, string> = new Map([
  ['yyyy', 'year'],
  ['yy', 'year'],
  ['MMMM', 'month'],
  ['MMM', 'month'],
  ['MM', 'month'],
  ['M', 'month'],
  ['dd', 'day'],
  ['d', 'day'],
  ['HH', 'hour'],
  ['H', 'hour'],
  ['hh', 'hour'],
  ['h', 'hour'],
  ['mm', 'minute'],
  ['m', 'minute'],
  ['ss', 'second'],
  ['s', 'second'],
  ['SSS', 'millisecond'],
  ['S', 'millisecond'],
  ['a', 'half'],
  ['EEE', 'weekday'],
  ['EEEE', 'weekday'],
  ['Z', 'zone'],
  ['ZZ', 'zone'],
  ['ZZZ', 'zone'],
]);

export function compileTime(as: string, zone: string | undefined): Compiled {
  if (zone !== undefined && !IANAZone.isValidZone(zone))
    return { fault: `${zone} is no IANA time zone, such as Asia/Shanghai` };
  const scale = epochs.get(as);
  if (scale !== undefined) return { format: { read: (value) => sinceEpoch(value, scale) } };
  if (as === 'iso')
    return {
      format: {
        read: (value, timezone) =>
          stampOf(value, (text) => DateTime.fromISO(text, { zone: zone ?? timezone })),
      },
    };
  const fault = faultOf(as);
  if (fault !== undefined) return { fault };
  const pattern = DateTime.buildFormatParser(as, { locale: 'en-US' });
  return {
    format: {
      read: (value, timezone) =>
        stampOf(value, (text) =>
          DateTime.fromFormatParser(text, pattern, { zone: zone ?? timezone, locale: 'en-US' }),
        ),
    },
  };
}

function faultOf(pattern: string): string | undefined {
  const seen = new Set<string>();
  for (const [token] of pattern.replaceAll(/'[^']*'/g, ' ').matchAll(/([A-Za-z])\1*/g)) {
    const part = parts.get(token);
    if (part === undefined)
      return `iso, s, ms, us, ns, or a pattern of yyyy MM dd HH mm ss SSS a ZZ and the like; "${token}" is none of it (words stand in '…')`;
    if (seen.has(part)) return `the pattern has the ${part} twice`;
    seen.add(part);
  }
  return seen.size === 0 ? 'iso, s, ms, us, ns, or a pattern such as dd/MM/yyyy HH:mm:ss' : undefined;
}

function sinceEpoch(value: unknown, scale: number): GivenTime | undefined {
  const number = typeof value === 'string' && value.length <= longest ? wordAsNumber(value) : value;
  return typeof number === 'number' && Number.isFinite(number)
    ? { kind: 'stamp', stamp: number * scale }
    : undefined;
}

function stampOf(value: unknown, read: (text: string) => DateTime): GivenTime | undefined {
  if (typeof value !== 'string' || value.length > longest) return undefined;
  const time = read(value.trim());
  return time.isValid ? { kind: 'stamp', stamp: time.toMillis() } : undefined;
}
