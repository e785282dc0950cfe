import { milestoneParams } from '#api/milestone-fields.ts';
import type { Area } from '#api/report/area.ts';
import { iso } from '#model/clock.ts';
import type { MilestoneQuery } from '#model/task-milestones.ts';
import type { Period } from '#tasks/indicators/period.ts';

/** What a list is narrowed to beside the figure's own question. */
export interface Narrowed {
  readonly area: Area;
  /** Instead of the area's roots. */
  readonly place?: string;
  readonly category?: string;
  readonly rule?: string;
}

const narrowing = ({ area, category, place, rule }: Narrowed): Readonly<Record<string, string>> => {
  const where = place ?? area.roots?.join();
  return {
    ...(where === undefined ? {} : { place: where }),
    ...(category === undefined ? {} : { category }),
    ...(rule === undefined ? {} : { rule }),
  };
};

/** The address of the list of tasks that a figure counts. */
export const tasksLink = (query: MilestoneQuery, narrowed: Narrowed): string =>
  addressOf('/api/v1/tasks', { ...milestoneParams(query), ...narrowing(narrowed) });

/** The address of the list of alarms that began then. */
export const alarmsLink = ({ from, to }: Period, narrowed: Narrowed, severity?: string): string =>
  addressOf('/api/v1/alarms', {
    from: iso(from),
    to: iso(to),
    ...(severity === undefined ? {} : { severity }),
    ...narrowing(narrowed),
  });

const addressOf = (path: string, params: Readonly<Record<string, string>>): string =>
  `${path}?${new URLSearchParams(params).toString()}`;
