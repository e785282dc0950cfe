import { type EpochMs, epochMs, type PersonId, type PlaceId } from '#model/brand.ts';
import { iso } from '#model/clock.ts';
import type { Person } from '#model/community.ts';
import type { Configuration } from '#model/configuration.ts';
import type { Reason } from '#model/reason.ts';

/** Somebody who could get a task, and how they were found. */
export interface Suitable {
  readonly person: Person;
  readonly because: readonly Reason[];
}

export interface RankingSource {
  readonly configuration: Configuration;
  /** How many open tasks somebody has. */
  readonly countOpen: (person: PersonId) => number;
  /** Where somebody is at work on a task; undefined: on none, so that they count as where they work. */
  readonly whereabouts?: (person: PersonId) => PlaceId | undefined;
  /** When somebody was given a task of a category last. */
  readonly lastTurn?: (category: string, person: PersonId) => EpochMs | undefined;
}

export interface RankingQuestion {
  readonly place: PlaceId;
  readonly category: string;
  /** Preferred, not demanded. */
  readonly skills: readonly string[];
  readonly at: EpochMs;
}

/** What is compared of one, in order: less goes first. */
interface Ranked {
  readonly suitable: Suitable;
  readonly turn: number;
  readonly skills: number;
  readonly open: number;
}

/**
 * The best of several: whose turn it is where the category goes round, else more of the wanted skills, then fewer open
 * tasks, then nearest in the place tree, then the lower id. With the reason that decided, where there was a choice.
 */
export function best(
  source: RankingSource,
  question: RankingQuestion,
  people: readonly Suitable[],
): Suitable | undefined {
  const ranked = people
    .map((suitable) => rank(source, question, suitable))
    .sort((a, b) => compare(a, b) || byId(a, b));
  const [first, second] = ranked;
  if (!first || !second) return first?.suitable;
  const of = ranked.length;
  const reason = whatDecided(question, first, second, of);
  if (reason !== undefined) return chosen(first.suitable, reason);
  const equal = ranked.filter((each) => compare(first, each) === 0).map(({ suitable }) => suitable);
  return nearest(source, question, equal, of);
}

function rank(source: RankingSource, { at, category, skills }: RankingQuestion, suitable: Suitable): Ranked {
  const { id, skills: own = [] } = suitable.person;
  const goesRound = source.configuration.category(category).dispatch === 'rotate';
  // A turn of a time that the clock was set back from counts as one of now: else it would never come round.
  const last = goesRound ? source.lastTurn?.(category, id) : undefined;
  return {
    suitable,
    turn: last === undefined ? Number.NEGATIVE_INFINITY : Math.min(last, at),
    skills: -skills.filter((skill) => own.includes(skill)).length,
    open: source.countOpen(id),
  };
}

const difference = (a: number, b: number): number => (a === b ? 0 : a - b);

const compare = (a: Ranked, b: Ranked): number =>
  difference(a.turn, b.turn) || difference(a.skills, b.skills) || difference(a.open, b.open);

const byId = (a: Ranked, b: Ranked): number => (a.suitable.person.id < b.suitable.person.id ? -1 : 1);

function whatDecided(
  question: RankingQuestion,
  first: Ranked,
  second: Ranked,
  of: number,
): Reason | undefined {
  if (first.turn !== second.turn) {
    const last = Number.isFinite(first.turn) ? iso(epochMs(first.turn)) : null;
    return { code: 'turn', of, category: question.category, last };
  }
  if (first.skills !== second.skills) return { code: 'most-skills', of, skills: [...question.skills] };
  if (first.open !== second.open) return { code: 'fewest-open-tasks', of, open: first.open };
  return undefined;
}

/** Of equals: the one who is at work nearest to the place, or works nearest to it. */
function nearest(
  source: RankingSource,
  { place }: RankingQuestion,
  equal: readonly Suitable[],
  of: number,
): Suitable | undefined {
  const ways = equal
    .map((suitable) => ({ suitable, ...wayFrom(source, suitable.person, place) }))
    .sort((a, b) => difference(a.steps, b.steps));
  const [first, second] = ways;
  if (!first || !second || first.steps === second.steps)
    return first && chosen(first.suitable, { code: 'lowest-id', of });
  return chosen(first.suitable, { code: 'nearest', of, place: first.from, steps: first.steps });
}

function wayFrom({ configuration, whereabouts }: RankingSource, person: Person, to: PlaceId) {
  const busyAt = whereabouts?.(person.id);
  const places = busyAt === undefined ? person.places : [busyAt];
  const ways = places.map((from) => ({ from, steps: stepsBetween(configuration, from, to) }));
  const none = { from: to, steps: Number.POSITIVE_INFINITY };
  return ways.reduce((found, way) => (way.steps < found.steps ? way : found), none);
}

/** Up the place tree to what both lie in, and down again. */
function stepsBetween(configuration: Configuration, from: PlaceId, to: PlaceId): number {
  const [up, down] = [configuration.path(from), configuration.path(to)];
  const meeting = up.findIndex((place) => down.includes(place));
  const place = up[meeting];
  return place === undefined ? Number.POSITIVE_INFINITY : meeting + down.indexOf(place);
}

const chosen = ({ because, person }: Suitable, reason: Reason): Suitable => ({
  person,
  because: [...because, reason],
});
