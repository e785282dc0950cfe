import { Type } from 'typebox';
import type { RuleStatus } from '#api/ports.ts';
import { errorLine } from '#api/rule-body.ts';
import { nullable } from '#api/schemas.ts';
import type { Stored } from '#model/configuration.ts';
import { parseRule } from '#rules/language/check-rules.ts';

/** A body with rules: JSON with camelCase or kebab-case keys, or YAML text. */
export const RuleText = Type.Union([
  Type.Object({}, { additionalProperties: true }),
  Type.String({ maxLength: 1_000_000 }),
]);
/** Media types in which rules are taken. */
export const ruleTypes = ['application/json', 'application/yaml', 'text/yaml', 'text/plain'] as const;

/** A rule in an answer. */
export const Rule = Type.Object(
  {
    id: Type.String(),
    version: Type.Integer(),
    valid: Type.Boolean(),
    problems: Type.Array(
      Type.Object({
        rule: nullable(Type.String()),
        path: Type.String(),
        line: nullable(Type.Integer()),
        column: nullable(Type.Integer()),
        message: Type.String(),
      }),
    ),
    error: nullable(Type.String({ description: 'The problems as one line' })),
  },
  {
    additionalProperties: true,
    description: 'The rule as written, camelCase keys; beside it version, valid, problems and error',
  },
);

const problemsOf = ({ id, body }: Stored<'rule'>) => {
  const built = parseRule({ ...body, id });
  return 'problems' in built ? built.problems : [];
};

/** Whether it loads. */
export const isValid = (rule: Stored<'rule'>): boolean => problemsOf(rule).length === 0;

/** A rule as it stands, and what the engine says of it. */
export function ruleView(rule: Stored<'rule'>, statuses: readonly RuleStatus[]) {
  const problems = statuses.find(({ id }) => id === rule.id)?.problems ?? problemsOf(rule);
  return {
    ...rule.body,
    id: rule.id,
    version: rule.version,
    valid: problems.length === 0,
    problems,
    error: errorLine(problems),
  };
}
