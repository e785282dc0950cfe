import type { EpochMs, PersonId, PlaceId } from '#model/brand.ts';
import type { Person } from '#model/community.ts';
import type { Configuration } from '#model/configuration.ts';
import type { Reason } from '#model/reason.ts';
import type { Role } from '#model/role.ts';
import { isOnDuty } from '#model/roster.ts';
import { dutyChain } from '#tasks/duty-roles.ts';

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

export interface DispatchSource {
  readonly configuration: Configuration;
  /** How many open tasks somebody has. */
  readonly countOpen: (person: PersonId) => number;
}

interface Candidate {
  readonly person: Person;
  /** How this person was found. */
  readonly because: readonly Reason[];
}

/**
 * Finds the person for a task. For the wanted role, then for each role that stands in for it (by its category, duty-roles.ts): who is on
 * duty by roster for the smallest place that covers the task's; else who has the role and works there, the smallest
 * place first. Of several: more of the wanted skills, then fewer open tasks, then the lower id. Pure: the same
 * community, load and time give the same person.
 */
export function findWorker(source: DispatchSource, question: DispatchQuestion): DispatchDecision {
  const missing: Role[] = [];
  for (const role of dutyChain(question.role, source.configuration.category(question.category))) {
    const onDuty = peopleOnDuty(source.configuration, question, role);
    const found = onDuty.length > 0 ? onDuty : peopleWorkingThere(source.configuration, question, role);
    const choice = best(source, question, found);
    if (choice) {
      const detour: readonly Reason[] =
        missing.length === 0 ? [] : [{ code: 'role-missing', roles: missing, place: question.place }];
      return { person: choice.person.id, role, because: [...detour, ...choice.because] };
    }
    missing.push(role);
  }
  const because = [{ code: 'nobody', roles: missing, place: question.place }] as const;
  return { person: null, role: null, because };
}

/** Those on duty for the smallest place, from the task's upward, where a shift of the role is on. */
function peopleOnDuty(
  configuration: Configuration,
  question: DispatchQuestion,
  role: Role,
): readonly Candidate[] {
  const rosters = [...configuration.rosters()].filter((roster) => roster.role === role);
  for (const place of configuration.path(question.place)) {
    const found = new Map<PersonId, Candidate>();
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
): readonly Candidate[] {
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

function best(
  source: DispatchSource,
  question: DispatchQuestion,
  candidates: readonly Candidate[],
): Candidate | undefined {
  const ranked = candidates
    .map((candidate) => ({
      candidate,
      skills: question.skills.filter((skill) => candidate.person.skills?.includes(skill)).length,
      open: source.countOpen(candidate.person.id),
    }))
    .sort(
      (a, b) =>
        b.skills - a.skills || a.open - b.open || (a.candidate.person.id < b.candidate.person.id ? -1 : 1),
    );
  const [first, second] = ranked;
  if (!first || !second) return first?.candidate;
  const of = ranked.length;
  let choice: Reason = { code: 'lowest-id', of };
  if (first.skills !== second.skills) choice = { code: 'most-skills', of, skills: [...question.skills] };
  else if (first.open !== second.open) choice = { code: 'fewest-open-tasks', of, open: first.open };
  return { ...first.candidate, because: [...first.candidate.because, choice] };
}
