import type { Platform } from '#device-sim/platform/platform.ts';
import type { EpochMs } from '#model/brand.ts';
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
