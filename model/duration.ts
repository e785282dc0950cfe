import { type DurationMs, durationMs } from '#model/brand.ts';

const unitMs = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const;
type Unit = keyof typeof unitMs;

const pattern = /^(\d+(?:\.\d+)?)(ms|s|m|h|d)$/;

/**
 * Reads a duration as rule files and community files write it: a number and one of `ms s m h d` (`90s`, `2m`, `12h`).
 * Answers undefined for anything else; zero is a duration.
 */
export function parseDuration(text: string): DurationMs | undefined {
  const match = pattern.exec(text.trim());
  if (!match) return undefined;
  const value = Number(match[1]) * unitMs[match[2] as Unit];
  return Number.isSafeInteger(value) ? durationMs(value) : undefined;
}

/** The shortest exact writing of a duration: 120000 → `2m`. */
export function formatDuration(length: DurationMs): string {
  for (const unit of ['d', 'h', 'm', 's'] as const) {
    if (length !== 0 && length % unitMs[unit] === 0) return `${length / unitMs[unit]}${unit}`;
  }
  return `${length}ms`;
}
