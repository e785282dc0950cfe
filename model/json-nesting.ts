/** What comes from outside nests at most so deep: what reads it goes down by itself, and its stack ends. */
export const deepestNesting = 64;

const quote = 0x22;
const backslash = 0x5c;
const opening: ReadonlySet<number> = new Set([0x5b, 0x7b]);
const closing: ReadonlySet<number> = new Set([0x5d, 0x7d]);

/**
 * Whether lists and objects of a JSON text nest deeper than `deepestNesting`. It looks at the text, for parsing 32 MB of
 * brackets takes seconds and a gigabyte; of what is no JSON it says nothing.
 */
export function isNestedTooDeep(json: string): boolean {
  let depth = 0;
  for (let index = 0; index < json.length; index++) {
    const code = json.charCodeAt(index);
    if (code === quote) index = endOfString(json, index);
    else if (opening.has(code) && ++depth > deepestNesting) return true;
    else if (closing.has(code)) depth--;
  }
  return false;
}

/** Of its closing quote, or of the end of the text. */
function endOfString(json: string, start: number): number {
  for (let index = start + 1; index < json.length; index++) {
    const code = json.charCodeAt(index);
    if (code === quote) return index;
    if (code === backslash) index++;
  }
  return json.length;
}
