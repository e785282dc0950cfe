import { inLanguage } from '#model/text.ts';

/** The fields of an item as texts: absent is empty, a list is joined, a text in two languages is the Chinese one first. */
export const column = (item: unknown, fields: readonly string[]): string[] =>
  fields.map((field) => cellText((item as Readonly<Record<string, unknown>>)[field]));

function cellText(value: unknown): string {
  if (value === undefined || value === null) return '';
  if (Array.isArray(value)) return value.map(cellText).join(',');
  if (typeof value === 'string') return value;
  return typeof value === 'object' ? inLanguage(value, 'zh') : JSON.stringify(value);
}

/** Rows under their names, columns padded; two spaces between them. */
export function table(names: readonly string[], rows: readonly (readonly string[])[]): string {
  const all = [names, ...rows];
  const widths = names.map((_, index) => Math.max(...all.map((row) => row[index]?.length ?? 0)));
  return all
    .map((row) =>
      row
        .map((text, index) => text.padEnd(widths[index] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}
