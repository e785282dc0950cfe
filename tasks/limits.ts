import { type EpochMs, plus } from '#model/brand.ts';
import type { LimitedStep } from '#model/category.ts';
import { workingHoursOf } from '#model/community.ts';
import type { Configuration } from '#model/configuration.ts';
import { parseLimit } from '#model/limit.ts';
import type { TaskOrder } from '#model/rule.ts';
import { WorkingCalendar } from '#tasks/working-calendar.ts';

export interface LimitQuestion {
  readonly step: LimitedStep;
  readonly category: string;
  /** What the task's rule orders; null: it has none. */
  readonly order: Pick<TaskOrder, 'acceptWithinMs' | 'handleWithinMs'> | null;
  readonly from: EpochMs;
}

/**
 * Until when a step has to be done: by the rule; where it says nothing by the category, whose limits may be in working
 * hours and days; null: no limit.
 */
export function limitEnd(
  configuration: Configuration,
  { category, from, order, step }: LimitQuestion,
): EpochMs | null {
  const ordered = orderedMs(step, order);
  if (ordered !== null) return plus(from, ordered);
  const text = configuration.category(category).limits[step];
  const limit = text === undefined ? undefined : parseLimit(text);
  if (limit === undefined) return null;
  const { community, timezone } = configuration;
  return new WorkingCalendar({ zone: timezone, hours: workingHoursOf(community) }).end(limit, from);
}

function orderedMs(step: LimitedStep, order: LimitQuestion['order']): number | null {
  if (order === null) return null;
  if (step === 'accept') return order.acceptWithinMs;
  return step === 'handle' ? order.handleWithinMs : null;
}
