import type { Alarm, AlarmChange } from '#model/alarm.ts';

/** What an alarm is now that it was not before (undefined: it was not there); in the order in which it happens. */
export function changesOf(before: Alarm | undefined, after: Alarm): readonly AlarmChange[] {
  if (before === undefined) return ['raised'];
  const noted = after.notes?.at(-1);
  const isNoted = noted !== undefined && JSON.stringify(noted) !== JSON.stringify(before.notes?.at(-1));
  return [
    ...(isNoted ? [noted.action] : []),
    ...(before.state === 'active' && after.state === 'cleared' ? (['cleared'] as const) : []),
    ...(before.tasks.join() === after.tasks.join() ? [] : (['tasks'] as const)),
  ];
}
