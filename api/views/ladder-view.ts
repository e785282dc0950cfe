import { Type } from 'typebox';
import { Instant, nullable, oneOf } from '#api/schemas.ts';
import type { EpochMs } from '#model/brand.ts';
import { type CareLadder, passedOver, rungNames } from '#model/care-ladder.ts';
import { iso } from '#model/clock.ts';
import type { Task } from '#model/task.ts';
import { hasNext, nextRungAt } from '#tasks/ladder-time.ts';
import { isOver } from '#tasks/transitions.ts';

export const ladderStates = ['climbing', 'in-hand', 'at-the-top', 'cancelled', 'well', 'over'] as const;

const Rung = Type.Object({
  for: oneOf(rungNames),
  order: Type.Optional(Type.Integer({ description: 'Of the family: those contacts with this order' })),
  withinMs: Type.Integer(),
  begunAt: nullable(Instant),
  passed: nullable(oneOf(passedOver)),
  called: Type.Integer({ description: 'How many who are no staff were told' }),
  people: Type.Array(Type.String()),
});

/** The care ladder of a task as people see it: without who the resident and the contacts are. */
export const LadderSchema = Type.Object(
  {
    state: oneOf(ladderStates),
    startedAt: Instant,
    rung: Type.Integer({ description: 'Which of the rungs is on, from 0' }),
    rungs: Type.Array(Rung),
    nextAt: nullable(Instant),
    cancelUntil: nullable(Instant),
    emergencyNumber: nullable(Type.String({ description: 'To be called; from the last rung on' })),
  },
  { title: 'CareLadder' },
);

export const ComingSchema = Type.Array(
  Type.Object({
    person: Type.String(),
    at: Instant,
    until: Instant,
    minutes: Type.Integer(),
    comment: nullable(Type.String()),
    isMissed: Type.Boolean({ description: 'The time was over, nobody had begun, and the ladder climbed on' }),
  }),
  { description: 'Who said that they are on their way' },
);

export const comingView = ({ coming = [] }: Pick<Task, 'coming'>) =>
  coming.map((each) => ({ ...each, at: iso(each.at), until: iso(each.until) }));

export const peopleComing = ({ coming = [] }: Pick<Task, 'coming'>): readonly string[] =>
  coming.map(({ person }) => person);

const isoOrNull = (at: EpochMs | null): string | null => (at === null ? null : iso(at));

export function ladderView(task: Task, emergencyNumber: string) {
  const { ladder } = task;
  if (!ladder) return null;
  const top = ladder.rungs[ladder.at];
  return {
    state: stateOf(task, ladder),
    startedAt: iso(ladder.startedAt),
    rung: ladder.at,
    rungs: ladder.rungs.map(({ begunAt, called, for: who, order, passed, people, withinMs }) => ({
      for: who,
      ...(order === undefined ? {} : { order }),
      withinMs,
      begunAt: isoOrNull(begunAt),
      passed,
      called: called.length,
      people: [...people],
    })),
    nextAt: isoOrNull(nextRungAt(task)),
    cancelUntil: isoOrNull(ladder.cancelUntil),
    emergencyNumber:
      !hasNext(ladder) && top && !ladder.stopped && !isOver(task.state) ? emergencyNumber : null,
  };
}

function stateOf(task: Task, ladder: CareLadder): (typeof ladderStates)[number] {
  if (isOver(task.state)) return 'over';
  if (ladder.stopped) return ladder.stopped.how;
  if (nextRungAt(task) !== null) return 'climbing';
  return hasNext(ladder) ? 'in-hand' : 'at-the-top';
}
