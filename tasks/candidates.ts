import type { EpochMs } from '#model/brand.ts';
import type { Person } from '#model/community.ts';
import type { Configuration } from '#model/configuration.ts';
import type { Role } from '#model/role.ts';
import { isOnDuty } from '#model/roster.ts';
import type { Task } from '#model/task.ts';
import type { DispatchSource } from '#tasks/dispatch.ts';
import { dutyChain } from '#tasks/duty-roles.ts';
import { worksAt } from '#tasks/permission.ts';

/** Somebody to whom a person may hand a task. */
export interface Candidate {
  readonly person: Person;
  /** Of the role that the task is for, or one that stands in for it. */
  readonly suits: boolean;
  readonly onDuty: boolean;
  readonly openTasks: number;
}

/**
 * Everybody who may be named for a task (tasks/life-cycle.ts): who works at its place, is no auditor and does not have
 * it. In the order in which the dispatcher would look: by role, then who is on duty, then who has the least to do.
 */
export function candidatesFor(
  { configuration, countOpen }: DispatchSource,
  question: {
    readonly task: Pick<Task, 'place' | 'assignee' | 'category'>;
    readonly role: Role;
    readonly at: EpochMs;
  },
): readonly Candidate[] {
  const { task, role, at } = question;
  const chain = dutyChain(role, configuration.category(task.category));
  const rank = (person: Person): number => {
    const found = chain.indexOf(person.role);
    return found < 0 ? chain.length : found;
  };
  const onDuty = peopleOnDuty(configuration, task.place, at);
  return [...configuration.people()]
    .filter(
      (person) =>
        person.role !== 'auditor' &&
        person.id !== task.assignee &&
        worksAt(configuration, person.id, task.place),
    )
    .map((person) => ({
      person,
      suits: chain.includes(person.role),
      onDuty: onDuty.has(person.id),
      openTasks: countOpen(person.id),
    }))
    .sort(
      (a, b) =>
        rank(a.person) - rank(b.person) ||
        Number(b.onDuty) - Number(a.onDuty) ||
        a.openTasks - b.openTasks ||
        (a.person.id < b.person.id ? -1 : 1),
    );
}

function peopleOnDuty(
  configuration: Configuration,
  place: Task['place'],
  at: EpochMs,
): ReadonlySet<Person['id']> {
  const found = [...configuration.rosters()]
    .filter((roster) => configuration.isWithin(place, roster.place))
    .flatMap(({ shifts }) => shifts)
    .filter((shift) => isOnDuty(shift, at, configuration.timezone));
  return new Set(found.map(({ person }) => person));
}
