import { DateTime } from 'luxon';
import type { HoursTree } from '#tests/rules/reference/rule-tree.ts';

const hourMs = 3_600_000;

/** Whether `at` lies in the hours, which begin on their days and may run into the next. */
export function isWithinHours(hours: HoursTree, at: number, zone: string): boolean {
  const { hour, weekday } = DateTime.fromMillis(at, { zone });
  const { from, to, days } = hours;
  if (from < to) return days.includes(weekday) && hour >= from && hour < to;
  const yesterday = weekday === 1 ? 7 : weekday - 1;
  return (days.includes(weekday) && hour >= from) || (days.includes(yesterday) && hour < to);
}

/** When `lengthMs` of the time in the hours has passed since `from`: looked for hour by hour. */
export function endOfCounted(from: number, lengthMs: number, hours: HoursTree | null, zone: string): number {
  if (hours === null) return from + lengthMs;
  let at = from;
  let left = lengthMs;
  for (let steps = 0; steps < 24 * 400; steps++) {
    const next = (Math.floor(at / hourMs) + 1) * hourMs;
    if (isWithinHours(hours, at, zone)) {
      if (left <= next - at) return at + left;
      left -= next - at;
    }
    at = next;
  }
  return Number.POSITIVE_INFINITY;
}
