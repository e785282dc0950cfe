import { isInScope } from '#api/authorization/access.ts';
import { includes, responders } from '#api/authorization/role-groups.ts';
import { maySeeTask } from '#api/authorization/task-concern.ts';
import type { Caller } from '#api/caller.ts';
import type { ApiContext } from '#api/context.ts';
import { unknownReference } from '#api/references.ts';
import { progressOf } from '#api/reports/progress.ts';
import type { ReportDesk } from '#api/reports/report-desk.ts';
import { type TaskReader, taskView } from '#api/views/task-view.ts';
import type { PlaceId, TaskId } from '#model/brand.ts';
import { iso } from '#model/clock.ts';
import { unlistedCategory } from '#model/default-categories.ts';
import { GridbellError } from '#model/errors.ts';
import type { NewReport, ReportChannel } from '#model/report.ts';
import type { Task } from '#model/task.ts';

/** The place of an id or of a label's code. Throws `unknown-reference`. */
export function placeOf(text: string, { configuration }: ApiContext, desk: ReportDesk): PlaceId {
  const place = desk.places.find(text, configuration);
  if (place === undefined)
    throw unknownReference([{ path: 'place', message: 'there is no such place, and no such label' }]);
  return place;
}

/** The category as it stands, or one that Gridbell comes with. Throws `unknown-reference`. */
export function categoryOf(id: string, { configuration }: ApiContext): string {
  const isKnown = [...configuration.categories()].some((each) => each.id === id) || isBuiltIn(id);
  if (!isKnown) throw unknownReference([{ path: 'category', message: `there is no category ${id}` }]);
  return id;
}

const isBuiltIn = (id: string): boolean => unlistedCategory(id).name.zh !== id;

/** Who enters a report for a resident; null: the resident does it. */
export function staffOf(
  caller: Caller | null,
  channel: ReportChannel | undefined,
  place: PlaceId,
  context: ApiContext,
): Caller | null {
  if (channel === undefined || channel === 'web') return null;
  if (caller === null)
    throw new GridbellError(
      'not-authenticated',
      'A report that came by another channel is entered by staff: sign in.',
    );
  if (!includes(responders, caller.role))
    throw new GridbellError('not-allowed', `The role ${caller.role} enters no reports.`);
  if (!isInScope(caller, place, context))
    throw new GridbellError('not-allowed', 'This lies outside of the places that are yours.');
  return caller;
}

/** Open tasks of the category in the same building, newest last: perhaps the same is known already. */
export function similarTo(
  { category, id, place }: Pick<Task, 'id' | 'category' | 'place'>,
  {
    caller,
    context,
    desk,
  }: { readonly caller: Caller; readonly context: ApiContext; readonly desk: ReportDesk },
): readonly TaskId[] {
  const around = desk.buildingOf(place);
  return context.reader
    .openTaskHeads()
    .filter(
      (head) =>
        head.id !== id &&
        head.category === category &&
        context.configuration.isWithin(head.place, around) &&
        maySeeTask(head, caller, context),
    )
    .map((head) => head.id)
    .slice(-20);
}

/**
 * A refusal as this side may read it. The same again: staff get the task that stands; a resident the progress, and only of
 * what is surely their own: it has the same phone number.
 */
export function asToldTo(
  error: unknown,
  { context, report, staff }: { report: NewReport; context: ApiContext; staff: TaskReader | null },
): unknown {
  if (!(error instanceof GridbellError) || error.code !== 'already-exists') return error;
  const task = standingTask(error, context);
  if (!task) return new GridbellError('already-exists', error.message);
  if (staff) {
    const isSeen = maySeeTask(task, staff.caller, context);
    return new GridbellError('already-exists', `The same was reported within a day: task ${task.id}.`, {
      extra: { standing: isSeen ? taskView(task, staff, context) : { id: task.id } },
    });
  }
  const isTheirs = report.contact !== undefined && report.contact === task.report?.contact;
  return new GridbellError('already-exists', 'The same was reported within a day already; it is known.', {
    extra: {
      standing: {
        reportedAt: iso(task.createdAt),
        category: task.category,
        ...(isTheirs ? { progress: progressOf(task) } : {}),
      },
    },
  });
}

function standingTask({ extra }: GridbellError, { reader }: ApiContext): Task | undefined {
  const { standing } = extra;
  return typeof standing === 'object' && standing !== null && 'task' in standing
    ? reader.task(String(standing.task))
    : undefined;
}
