const graphemes = new Intl.Segmenter(undefined, { granularity: 'grapheme' });
const ellipsis = '…';

/** How a receiver measures a text. */
export type Measure = (text: string) => number;
export const utf8Bytes: Measure = (text) => Buffer.byteLength(text);
/** As it stands within a JSON text, without the quotes around it. */
export const jsonBytes: Measure = (text) => Buffer.byteLength(JSON.stringify(text)) - 2;
/** UTF-16 units: what gateways of short messages count as characters. */
export const characters: Measure = (text) => text.length;

/**
 * The text, or its beginning and `…` where it measures more than `most`. It is cut between what readers see as characters:
 * never within a surrogate pair, nor between a letter and its accent.
 */
export function cutTo(text: string, most: number, measure: Measure = characters): string {
  const whole = text.toWellFormed();
  if (measure(whole) <= most) return whole;
  const room = most - measure(ellipsis);
  let kept = '';
  let size = 0;
  for (const { segment } of graphemes.segment(whole)) {
    size += measure(segment);
    if (size > room) break;
    kept += segment;
  }
  return room < 0 ? '' : `${kept.trimEnd()}${ellipsis}`;
}

/** On one line: for a subject, a header, a spoken sentence. */
export const oneLine = (text: string): string => text.replace(/[\s\p{Cc}\u2028\u2029]+/gu, ' ').trim();
