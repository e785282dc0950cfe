/** Crockford's base32: no I, L, O and U, which are heard or read as something else. */
const alphabet = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
/** What people write for it all the same. */
const lookAlikes: Readonly<Record<string, string>> = { I: '1', L: '1', O: '0' };

/** Times x in GF(2^5) (x^5 + x^2 + 1): with it one wrong character, or two that changed places, never fit the check. */
const timesX = (value: number): number => (value & 16 ? (value << 1) ^ 0b100101 : value << 1);
const sumOf = (values: readonly number[]): number => values.reduce((sum, value) => timesX(sum) ^ value, 0);

/** `length` characters of 5 bits each, the last of which checks the others; from so many random or hashed bytes. */
export function codeFrom(bytes: Uint8Array, length: number): string {
  const values = [...bytes.subarray(0, length - 1)].map((byte) => byte & 31);
  values.push(timesX(sumOf(values)));
  return values.map((value) => alphabet[value]).join('');
}

/** The code in what somebody typed, with blanks, dashes and small letters; null: it is none, or one was misread. */
export function readCode(typed: string, length: number): string | null {
  const text = typed
    .toUpperCase()
    .replace(/[\s-]/g, '')
    .replace(/[ILO]/g, (letter) => lookAlikes[letter] ?? letter);
  const values = text.split('').map((letter) => alphabet.indexOf(letter));
  return text.length === length && !values.includes(-1) && sumOf(values) === 0 ? text : null;
}
