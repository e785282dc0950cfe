import { isUtf8 } from 'node:buffer';

export type Parsed =
  | { readonly ok: true; readonly value: unknown }
  | { readonly ok: false; readonly detail: string };

/**
 * Reads a payload as JSON in UTF-8; a byte order mark is passed over. Never throws.
 *
 * `NaN` and `Infinity`, which some encoders write and JSON does not have, become infinite numbers: only their own value
 * is refused then, and a `"smoke":true` beside them is not lost.
 */
export function parseJson(payload: Uint8Array): Parsed {
  if (!isUtf8(payload)) return { ok: false, detail: 'the payload is not UTF-8' };
  const text = textOf(payload);
  try {
    return { ok: true, value: JSON.parse(text) };
  } catch {
    return parseWithoutNames(text);
  }
}

/** The payload as text, without a byte order mark. */
export function textOf(payload: Uint8Array): string {
  const text = Buffer.from(payload.buffer, payload.byteOffset, payload.byteLength).toString('utf8');
  return text.charCodeAt(0) === 0xfeff ? text.slice(1) : text;
}

function parseWithoutNames(text: string): Parsed {
  try {
    return { ok: true, value: JSON.parse(withNumbersForNames(text)) };
  } catch (error) {
    return { ok: false, detail: `not JSON: ${reasonOf(error)}` };
  }
}

/** What V8 says, without the piece of the text that it quotes: that may be personal. */
function reasonOf(error: unknown): string {
  const message = error instanceof Error ? error.message : '';
  const place = /position \d+/.exec(message);
  if (place) return `it breaks at ${place[0]}`;
  return message.includes('end of JSON') ? 'it ends too early' : 'it breaks at the beginning';
}

/** `NaN`, `Infinity`, `-Infinity` outside texts become `1e999`, which a double cannot hold. */
function withNumbersForNames(text: string): string {
  const parts = text.split('"');
  let isInText = false;
  for (let index = 0; index < parts.length; index += 1) {
    const part = parts[index] ?? '';
    if (!isInText) parts[index] = part.replaceAll(/\b(?:NaN|Infinity)\b/g, '1e999');
    // A quote ends a text unless an odd number of backslashes stands before it.
    if (!(isInText && hasOddBackslashes(part))) isInText = !isInText;
  }
  return parts.join('"');
}

function hasOddBackslashes(part: string): boolean {
  let count = 0;
  while (part.charCodeAt(part.length - 1 - count) === 92) count += 1;
  return count % 2 === 1;
}
