import { isIP } from 'node:net';
import { parse } from 'yaml';
import { type DurationMs, day } from '#model/brand.ts';
import { parseDuration } from '#model/duration.ts';
import { parseRetention } from '#model/retention.ts';

/** One setting: what it is when nobody says anything, and which texts it takes. */
export interface Setting {
  readonly fallback: string | number | null;
  /** What is accepted, for the error message. */
  readonly wants: string;
  readonly read: (text: string) => string | number | undefined;
}

export const text = (fallback: string | null): Setting => ({
  fallback,
  wants: 'a text that is not empty',
  read: (value) => (value === '' ? undefined : value),
});
export const port = (fallback: number): Setting => ({
  fallback,
  wants: 'a port between 0 and 65535 (0: any free one)',
  read: (value) => (/^\d{1,5}$/.test(value) && Number(value) <= 65_535 ? Number(value) : undefined),
});
export const oneOf = (fallback: string, ...words: string[]): Setting => ({
  fallback,
  wants: `one of ${words.join(', ')}`,
  read: (value) => (words.includes(value) ? value : undefined),
});
export const size = (fallback: string): Setting => ({
  fallback,
  wants: 'a size such as 1MB, 256MB or 2GB',
  read: (value) => (/^[1-9]\d{0,5}(MB|GB)$/.test(value) ? value : undefined),
});
export const count = (fallback: number): Setting => ({
  fallback,
  wants: 'a whole number above 0',
  read: (value) => (/^[1-9]\d{0,8}$/.test(value) ? Number(value) : undefined),
});
export const phone = (fallback: string): Setting => ({
  fallback,
  wants: 'a number to call, such as 120 or +86 21 5555 0000',
  read: (value) => (/^\+?[\d -]{2,30}$/.test(value) ? value : undefined),
});
export const url = (): Setting => ({
  fallback: null,
  wants: 'an http or https address such as https://gridbell.example',
  read: (value) => (/^https?:$/.test(URL.parse(value)?.protocol ?? '') ? value : undefined),
});
/** Without a name and password in it: addresses are told in logs and errors. */
export const serverUrl = (): Setting => ({
  fallback: null,
  wants: 'an http or https address without name and password, such as http://127.0.0.1:8086',
  read: (value) => {
    const parsed = URL.parse(value);
    const isPlain = parsed?.username === '' && parsed.password === '' && parsed.search === '';
    return isPlain && /^https?:$/.test(parsed.protocol) ? value : undefined;
  },
});
export const mapping = (): Setting => ({
  fallback: '{}',
  wants: 'a mapping: what it holds by its id',
  read: (value) => {
    try {
      const parsed: unknown = parse(value);
      return typeof parsed === 'object' && parsed !== null && !Array.isArray(parsed) ? value : undefined;
    } catch {
      return undefined;
    }
  },
});
export const retention = (): Setting => ({
  fallback: '{}',
  wants:
    'how long public, operational, personal and health data is kept, and properties by name, such as { health: { readings: 90d, rollups: 365d } }, each at least 1d or forever and roll-ups no shorter than readings',
  read: (value) => {
    try {
      return parseRetention(parse(value)) === undefined ? undefined : value;
    } catch {
      return undefined;
    }
  },
});
export const timeOfDay = (fallback: string): Setting => ({
  fallback,
  wants: 'a time of day such as 08:00',
  read: (value) => (/^([01]\d|2[0-3]):[0-5]\d$/.test(value) ? value : undefined),
});
const isPeriod = (length: DurationMs | undefined): boolean =>
  length !== undefined && length > 0 && length <= 7 * day;
export const duration = (fallback: string): Setting => ({
  fallback,
  wants: 'a duration such as 500ms, 60s or 10m, longer than zero and at most 7d',
  // A timer of more than 24 days would run out at once.
  read: (value) => (isPeriod(parseDuration(value)) ? value : undefined),
});

const isAddress = (value: string): boolean => {
  const [address = '', bits] = value.split('/');
  const most = isIP(address) === 4 ? 32 : 128;
  return isIP(address) !== 0 && (bits === undefined || (/^\d{1,3}$/.test(bits) && Number(bits) <= most));
};
export const addresses = (): Setting => ({
  fallback: null,
  wants: 'addresses or networks, such as 127.0.0.1, 10.0.0.0/8',
  read: (value) => (listOf(value).every(isAddress) ? value : undefined),
});

/** What stands between commas. */
export const listOf = (value: string): string[] => value.split(',').map((each) => each.trim());
