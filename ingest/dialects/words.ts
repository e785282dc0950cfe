const yes: ReadonlySet<string> = new Set(['true', 'on', 'yes', '1', 'open', 'active', 'alarm', 'detected']);
const no: ReadonlySet<string> = new Set([
  'false',
  'off',
  'no',
  '0',
  'closed',
  'inactive',
  'normal',
  'clear',
  'none',
]);

/** Yes or no as makes write it; undefined: another word. */
export function wordAsBoolean(word: string): boolean | undefined {
  const plain = word.trim().toLowerCase();
  if (yes.has(plain)) return true;
  return no.has(plain) ? false : undefined;
}

const number = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d{1,3})?$/i;

/** A decimal number in a text, blanks around it aside; undefined: anything else. */
export function wordAsNumber(word: string): number | undefined {
  const plain = word.trim();
  return number.test(plain) ? Number(plain) : undefined;
}
