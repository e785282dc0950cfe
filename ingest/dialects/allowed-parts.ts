import { isObject } from '#ingest/dialects/dialect.ts';

const longestText = 128;
const mostItems = 64;
const deepest = 8;

/**
 * What of a JSON value may be kept where persons may be spoken of: under keys that are known to say nothing of anybody, and
 * nothing else. Texts that are longer than any word of the make's are left out.
 */
export function allowedParts(value: unknown, isAllowed: (key: string) => boolean, depth = 0): unknown {
  if (typeof value === 'string') return value.length > longestText ? undefined : value;
  if (depth > deepest) return undefined;
  if (Array.isArray(value))
    return value.slice(0, mostItems).map((each) => allowedParts(each, isAllowed, depth + 1) ?? null);
  if (!isObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([key]) => isAllowed(key))
      .map(([key, each]) => [key, allowedParts(each, isAllowed, depth + 1)]),
  );
}

/** The same as a payload. */
export const allowedPayload = (value: unknown, isAllowed: (key: string) => boolean): Uint8Array =>
  Buffer.from(JSON.stringify(allowedParts(value, isAllowed)) ?? '');
