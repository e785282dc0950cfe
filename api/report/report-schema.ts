import { type Static, Type } from 'typebox';
import { Instant, nullable, oneOf } from '#api/schemas.ts';
import { severities } from '#model/alarm.ts';
import { summaryKinds } from '#model/summary.ts';
import { LocalText } from '#model/text.ts';

const Words = Type.Object({ zh: Type.String(), en: Type.String() });
const Link = Type.String({ description: 'The list that it counts, for who sees the report' });
const Percent = nullable(Type.Number({ description: 'To the second decimal; null: of nothing' }));
const figure = { id: Type.String(), name: Words, means: Words };

const Period = Type.Object({ from: Instant, to: Instant });

const CountFigure = Type.Object({
  ...figure,
  value: Type.Integer(),
  previous: Type.Integer(),
  list: Link,
});
const ShareFigure = Type.Object({
  ...figure,
  value: Percent,
  previous: Percent,
  numerator: Type.String({ description: 'The count that is divided' }),
  denominator: Type.String({ description: 'The count that it is divided by' }),
});
const DurationFigure = Type.Object(
  {
    ...figure,
    of: Type.Integer({ description: 'Tasks that were measured' }),
    mean: nullable(Type.Number()),
    median: nullable(Type.Number()),
    p90: nullable(Type.Number()),
    longest: nullable(Type.Number()),
    previous: nullable(Type.Number({ description: 'The mean of the period before' })),
    list: Link,
  },
  { description: 'In minutes, to the second decimal' },
);

const Ratings = Type.Object({
  ...figure,
  of: Type.Integer({ description: 'Tasks that were rated' }),
  mean: nullable(Type.Number({ description: '1 to 5, to the second decimal' })),
  previous: nullable(Type.Number({ description: 'The mean of the period before' })),
  spread: Type.Array(Type.Integer(), { description: 'How many of 1, of 2, … of 5' }),
  list: Link,
});

const groupCounts = [
  'reported',
  'filed',
  'due',
  'closedOfDue',
  'inTime',
  'closed',
  'open',
  'overdue',
  'rated',
] as const;
const Group = Type.Object({
  id: Type.String(),
  name: LocalText,
  ...Object.fromEntries(groupCounts.map((id) => [id, Type.Integer()])),
  closeRate: Percent,
  inTimeRate: Percent,
  meanRating: nullable(Type.Number({ description: '1 to 5, to the second decimal' })),
  ratedLowRate: Percent,
  lists: nullable(Type.Record(Type.String(), Link)),
});

const RuleItem = Type.Object({
  id: Type.String(),
  name: nullable(LocalText),
  alarms: Type.Integer(),
  judged: Type.Integer({ description: 'Alarms of which somebody said what they were' }),
  genuine: Type.Integer(),
  genuineShare: Percent,
  tasks: Type.Integer({ description: 'Handled in the period' }),
  minutes: Type.Number({ description: 'That those were worked on' }),
  alarmsList: Link,
  tasksList: Link,
});

/** Indicators and summaries; what the other formats show, too. */
export const Report = Type.Object(
  {
    kind: oneOf(['indicators', ...summaryKinds]),
    community: nullable(Type.Object({ id: Type.String(), name: Type.Optional(LocalText) })),
    places: nullable(
      Type.Array(Type.Object({ id: Type.String(), name: LocalText }), {
        description: 'null: the whole community',
      }),
    ),
    period: Period,
    previous: Period,
    timezone: Type.String(),
    madeAt: Instant,
    isOver: Type.Boolean({ description: 'false: the period still runs, and its figures are those of now' }),
    counts: Type.Array(CountFigure),
    shares: Type.Array(ShareFigure),
    ratings: Ratings,
    durations: Type.Array(DurationFigure),
    categories: Type.Array(Group),
    parts: Type.Array(Group, { description: 'The places right below those that the report is about' }),
    days: Type.Array(
      Type.Object({ from: Instant, to: Instant, reported: Type.Integer(), closed: Type.Integer() }),
    ),
    alarms: Type.Object({
      total: Type.Integer(),
      list: Link,
      ...Object.fromEntries(
        severities.map((each) => [each, Type.Object({ count: Type.Integer(), list: Link })]),
      ),
    }),
    rules: Type.Object({
      items: Type.Array(RuleItem),
      hidden: Type.Integer({ description: 'Rules on vitals, which are not for the caller' }),
      unused: Type.Array(Type.Object({ id: Type.String(), name: nullable(LocalText), changedAt: Instant }), {
        description: 'Switched on and unchanged, and without an alarm, for 90 days',
      }),
    }),
  },
  { title: 'Report' },
);

export type Words = Static<typeof Words>;
