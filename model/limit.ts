import { Type } from 'typebox';
import type { DurationMs } from '#model/brand.ts';
import { parseDuration } from '#model/duration.ts';

/**
 * A time limit of a category: time that passes (`60s`, `15m`, `24h`), or time of the community's working calendar,
 * `4wh` four working hours 工作时, `3wd` three working days 工作日.
 */
export type Limit =
  | { readonly kind: 'elapsed'; readonly ms: DurationMs }
  | { readonly kind: 'working-hours'; readonly hours: number }
  | { readonly kind: 'working-days'; readonly days: number };

export const LimitText = Type.String({
  pattern: '^\\d+(\\.\\d+)?(ms|s|m|h|d|wh|wd)$',
  maxLength: 24,
  title: 'time limit such as 15m, 4wh (working hours), 3wd (working days)',
});

const workingTime = /^(\d+(?:\.\d+)?)(wh|wd)$/;

/** Reads a limit as categories write it; undefined for anything else. */
export function parseLimit(text: string): Limit | undefined {
  const working = workingTime.exec(text.trim());
  if (working) {
    const count = Number(working[1]);
    return working[2] === 'wh'
      ? { kind: 'working-hours', hours: count }
      : { kind: 'working-days', days: count };
  }
  const ms = parseDuration(text);
  return ms === undefined ? undefined : { kind: 'elapsed', ms };
}
