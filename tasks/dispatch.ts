import type { EpochMs, PersonId, PlaceId } from '#model/brand.ts';
import type { Person } from '#model/community.ts';
import type { Configuration } from '#model/configuration.ts';
import type { Role } from '#model/role.ts';
import { isOnDuty } from '#model/roster.ts';
import { dutyChain } from '#tasks/duty-roles.ts';

export type DispatchCode = 'on-duty' | 'covers-place' | 'nobody' | 'named' | 'same-worker';

/** Who gets a task, and why, for the history. */
export interface DispatchDecision {
  readonly person: PersonId | null;
  /** The role in whose name the person was found; null when nobody was, or a person decided. */
  readonly role: Role | null;
  readonly code: DispatchCode;
  readonly text: string;
}

export interface DispatchQuestion {
  readonly place: PlaceId;
  readonly role: Role;
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
  readonly code: 'on-duty' | 'covers-place';
  /** How this person was found, in words. */
  readonly text: string;
}

/**
 * Finds the person for a task. For the wanted role, then for each role that stands in for it (duty-roles.ts): who is on
 * duty by roster for the smallest place that covers the task's; else who has the role and works there, the smallest
 * place first. Of several: more of the wanted skills, then fewer open tasks, then the lower id. Pure: the same
 * community, load and time give the same person.
 */
export function findWorker(source: DispatchSource, question: DispatchQuestion): DispatchDecision {
  const missing: Role[] = [];
  for (const role of dutyChain(question.role)) {
    const onDuty = peopleOnDuty(source.configuration, question, role);
    const found = onDuty.length > 0 ? onDuty : peopleWorkingThere(source.configuration, question, role);
    const choice = best(source, question, found);
    if (choice) {
      const detour = missing.length === 0 ? '' : `${noneOf(missing, question.place)}; `;
      return { person: choice.person.id, role, code: choice.code, text: `${detour}${choice.text}` };
    }
    missing.push(role);
  }
  return { person: null, role: null, code: 'nobody', text: `nobody: ${noneOf(missing, question.place)}` };
}

const noneOf = (roles: readonly Role[], place: PlaceId): string =>
  `no ${roles.join(', no ')} for ${place} up to the community`;

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
      const text = `on duty by roster: ${role} for ${place}, ${shift.from}–${shift.to}`;
      found.set(person.id, { person, code: 'on-duty', text });
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
    const text = `nobody on duty by roster: ${role} for ${question.place}; works as ${role} at ${place}`;
    if (found.length > 0) return found.map((person) => ({ person, code: 'covers-place', text }));
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
  let by = 'id, with equally many open tasks';
  if (first.skills !== second.skills) by = `skills ${question.skills.join(', ')}`;
  else if (first.open !== second.open) by = `fewest open tasks (${first.open})`;
  return { ...first.candidate, text: `${first.candidate.text}; chosen of ${ranked.length} by ${by}` };
}
