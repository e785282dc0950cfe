import type { Kind } from './figures-queries.ts';

/** `2026-03-04` so many days, weeks or months on. A month later is its first day, so that none is skipped. */
export function stepped(date: string, kind: Kind, steps: number): string {
  const [year = 1970, month = 1, day = 1] = date.split('-').map(Number);
  const at =
    kind === 'monthly'
      ? Date.UTC(year, month - 1 + steps, 1)
      : Date.UTC(year, month - 1, day + steps * (kind === 'weekly' ? 7 : 1));
  return new Date(at).toISOString().slice(0, 10);
}
