import type { Platform } from '#device-sim/platform/platform.ts';
import { type EpochMs, epochMs, minute } from '#model/brand.ts';
import { iso } from '#model/clock.ts';

/** An alarm as the API shows it, as far as a run is compared. */
export interface SeenAlarm {
  readonly id: string;
  readonly rule: string;
  readonly key: string;
  readonly device: string | null;
  /** ISO 8601. */
  readonly startedAt: string;
  readonly tasks: readonly string[];
}

/** The alarms that started at `since` or later, newest first. */
export async function alarmsSince(platform: Platform, since: EpochMs): Promise<readonly SeenAlarm[]> {
  const alarms: SeenAlarm[] = [];
  const first = `/api/v1/alarms?limit=1000&from=${iso(since)}`;
  for (let cursor: string | null = null; ; ) {
    const path = cursor === null ? first : `${first}&cursor=${encodeURIComponent(cursor)}`;
    const page = (await platform.call('GET', path)) as { items: SeenAlarm[]; next: string | null };
    alarms.push(...page.items);
    cursor = page.next ?? null;
    if (cursor === null) return alarms;
  }
}

/** Alarms of different devices are told in another order than they started in, about so much. */
const overlapMs = 10 * minute;

/** Answers how many alarms started at `since` or later, as often as it is asked: it reads the newest only. */
export function newAlarmCounter(platform: Platform, since: EpochMs): () => Promise<number> {
  const counted = new Set<string>();
  let newest: number = since;
  return async () => {
    const from = epochMs(Math.max(since, newest - overlapMs));
    for (const { id, startedAt } of await alarmsSince(platform, from)) {
      counted.add(id);
      newest = Math.max(newest, Date.parse(startedAt));
    }
    return counted.size;
  };
}
