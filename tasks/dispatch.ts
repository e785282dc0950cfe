import type { EpochMs, PersonId, PlaceId } from '#model/brand.ts';
import type { Person } from '#model/community.ts';
import type { Configuration } from '#model/configuration.ts';
import type { Reason } from '#model/reason.ts';
import type { Role } from '#model/role.ts';
import { isOnDuty } from '#model/roster.ts';
import { dutyChain } from '#tasks/duty-roles.ts';
import { best, type RankingSource, type Suitable } from '#tasks/ranking.ts';

/** Who gets a task, and why, for the history. */
export interface DispatchDecision {
  readonly person: PersonId | null;
  /** The role in whose name the person was found; null when nobody was, or a person decided. */
  readonly role: Role | null;
  readonly because: readonly Reason[];
}

export interface DispatchQuestion {
  readonly place: PlaceId;
  readonly role: Role;
  /** Its fallback counts where its owner is wanted. */
  readonly category: string;
  /** Preferred, not demanded. */
  readonly skills: readonly string[];
  /** People who shall not get it: they gave it back. */
  readonly excluded: ReadonlySet<PersonId>;
  readonly at: EpochMs;
}

export type DispatchSource = RankingSource;

/**
 * Finds the person for a task. For the wanted role, then for each role that stands in for it (by its category,
 * duty-roles.ts): who is on duty by roster for the smallest place that covers the task's; else who has the role and works
 * there, the smallest place first. Of several the best (ranking.ts). Pure: the same community, load and time give the
 * same person.
 */
export function findWorker(source: DispatchSource, question: DispatchQuestion): DispatchDecision {
  const { missing, people, role } = findPeople(source.configuration, question);
  const choice = best(source, question, people);
  if (!choice) {
    const because = [{ code: 'nobody', roles: missing, place: question.place }] as const;
    return { person: null, role: null, because };
  }
  return { person: choice.person.id, role, because: [...detour(missing, question), ...choice.because] };
}

/** All who may take a task that is open to claim: those among whom `findWorker` would choose; null: nobody. */
export function findAll(
  source: DispatchSource,
  question: DispatchQuestion,
): { readonly people: readonly PersonId[]; readonly because: readonly Reason[] } | null {
  const { missing, people, role } = findPeople(source.configuration, question);
  if (role === null) return null;
  const offer = { code: 'open-to-claim', role, people: people.length } as const;
  return {
    people: people.map(({ person }) => person.id).sort(),
    because: [...detour(missing, question), offer],
  };
}

/** Of the first role of which there is anybody; `missing`: the roles before it. */
function findPeople(configuration: Configuration, question: DispatchQuestion) {
  const missing: Role[] = [];
  for (const role of dutyChain(question.role, configuration.category(question.category))) {
    const onDuty = peopleOnDuty(configuration, question, role);
    const people = onDuty.length > 0 ? onDuty : peopleWorkingThere(configuration, question, role);
    if (people.length > 0) return { missing, people, role };
    missing.push(role);
  }
  return { missing, people: [], role: null };
}

const detour = (missing: readonly Role[], { place }: DispatchQuestion): readonly Reason[] =>
  missing.length === 0 ? [] : [{ code: 'role-missing', roles: [...missing], place }];

/** Those on duty for the smallest place, from the task's upward, where a shift of the role is on. */
function peopleOnDuty(
  configuration: Configuration,
  question: DispatchQuestion,
  role: Role,
): readonly Suitable[] {
  const rosters = [...configuration.rosters()].filter((roster) => roster.role === role);
  for (const place of configuration.path(question.place)) {
    const found = new Map<PersonId, Suitable>();
    for (const shift of rosters.filter((roster) => roster.place === place).flatMap(({ shifts }) => shifts)) {
      const person = configuration.person(shift.person);
      if (!person || !mayBeAssigned(person, question)) continue;
      if (!isOnDuty(shift, question.at, configuration.timezone)) continue;
      const { from, to } = shift;
      found.set(person.id, { person, because: [{ code: 'on-duty', role, place, from, to }] });
    }
    if (found.size > 0) return [...found.values()];
  }
  return [];
}

/** Those of the role who work at the smallest place, from the task's upward, where anybody of it works. */
function peopleWorkingThere(
  configuration: Configuration,
  question: DispatchQuestion,
  role: Role,
): readonly Suitable[] {
  const staff = [...configuration.people()].filter(
    (person) => person.role === role && mayBeAssigned(person, question),
  );
  for (const place of configuration.path(question.place)) {
    const found = staff.filter((person) => person.places.includes(place));
    const because = [{ code: 'works-there', role, for: question.place, place }] as const;
    if (found.length > 0) return found.map((person) => ({ person, because }));
  }
  return [];
}

const mayBeAssigned = (person: Person, question: DispatchQuestion): boolean =>
  person.role !== 'auditor' && !question.excluded.has(person.id);
