import type { RuleView } from './rule-queries.ts';

/** When the rule last raised an alarm: since the platform was started, else within seven days; null: not that anybody knew. */
export const lastAlarmAt = ({ alarms, counts }: RuleView): string | null =>
  counts?.lastRaisedAt ?? alarms?.lastAt ?? null;
