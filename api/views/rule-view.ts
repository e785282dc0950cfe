import { type Static, Type } from 'typebox';
import { errorLine } from '#api/rule-body.ts';
import { Instant, nullable } from '#api/schemas.ts';
import { iso } from '#model/clock.ts';
import type { Stored } from '#model/configuration.ts';
import type { RuleProblem } from '#model/rule.ts';
import type { RuleVersion } from '#model/rule-version.ts';
import type { RuleCounts } from '#rules/engine/rule-counts.ts';
import { parseRule } from '#rules/language/check-rules.ts';
import { ruleText } from '#rules/language/rule-text.ts';
import type { RuleAlarms } from '#store/ops/rule-alarm-rows.ts';

/** A body with rules: JSON with camelCase or kebab-case keys, or YAML text. */
export const RuleText = Type.Union([
  Type.Object({}, { additionalProperties: true }),
  Type.String({ maxLength: 1_000_000 }),
]);
/** Media types in which rules are taken. */
export const ruleTypes = ['application/json', 'application/yaml', 'text/yaml', 'text/plain'] as const;

export const Problems = Type.Array(
  Type.Object({
    rule: nullable(Type.String()),
    path: Type.String(),
    line: nullable(Type.Integer()),
    column: nullable(Type.Integer()),
    message: Type.String(),
    code: Type.Optional(
      Type.String({ description: 'Stable, for other languages; absent where the words are of CEL or YAML' }),
    ),
    params: Type.Optional(
      Type.Record(Type.String(), Type.String(), { description: 'What the message says, by name' }),
    ),
  }),
);
export const Origin = Type.String({ description: '`library`, `file:NAME` or `api`' });

const Counts = Type.Object(
  {
    since: Type.String({
      description: 'When the platform was started; times below are those of the readings',
    }),
    evaluations: Type.Integer(),
    raised: Type.Integer(),
    shadowRaised: Type.Integer({
      description: 'Alarms that it would have raised, were it not in the shadow',
    }),
    heldBack: Type.Integer(),
    unknown: Type.Integer(),
    tooLate: Type.Integer(),
    lastEvaluatedAt: nullable(Instant),
    lastRaisedAt: nullable(Instant),
  },
  { title: 'RuleCounts' },
);
const Alarms = Type.Object(
  {
    today: Type.Integer({ description: "By the community's zone" }),
    sevenDays: Type.Integer(),
    judged: Type.Integer({ description: 'Those of the seven days of which somebody said what they were' }),
    genuine: Type.Integer(),
    genuineShare: nullable(Type.Number({ description: 'genuine / judged; null: none was judged' })),
    lastAt: nullable(Instant),
  },
  { title: 'RuleAlarms' },
);

/** A rule in an answer. */
export const Rule = Type.Object(
  {
    id: Type.String(),
    version: Type.Integer(),
    valid: Type.Boolean(),
    problems: Problems,
    error: nullable(Type.String({ description: 'The problems as one line' })),
    origin: Origin,
    changedAt: nullable(Instant),
    changedBy: nullable(Type.String()),
    libraryChanged: Type.Boolean({
      description: 'It was edited, and the library has another version of it since then',
    }),
    notTakenOver: nullable(
      Type.Object(
        { file: Type.String(), problems: Problems },
        { description: 'What its file says now is broken: the version that worked stands' },
      ),
    ),
    /** Null: not known yet, or not for the caller, for the rule looks at vitals or at who is in hospital. */
    counts: nullable(Counts),
    alarms: nullable(Alarms),
    text: Type.Optional(
      Type.String({ description: 'As YAML, as its author wrote it where that was YAML; not in lists' }),
    ),
  },
  {
    additionalProperties: true,
    description: 'The rule as written, camelCase keys; beside it what is known of it',
  },
);

const problemsOf = ({ id, body }: Stored<'rule'>) => {
  const built = parseRule({ ...body, id });
  return 'problems' in built ? built.problems : [];
};

/** Whether it loads. */
export const isValid = (rule: Stored<'rule'>): boolean => problemsOf(rule).length === 0;

/** What is known of a rule beside what was written. */
export interface RuleFacts {
  /** What the engine says of it; undefined: it does not know it yet. */
  readonly status: { readonly problems: readonly RuleProblem[]; readonly counts: RuleCounts } | undefined;
  readonly countingSince: Parameters<typeof iso>[0];
  readonly standing: Pick<RuleVersion, 'at' | 'actor' | 'origin'> | undefined;
  readonly isLibraryChanged: boolean;
  readonly notTakenOver: { readonly file: string; readonly problems: readonly RuleProblem[] } | null;
  readonly alarms: RuleAlarms | undefined;
  /** How often it was judged and raised is not for who asks. */
  readonly isCountHidden: boolean;
}

/** A rule as it stands, and what is known of it. */
export function ruleView(rule: Stored<'rule'>, facts: RuleFacts): Static<typeof Rule> {
  const problems = facts.status?.problems ?? problemsOf(rule);
  const { text: _, ...said } = rule.body;
  return {
    ...said,
    id: rule.id,
    version: rule.version,
    valid: problems.length === 0,
    problems: [...problems],
    error: errorLine(problems),
    origin: facts.standing?.origin ?? 'api',
    changedAt: facts.standing ? iso(facts.standing.at) : null,
    changedBy: facts.standing?.actor ?? null,
    libraryChanged: facts.isLibraryChanged,
    notTakenOver: facts.notTakenOver && {
      file: facts.notTakenOver.file,
      problems: [...facts.notTakenOver.problems],
    },
    counts: facts.isCountHidden ? null : countsView(facts),
    alarms: facts.isCountHidden ? null : alarmsView(facts.alarms),
  };
}

/** The same with its text. */
export const ruleViewWithText = (rule: Stored<'rule'>, facts: RuleFacts): Static<typeof Rule> => ({
  ...ruleView(rule, facts),
  text: ruleText({ ...rule.body, id: rule.id }),
});

function countsView({ countingSince, status }: RuleFacts): Static<typeof Counts> | null {
  if (!status) return null;
  const { lastEvaluatedAt, lastRaisedAt, ...counts } = status.counts;
  return {
    since: iso(countingSince),
    ...counts,
    lastEvaluatedAt: lastEvaluatedAt === null ? null : iso(lastEvaluatedAt),
    lastRaisedAt: lastRaisedAt === null ? null : iso(lastRaisedAt),
  };
}

function alarmsView(alarms: RuleAlarms | undefined): Static<typeof Alarms> {
  if (!alarms) return { today: 0, sevenDays: 0, judged: 0, genuine: 0, genuineShare: null, lastAt: null };
  const { all, genuine, judged, newestAt, recent } = alarms;
  return {
    today: recent,
    sevenDays: all,
    judged,
    genuine,
    genuineShare: judged === 0 ? null : genuine / judged,
    lastAt: iso(newestAt),
  };
}
