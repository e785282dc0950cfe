const toCamel = (key: string): string =>
  key.replace(/-([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());
const toKebab = (key: string): string => key.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);

/** Keys below these are names that users chose (properties, payload fields), not ours: they stay as they are. */
const verbatim: ReadonlySet<string> = new Set(['limits', 'values', 'args', 'words']);

function convert(value: unknown, rename: (key: string) => string): unknown {
  if (Array.isArray(value)) return value.map((entry) => convert(entry, rename));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, entry]) => [
      rename(key),
      verbatim.has(key) ? entry : convert(entry, rename),
    ]),
  );
}

/** File keys (`lives-alone`) to ours (`livesAlone`). A key that is camelCase already stays. */
export const camelKeys = (value: unknown): unknown => convert(value, toCamel);
/** Ours to file keys. */
export const kebabKeys = (value: unknown): unknown => convert(value, toKebab);
