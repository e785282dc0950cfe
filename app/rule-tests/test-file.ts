import { type Static, type TSchema, Type } from 'typebox';
import { severities } from '#model/alarm.ts';
import { modeNames } from '#model/community.ts';
import { taskStates } from '#model/task.ts';
import { taskActions } from '#tasks/transitions.ts';

/** Schemas of a rule test file after model/casing.ts (camelCase keys); docs/rule-tests.md says what each means. */
const words = <const T extends readonly string[]>(values: T) =>
  Type.Unsafe<T[number]>(Type.String({ enum: [...values] }));
const closed = <T extends Record<string, TSchema>>(properties: T) =>
  Type.Object(properties, { additionalProperties: false });
const maybe = <T extends TSchema>(schema: T) => Type.Optional(schema);
const Id = Type.String({ minLength: 1 });
/** A time since the beginning (`90s`, `1h30m`), or one of the community's clocks (`2026-01-01T22:30`). */
const Moment = Type.String({ minLength: 1 });
const Anything = Type.Unknown();

export const TestFile = closed({
  /** A rule file relative to this one, or several, or rules as they stand in one. Absent: the rule library. */
  rules: maybe(Anything),
  /** A community file relative to this one, or the same as a map. Absent: the community of the examples. */
  community: maybe(Anything),
  /** Further entries of the community, as in a community file. */
  with: maybe(Type.Record(Type.String(), Type.Unknown())),
  /** `2026-01-01T12:00` of the community's clocks when it is absent. */
  start: maybe(Type.String()),
  tests: Type.Array(Anything, { minItems: 1 }),
});

export const RuleTest = closed({
  name: Type.String({ minLength: 1 }),
  start: maybe(Type.String()),
  input: maybe(Type.Array(Anything)),
  expect: Type.Array(Anything, { minItems: 1 }),
});

export const ExpectedAlarm = Type.Object(
  {
    rule: maybe(Id),
    key: maybe(Id),
    device: maybe(Id),
    place: maybe(Id),
    resident: maybe(Id),
    category: maybe(Id),
    severity: maybe(words(severities)),
    state: maybe(words(['active', 'cleared'] as const)),
    startedAt: maybe(Moment),
    clearedAt: maybe(Moment),
    ack: maybe(Type.Boolean()),
    revised: maybe(Type.Boolean()),
    receivedLate: maybe(Type.Boolean()),
    lifeSafety: maybe(Type.Boolean()),
    /** How many tasks it has. */
    tasks: maybe(Type.Integer({ minimum: 0 })),
  },
  { additionalProperties: false, minProperties: 1 },
);
export type ExpectedAlarm = Static<typeof ExpectedAlarm>;

export const ExpectedTask = Type.Object(
  {
    /** In either language. */
    title: maybe(Type.String()),
    /** A person's id; null: nobody. */
    assignee: maybe(Type.Union([Id, Type.Null()])),
    state: maybe(words(taskStates)),
    category: maybe(Id),
    severity: maybe(words(severities)),
    place: maybe(Id),
    rule: maybe(Id),
    key: maybe(Id),
    lifeSafety: maybe(Type.Boolean()),
    /** How many alarms it has. */
    alarms: maybe(Type.Integer({ minimum: 0 })),
  },
  { additionalProperties: false, minProperties: 1 },
);
export type ExpectedTask = Static<typeof ExpectedTask>;

/** Each sort of input, by the key that tells it from the others. */
export const inputs = {
  mode: closed({
    mode: words(modeNames),
    target: Id,
    at: Moment,
    until: maybe(Moment),
    reason: maybe(Type.String()),
  }),
  endMode: closed({ endMode: words(modeNames), target: Id, at: Moment }),
  task: closed({
    task: words(taskActions),
    at: Moment,
    /** A person of the community. */
    by: Id,
    /** Which task, when there are several. */
    of: maybe(ExpectedTask),
    /** To whom, for what has a receiver. */
    to: maybe(Id),
  }),
  restart: closed({ restart: Type.Literal(true), at: Moment }),
  every: closed({
    device: Id,
    from: Moment,
    to: Moment,
    every: Moment,
    arrives: maybe(Moment),
    retained: maybe(Type.Boolean()),
    values: Type.Record(Type.String(), Anything, { minProperties: 1 }),
  }),
  device: closed({
    device: Id,
    at: Moment,
    arrives: maybe(Moment),
    retained: maybe(Type.Boolean()),
    /** How often it comes again. */
    repeat: maybe(Type.Integer({ minimum: 1, maximum: 1_000 })),
    values: Type.Record(Type.String(), Anything, { minProperties: 1 }),
  }),
  at: closed({ at: Moment }),
} as const;
export type InputSort = keyof typeof inputs;
export const inputSorts: readonly InputSort[] = [
  'mode',
  'endMode',
  'task',
  'restart',
  'every',
  'device',
  'at',
];

export const Expectation = closed({
  at: Moment,
  alarms: maybe(Type.Array(Anything)),
  tasks: maybe(Anything),
});
