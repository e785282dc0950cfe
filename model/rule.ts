import { type Static, type TSchema, Type } from 'typebox';
import { severities } from '#model/alarm.ts';
import type { RuleId } from '#model/brand.ts';
import { type LadderMode, ladderModes } from '#model/care-ladder.ts';
import { DurationText, modeNames } from '#model/community.ts';
import { type Role, roles } from '#model/role.ts';
import { type LocalText, localTextOf } from '#model/text.ts';

/** Schemas of a rule as a file has it, after model/casing.ts (camelCase keys). docs/contract.md says what each means. */
const words = <const T extends readonly string[]>(values: T) =>
  Type.Unsafe<T[number]>(Type.String({ enum: [...values] }));
const closed = <T extends Record<string, TSchema>>(properties: T) =>
  Type.Object(properties, { additionalProperties: false });
const oneOrMore = <T extends TSchema>(schema: T, maxItems: number) =>
  Type.Union([schema, Type.Array(schema, { minItems: 1, maxItems })]);
const textOf = (maxLength: number) =>
  Type.Union([Type.String({ minLength: 1, maxLength }), localTextOf(maxLength)]);
/** A word of somebody's own: a property, a kind, a tag, an id. */
const Word = Type.String({ maxLength: 100 });

/** So many rules an installation takes. */
export const mostRules = 2_000;
/** Of one rule as JSON: a long condition on each level, a long text for each step. */
export const mostRuleCharacters = 100_000;
/** Of a condition. */
export const mostConditionCharacters = 4_096;
const Condition = Type.String({ maxLength: mostConditionCharacters });

export const joinScopes = ['room', 'unit', 'building', 'grid', 'community'] as const;
export type JoinScope = (typeof joinScopes)[number];

/**
 * What somebody may be in for longer than usual: without a sign of life, without one since the night, out of the flat, in
 * the bathroom.
 */
export const habitStates = ['still', 'asleep', 'away', 'bathroom'] as const;
export type HabitState = (typeof habitStates)[number];

export const HabitTemplate = closed({
  state: words(habitStates),
  /** So many times what is usual for the person. */
  usual: Type.Number({ minimum: 1 }),
  least: DurationText,
  /** Whatever is usual; absent: no limit, and nothing before the habits are known. */
  most: Type.Optional(DurationText),
  /** Default 7d. */
  learn: Type.Optional(DurationText),
});
export type HabitTemplate = Static<typeof HabitTemplate>;

/** Somebody moves about the flat at a time at which that person does not. */
export const RestlessTemplate = closed({
  usual: Type.Number({ minimum: 1 }),
  /** For so long within an hour. */
  least: DurationText,
  learn: Type.Optional(DurationText),
});
export type RestlessTemplate = Static<typeof RestlessTemplate>;

export const TaskTemplate = closed({
  /** `{place}`, `{device}`, `{resident}`, `{value}` are filled in. */
  title: textOf(500),
  to: words(roles),
  also: Type.Optional(Type.Array(words(roles), { maxItems: roles.length })),
  acceptWithin: Type.Optional(DurationText),
  handleWithin: Type.Optional(DurationText),
  escalate: Type.Optional(Type.Array(closed({ after: DurationText, to: words(roles) }), { maxItems: 16 })),
  join: Type.Optional(closed({ by: words(joinScopes), within: DurationText })),
  reRaise: Type.Optional(DurationText),
  checklist: Type.Optional(Type.Array(textOf(500), { maxItems: 50 })),
  skills: Type.Optional(Type.Array(Word, { maxItems: 16 })),
  /** How its alarms climb the care ladder of the category; life safety never waits. */
  ladder: Type.Optional(words(ladderModes)),
});
export type TaskTemplate = Static<typeof TaskTemplate>;

export const ActiveHours = closed({
  from: Type.String({ pattern: '^([01]\\d|2[0-3]):[0-5]\\d$', maxLength: 5 }),
  to: Type.String({ pattern: '^([01]\\d|2[0-3]):[0-5]\\d$|^24:00$', maxLength: 5 }),
  days: Type.Optional(Word),
});

const mostLevels = 16;

export const RuleSource = closed({
  id: Type.Unsafe<RuleId>(Type.String({ pattern: '^[A-Za-z0-9_-]{1,64}$' })),
  name: Type.Optional(textOf(200)),
  description: Type.Optional(textOf(2_000)),
  enabled: Type.Optional(Type.Boolean()),
  /** It runs, traces and counts, and raises nothing. */
  shadow: Type.Optional(Type.Boolean()),
  category: Type.String({ pattern: '^[a-z0-9-]{1,64}$' }),
  severity: words(severities),
  lifeSafety: Type.Optional(Type.Boolean()),
  property: oneOrMore(Word, 64),
  devices: Type.Optional(
    closed({
      kind: Type.Optional(oneOrMore(Word, 64)),
      place: Type.Optional(oneOrMore(Word, 500)),
      tag: Type.Optional(oneOrMore(Word, 64)),
      id: Type.Optional(oneOrMore(Word, 500)),
    }),
  ),
  /** Only devices of such residents. */
  residents: Type.Optional(closed({ livesAlone: Type.Optional(Type.Boolean()) })),
  /** CEL, boolean. */
  when: Type.Optional(Condition),
  clear: Type.Optional(Condition),
  for: Type.Optional(DurationText),
  /** A silence longer than this ends the waiting of `for`. */
  forGap: Type.Optional(DurationText),
  clearFor: Type.Optional(DurationText),
  event: Type.Optional(Type.Boolean()),
  /** Instead of `when`. `auto`: the device's own cadence; `expected`: only its `expectEvery`; a map: a person's habits. */
  silentFor: Type.Optional(
    Type.Union([DurationText, Type.Literal('auto'), Type.Literal('expected'), HabitTemplate]),
  ),
  /** Instead of `when`: a person's nights. */
  restlessFor: Type.Optional(RestlessTemplate),
  key: Type.Optional(
    Type.Union([words(['device', 'resident', ...joinScopes] as const), closed({ by: Word, and: Word })]),
  ),
  activeHours: Type.Optional(ActiveHours),
  unless: Type.Optional(Type.Array(words(modeNames), { maxItems: modeNames.length })),
  /** Each is compared with all above it when the rule loads, so that there may not be many. */
  levels: Type.Optional(
    Type.Array(closed({ when: Condition, severity: words(severities) }), { maxItems: mostLevels }),
  ),
  lateness: Type.Optional(DurationText),
  task: Type.Optional(TaskTemplate),
});
export type RuleSource = Static<typeof RuleSource>;

/** One thing that is wrong with a rule; line and column count from 1, in the file that was given. */
export interface RuleProblem {
  /** As it was named when it was checked; absent for a rule that is not from a file. */
  readonly file?: string;
  readonly rule: string | null;
  /** Where in the rule: `when`, `task.to`. */
  readonly path: string;
  readonly line: number | null;
  readonly column: number | null;
  readonly message: string;
  /** Stable, with what its text says: for who says it in another language. Absent: the words are of CEL or YAML. */
  readonly code?: string;
  readonly params?: Readonly<Record<string, string>>;
}

/** Who is found for a task and how, once the durations are read. */
export interface TaskOrder {
  readonly title: LocalText;
  readonly to: Role;
  readonly also: readonly Role[];
  readonly acceptWithinMs: number | null;
  readonly handleWithinMs: number | null;
  readonly join: { readonly by: JoinScope; readonly withinMs: number } | null;
  readonly reRaiseMs: number | null;
  readonly checklist: readonly LocalText[];
  readonly skills: readonly string[];
  /** Absent: life safety at once, others after the cancel window. */
  readonly ladder?: LadderMode;
  readonly escalate: readonly { readonly afterMs: number; readonly to: Role }[];
}
