/** Markdown, as docs/recordings.md has it. */
export interface Table {
  readonly title: string;
  readonly names: readonly string[];
  readonly rows: readonly (readonly (string | number)[])[];
}

export const markdown = ({ title, names, rows }: Table): string =>
  [
    `**${title}**`,
    '',
    `| ${names.join(' | ')} |`,
    `| ${names.map(() => '---').join(' | ')} |`,
    ...rows.map((row) => `| ${row.join(' | ')} |`),
    '',
  ].join('\n');

export const seconds = (ms: number): number => Math.round(ms / 1000);

/** `12–40`; one number when both ends are the same; `–` without any. */
export function range(values: readonly number[]): string {
  if (values.length === 0) return '–';
  const [least, most] = [Math.min(...values), Math.max(...values)];
  return least === most ? `${least}` : `${least}–${most}`;
}

export function median(values: readonly number[]): number | undefined {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.floor((sorted.length - 1) / 2)];
}

/** `2 of 3` */
export const of = (some: number, all: number): string => `${some} of ${all}`;

export const hours = (ms: number): string => (ms / 3_600_000).toFixed(ms < 36_000_000 ? 1 : 0);
export const days = (ms: number): string => (ms / 86_400_000).toFixed(ms < 864_000_000 ? 2 : 0);
