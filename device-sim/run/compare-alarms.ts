import type { ExpectedAlarm } from '#device-sim/message.ts';
import type { SeenAlarm } from '#device-sim/run/alarms-seen.ts';
import type { EpochMs } from '#model/brand.ts';

/** What came against what the scenarios announce. */
export interface AlarmComparison {
  /** Announced, and due within the run. */
  readonly announced: number;
  /** Alarms of the fleet's devices. */
  readonly came: number;
  readonly missing: readonly ExpectedAlarm[];
  /** Came, and a task should hold them and none does. */
  readonly withoutTask: readonly ExpectedAlarm[];
  readonly unannounced: readonly SeenAlarm[];
}

/**
 * Each announced alarm takes the first that fits by rule, key and time. One that may still start after `until`, the end
 * of the run, may be missing.
 */
export function compareAlarms(
  expected: readonly ExpectedAlarm[],
  seen: readonly SeenAlarm[],
  until: EpochMs,
): AlarmComparison {
  const left = seen.toSorted((one, other) => Date.parse(one.startedAt) - Date.parse(other.startedAt));
  const missing: ExpectedAlarm[] = [];
  const withoutTask: ExpectedAlarm[] = [];
  let announced = 0;
  for (const alarm of expected) {
    if (alarm.from >= until) continue;
    const index = left.findIndex(
      ({ key, rule, startedAt }) =>
        rule === alarm.rule &&
        key === alarm.key &&
        Date.parse(startedAt) >= alarm.from &&
        Date.parse(startedAt) <= alarm.to,
    );
    const [found] = index < 0 ? [] : left.splice(index, 1);
    if (found === undefined && alarm.to >= until) continue;
    announced += 1;
    if (found === undefined) missing.push(alarm);
    else if (alarm.task && found.tasks.length === 0) withoutTask.push(alarm);
  }
  return { announced, came: seen.length, missing, withoutTask, unannounced: left };
}

export const isAsAnnounced = ({ missing, unannounced, withoutTask }: AlarmComparison): boolean =>
  missing.length + unannounced.length + withoutTask.length === 0;
