import { Type } from 'typebox';
import { everywhere, none } from '#api/authorization/access.ts';
import { managers, ruleReaders } from '#api/authorization/role-groups.ts';
import { refuseUnseen } from '#api/authorization/rule-sight.ts';
import { callerOf } from '#api/caller.ts';
import { canonical } from '#api/community-file/import-plan.ts';
import type { Api, ApiContext } from '#api/context.ts';
import { errorLine, type GivenRule, rulesOf, storedRule } from '#api/rule-body.ts';
import type { RuleShelf } from '#api/rule-shelf.ts';
import { answers, closed, NoContent, pageOf } from '#api/schemas.ts';
import { isValid, Problems, Rule, RuleText, ruleTypes } from '#api/views/rule-view.ts';
import { GridbellError } from '#model/errors.ts';
import { fileOf, type RuleBody } from '#model/rule-version.ts';

const RuleFile = Type.Object(
  {
    name: Type.String(),
    rules: Type.Array(Type.String(), { description: 'The rules that come from it, by id' }),
    problems: Problems,
  },
  { title: 'RuleFile' },
);

/** A rule file as a whole, and all rules as a whole. */
export function ruleFileRoutes(app: Api, context: ApiContext, shelf: RuleShelf): void {
  const tags = ['rules'];
  const access = { roles: managers, scope: everywhere };
  const { reader } = context;
  const kept = (rule: GivenRule): RuleBody => storedRule(rule, reader.get('rule', rule.id)?.body);
  const isNew = (rule: GivenRule): boolean =>
    canonical(reader.get('rule', rule.id)?.body ?? null) !== canonical(kept(rule));

  /** A broken edit never takes the place of a rule that works: nobody would hear the smoke alarm. */
  const isStepBack = ({ id, problems }: GivenRule): boolean => {
    const standing = reader.get('rule', id);
    return problems.length > 0 && standing !== undefined && isValid(standing);
  };

  app.put(
    '/rules',
    {
      config: { access },
      schema: {
        tags,
        summary:
          'Set every rule of a rule file (YAML, or JSON with the list under rules); new ones that are broken are kept and shown with what is wrong; deletes nothing',
        consumes: [...ruleTypes],
        body: RuleText,
        response: answers({ 200: pageOf(Rule) }),
      },
    },
    async (request) => {
      const rules = rulesOf(request.body);
      const fresh = rules.filter(isNew);
      refuseUnseen(callerOf(request).role, fresh);
      shelf.refuseWhatFilesHave(fresh.map(({ id }) => id));
      shelf.refuseTooMany(fresh.map(({ id }) => id));
      const refused = new Map(rules.filter(isStepBack).map(({ id, problems }) => [id, problems]));
      const changed = fresh.filter((rule) => !refused.has(rule.id));
      if (changed.length > 0)
        await context.change(callerOf(request), {
          expect: 'any',
          changes: changed.map((rule) => ({
            op: 'put',
            resource: 'rule',
            id: rule.id,
            body: kept(rule),
          })),
          reason: 'set the rules of a rule file',
        });
      const stored = rules.flatMap(({ id }) => reader.get('rule', id) ?? []);
      const view = await shelf.views(callerOf(request).role);
      return {
        items: stored.map((rule) => {
          const problems = refused.get(rule.id);
          return problems
            ? { ...view(rule), problems: [...problems], error: `not taken over: ${errorLine(problems)}` }
            : view(rule);
        }),
        next: null,
      };
    },
  );

  app.get(
    '/rules/files',
    {
      config: { access: { roles: ruleReaders, scope: none } },
      schema: {
        tags,
        summary: 'The files of the rules directory, with what of them was not taken over',
        response: answers({ 200: pageOf(RuleFile) }),
      },
    },
    async () => {
      const standing = reader.standingRules();
      const items = (context.platform.ruleFiles() ?? []).map(({ name, problems }) => ({
        name,
        rules: standing.filter(({ origin }) => fileOf(origin) === name).map(({ rule }) => rule),
        problems: [...problems],
      }));
      return { items, next: null };
    },
  );

  app.delete(
    '/rules',
    {
      config: { access },
      schema: {
        tags,
        summary: 'Delete all rules; only with all=true, for without rules nothing raises an alarm',
        querystring: closed({ all: Type.Optional(Type.Boolean()) }),
        response: answers({ 204: NoContent }),
      },
    },
    async (request, reply) => {
      if (request.query.all !== true)
        throw new GridbellError(
          'invalid-input',
          'Without rules nothing raises an alarm: say all=true when every rule is meant, or delete one by DELETE /rules/{id}.',
          { extra: { issues: [{ path: 'all', message: 'must be true' }] } },
        );
      const standing = reader.all('rule');
      shelf.refuseWhatFilesHave(standing.map(({ id }) => id));
      if (standing.length > 0)
        await context.change(callerOf(request), {
          expect: 'any',
          changes: standing.map(({ id }) => ({ op: 'delete', resource: 'rule', id })),
          reason: 'delete all rules',
        });
      return reply.code(204).send(null);
    },
  );
}
