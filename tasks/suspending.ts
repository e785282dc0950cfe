import { day, type EpochMs, type PersonId, plus } from '#model/brand.ts';
import { iso } from '#model/clock.ts';
import type { Configuration } from '#model/configuration.ts';
import { fail, type Outcome, succeed } from '#model/errors.ts';
import type { Reason } from '#model/reason.ts';
import type { Assigner } from '#tasks/assigner.ts';
import { dutyChain } from '#tasks/duty-roles.ts';
import { actorName } from '#tasks/permission.ts';
import type { TaskRow } from '#tasks/ports.ts';
import type { AllowedAction } from '#tasks/task-action.ts';
import type { StepNote, TaskDraft } from '#tasks/task-draft.ts';
import { isDispatcher } from '#tasks/transitions.ts';

/** Longer than this a task is not put aside: what may wait for ever is voided, and somebody says why. */
const longestMs = 366 * day;

type Given = Pick<AllowedAction, 'input' | 'now'>;

/** Stops the clock of a task, until a time or until somebody resumes it. Whoever may suspend approves it by doing so. */
export const suspend = (draft: TaskDraft, note: StepNote, { input, now }: Given): Outcome<TaskDraft> =>
  stop(draft, note, { until: input.until, now });

/** Asks who may suspend it; the clock goes on meanwhile. A second request stands instead of the first. */
export function requestSuspension(
  draft: TaskDraft,
  note: StepNote,
  { asker, assigner, configuration, input, now }: AllowedAction & RequestSource,
): Outcome<TaskDraft> {
  const { comment = '', until } = input;
  const refused = until === undefined ? 'it has to end some time' : whyNot(until, now);
  if (until === undefined || refused !== undefined)
    return fail('invalid-input', `a suspension cannot be asked for like that: ${refused}`);
  const by = actorName(asker);
  const found = whoDecides(draft.row, { assigner, configuration, now });
  const because: readonly Reason[] = [
    { code: 'suspension-requested', person: by, until: iso(until) },
    ...(found.person === null ? [] : [{ code: 'told', person: found.person } as const]),
    ...found.because,
  ];
  const { also, state } = draft.row;
  const isNew = found.person !== null && !also.includes(found.person);
  return succeed(
    draft.step(
      state,
      { ...note, because },
      {
        suspensionRequest: { by, at: now, until, words: comment },
        ...(isNew ? { also: [...also, found.person] } : {}),
      },
    ),
  );
}

/** As it was asked for, or until another time that whoever approves it names. */
export function approveSuspension(
  draft: TaskDraft,
  note: StepNote,
  { input, now }: Given,
): Outcome<TaskDraft> {
  const { suspensionRequest: request } = draft.row;
  if (!request) return fail('wrong-state', 'nobody asks to suspend it');
  const because: readonly Reason[] = [{ code: 'suspension-approved', person: request.by }];
  return stop(draft, { ...note, because }, { until: input.until ?? request.until, now });
}

export function refuseSuspension(draft: TaskDraft, note: StepNote): Outcome<TaskDraft> {
  const { state, suspensionRequest: request } = draft.row;
  if (!request) return fail('wrong-state', 'nobody asks to suspend it');
  const because: readonly Reason[] = [{ code: 'suspension-refused', person: request.by }];
  return succeed(draft.step(state, { ...note, because }, { suspensionRequest: null }));
}

function stop(
  draft: TaskDraft,
  note: StepNote,
  { now, until }: { readonly now: EpochMs; readonly until: EpochMs | undefined },
): Outcome<TaskDraft> {
  const refused = until === undefined ? undefined : whyNot(until, now);
  if (refused !== undefined) return fail('invalid-input', `it cannot be suspended like that: ${refused}`);
  const ends = until === undefined ? {} : { until };
  const because: readonly Reason[] = [
    ...(note.because ?? []),
    ...(until === undefined ? [] : [{ code: 'suspended-until', until: iso(until) } as const]),
  ];
  const suspended = { from: draft.row.state, at: now, by: note.actor, ...ends };
  return succeed(draft.step('suspended', { ...note, because }, { suspended, suspensionRequest: null }));
}

function whyNot(until: EpochMs, now: EpochMs): string | undefined {
  if (until <= now) return `${iso(until)} has passed`;
  return until > plus(now, longestMs) ? `${iso(until)} is more than ${longestMs / day} days away` : undefined;
}

interface RequestSource {
  readonly configuration: Configuration;
  readonly assigner: Assigner;
}

/** One person of the next role of the chain that may suspend; not who has the task. */
function whoDecides(
  row: TaskRow,
  { assigner, configuration, now }: RequestSource & { readonly now: EpochMs },
): { readonly person: PersonId | null; readonly because: readonly Reason[] } {
  const chain = dutyChain(assigner.roleOf(row), configuration.category(row.category)).filter(isDispatcher);
  const owner: ReadonlySet<PersonId> = new Set(row.assignee === null ? [] : [row.assignee]);
  for (const role of chain) {
    const found = assigner.findAs(row, role, now, owner);
    if (found.person !== null && found.role === role) return found;
  }
  return { person: null, because: [{ code: 'nobody', roles: [...chain], place: row.place }] };
}
