import type { PersonId } from '#model/brand.ts';
import type { Configuration } from '#model/configuration.ts';
import { type Outcome, succeed } from '#model/errors.ts';
import type { Reason } from '#model/reason.ts';
import type { Assigner } from '#tasks/assigner.ts';
import { dutyChain } from '#tasks/duty-roles.ts';
import { namedPerson } from '#tasks/handing.ts';
import type { AllowedAction } from '#tasks/task-action.ts';
import type { StepNote, TaskDraft } from '#tasks/task-draft.ts';

/**
 * Tells somebody above: the named person, else whoever is found for the next role of the chain in which nobody has the
 * task or was told of it. The task stays with whom it is. Where nobody is left, the history says that.
 */
export function escalate(
  draft: TaskDraft,
  note: StepNote,
  { row, input, now, configuration, assigner }: AllowedAction & EscalationSource,
): Outcome<TaskDraft> {
  if (input.to !== undefined) {
    const named = namedPerson(configuration, row, { to: input.to, by: note.actor });
    return named.ok ? succeed(told(draft, note, named.value.person, named.value.because)) : named;
  }
  const known = new Set<PersonId>([...row.also, ...(row.assignee === null ? [] : [row.assignee])]);
  const knownRoles = new Set([...known].map((person) => configuration.person(person)?.role));
  const wanted = assigner.roleOf(row);
  const chain = dutyChain(wanted, configuration.category(row.category));
  for (const role of chain.filter((each) => each !== wanted && !knownRoles.has(each))) {
    const found = assigner.findAs(row, role, now, known);
    if (found.person === null || found.role !== role) continue;
    const because = [{ code: 'escalated', role, by: note.actor } as const, ...found.because];
    return succeed(told(draft, note, found.person, because));
  }
  return succeed(
    draft.step(row.state, { ...note, because: [{ code: 'nobody', roles: [...chain], place: row.place }] }),
  );
}

interface EscalationSource {
  readonly configuration: Configuration;
  readonly assigner: Assigner;
}

const told = (
  draft: TaskDraft,
  note: StepNote,
  person: PersonId | null,
  because: readonly Reason[],
): TaskDraft => {
  const { also, state } = draft.row;
  const isNew = person !== null && !also.includes(person);
  const [first, ...others] = because;
  const why: readonly Reason[] =
    person === null || first === undefined ? because : [first, { code: 'told', person }, ...others];
  return draft.step(state, { ...note, because: why }, isNew ? { also: [...also, person] } : {});
};
