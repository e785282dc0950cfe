import { DateTime } from 'luxon';
import { type DurationMs, durationMs, type EpochMs, epochMs, plus } from '#model/brand.ts';
import { parseDuration } from '#model/duration.ts';

/** When tests begin that do not say it, in the community's zone. */
export const usualStart = '2026-01-01T12:00';

const part = /\d+(?:\.\d+)?(?:ms|s|m|h|d)/g;

/** `90s`, `1h30m`, `2d 7h`; undefined for anything else. */
export function parseSpan(text: string): DurationMs | undefined {
  const parts = text.match(part) ?? [];
  if (parts.length === 0 || text.replaceAll(part, '').trim() !== '') return undefined;
  const sum = parts.reduce((all, each) => all + (parseDuration(each) ?? Number.NaN), 0);
  return Number.isSafeInteger(sum) ? durationMs(sum) : undefined;
}

/**
 * A time of the community's clocks, `2026-01-01T12:00` or with seconds, or of any with its zone behind it (`Z`, `+08:00`);
 * undefined for anything else.
 */
export function parseLocal(text: string, zone: string): EpochMs | undefined {
  if (!/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d{1,3})?)?(Z|[+-]\d{2}:\d{2})?$/.test(text))
    return undefined;
  const time = DateTime.fromISO(text, { zone });
  return time.isValid ? epochMs(time.toMillis()) : undefined;
}

/** Times of one test: what is written as they are kept, and back. */
export class Moments {
  readonly start: EpochMs;
  readonly #zone: string;

  constructor(start: EpochMs, zone: string) {
    this.start = start;
    this.#zone = zone;
  }

  /** Undefined for what is no time; one before the beginning is one. */
  read(text: string): EpochMs | undefined {
    const span = parseSpan(text);
    return span === undefined ? parseLocal(text, this.#zone) : plus(this.start, span);
  }

  /** As the community's clocks show it; with the date when it is not the day of the beginning. */
  clock(at: EpochMs): string {
    const time = DateTime.fromMillis(at, { zone: this.#zone });
    const isSameDay = time.hasSame(DateTime.fromMillis(this.start, { zone: this.#zone }), 'day');
    return time.toFormat(isSameDay ? 'HH:mm:ss' : 'yyyy-MM-dd HH:mm:ss');
  }

  /** Since the beginning: `61s`, `3m31s`, `2d7h`. */
  since(at: EpochMs): string {
    return formatSpan(at - this.start);
  }
}

const units = [
  ['d', 86_400_000],
  ['h', 3_600_000],
  ['m', 60_000],
  ['s', 1_000],
  ['ms', 1],
] as const;

/** Up to two minutes in seconds, as tests write it. */
export function formatSpan(ms: number): string {
  if (ms < 0) return `-${formatSpan(-ms)}`;
  if (ms <= 120_000 && ms % 1_000 === 0) return `${ms / 1_000}s`;
  let rest = ms;
  let text = '';
  for (const [unit, length] of units) {
    const count = Math.floor(rest / length);
    if (count > 0) text += `${count}${unit}`;
    rest -= count * length;
  }
  return text;
}
