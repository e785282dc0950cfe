import { Type } from 'typebox';
import { everywhere, none } from '#api/authorization/access.ts';
import { managers, ruleReaders } from '#api/authorization/role-groups.ts';
import { refuseUnseen } from '#api/authorization/rule-sight.ts';
import { type Caller, callerOf } from '#api/caller.ts';
import type { Api, ApiContext } from '#api/context.ts';
import { mergeFresh } from '#api/fresh-merge.ts';
import { mergePatch } from '#api/merge-patch.ts';
import { mapPage } from '#api/paging.ts';
import { type GivenRule, given, invalidRule, ruleOf, storedRule } from '#api/rule-body.ts';
import type { RuleShelf } from '#api/rule-shelf.ts';
import {
  answers,
  closed,
  IdParams,
  NoContent,
  nullable,
  pageFields,
  pageOf,
  pageRequest,
} from '#api/schemas.ts';
import { isValid, Rule, RuleText, ruleTypes } from '#api/views/rule-view.ts';
import type { Stored } from '#model/configuration.ts';
import { GridbellError } from '#model/errors.ts';
import { isSameRule, type RuleBody } from '#model/rule-version.ts';

const Version = Type.Integer({
  minimum: 0,
  description: 'The version that it was made from: 409 when another stands. 0: none may stand',
});
const Switches = closed({
  enabled: Type.Optional(nullable(Type.Boolean())),
  shadow: Type.Optional(nullable(Type.Boolean())),
  version: Type.Optional(Version),
});

/** Rules as code; one that does not load stays visible with what is wrong. */
export function ruleRoutes(app: Api, context: ApiContext, shelf: RuleShelf): void {
  const tags = ['rules'];
  const { reader } = context;

  app.get(
    '/rules',
    {
      config: { access: { roles: ruleReaders, scope: none } },
      schema: {
        tags,
        summary: 'All rules, with what is wrong with those that do not load',
        querystring: closed(pageFields),
        response: answers({ 200: pageOf(Rule) }),
      },
    },
    async (request) =>
      mapPage(reader.list('rule', pageRequest(request.query)), await shelf.views(callerOf(request).role)),
  );

  app.get(
    '/rules/:id',
    {
      config: { access: { roles: ruleReaders, scope: none } },
      schema: { tags, summary: 'One rule', params: IdParams, response: answers({ 200: Rule }) },
    },
    async (request) => await shelf.view(request.params.id, callerOf(request).role),
  );

  app.put(
    '/rules/:id',
    {
      config: { access: { roles: managers, scope: everywhere } },
      schema: {
        tags,
        summary:
          'Set a rule: JSON, or YAML text as in a rule file; a new one that is broken is kept and shown with what is wrong, and never replaces one that is valid',
        consumes: [...ruleTypes],
        params: IdParams,
        querystring: closed({ version: Type.Optional(Version) }),
        body: RuleText,
        response: answers({ 200: Rule }),
      },
    },
    async (request) => {
      const { id } = request.params;
      const rule = ruleOf(request.body, id);
      refuseUnseen(callerOf(request).role, [rule]);
      const standing = reader.get('rule', id);
      shelf.refuseWhatFilesHave([id]);
      shelf.refuseTooMany([id]);
      refuseStale(id, standing, request.query.version);
      // A rule that watches goes on watching; what is broken already is replaced by what was written last.
      if (rule.problems.length > 0 && standing && isValid(standing)) throw invalidRule(rule);
      const body = storedRule(rule, standing?.body);
      // Said again it is no version and no edit: a rule of the library goes on following it.
      if (standing && saysTheSame(standing.body, body, rule))
        return await shelf.view(id, callerOf(request).role);
      await context.change(callerOf(request), {
        expect: 'any',
        changes: [{ op: 'put', resource: 'rule', id, body }],
        reason: `set rule ${id}`,
        ...(request.query.version === undefined
          ? {}
          : { versions: { [`rule ${id}`]: request.query.version } }),
      });
      return await shelf.view(id, callerOf(request).role);
    },
  );

  const switchOnce = async (id: string, patch: RuleBody, caller: Caller): Promise<void> => {
    const standing = shelf.required(id);
    const { problems, text, ...written } = standing.body;
    const merged = mergePatch(written, patch) as RuleBody;
    const rule = given({ source: { ...merged, id }, locate: () => null }, id);
    if (rule.problems.length > 0 && isValid(standing)) throw invalidRule(rule);
    await context.change(caller, {
      expect: 'present',
      changes: [
        {
          op: 'put',
          resource: 'rule',
          id,
          body: { ...rule.source, ...(problems ? { problems } : {}), ...(text ? { text } : {}) },
        },
      ],
      versions: { [`rule ${id}`]: standing.version },
      reason: `switch rule ${id}`,
    });
  };

  app.patch(
    '/rules/:id',
    {
      config: { access: { roles: managers, scope: everywhere } },
      schema: {
        tags,
        summary:
          'Switch a rule on or off, or into the shadow, wherever it comes from; it goes on following its file or the library',
        params: IdParams,
        body: Switches,
        response: answers({ 200: Rule }),
      },
    },
    async (request) => {
      const { id } = request.params;
      const { version, ...patch } = request.body;
      refuseStale(id, shelf.required(id), version);
      await mergeFresh(() => switchOnce(id, patch, callerOf(request)));
      return await shelf.view(id, callerOf(request).role);
    },
  );

  app.delete(
    '/rules/:id',
    {
      config: { access: { roles: managers, scope: everywhere } },
      schema: { tags, summary: 'Delete a rule', params: IdParams, response: answers({ 204: NoContent }) },
    },
    async (request, reply) => {
      const { id } = shelf.required(request.params.id);
      shelf.refuseWhatFilesHave([id]);
      await context.change(callerOf(request), {
        expect: 'present',
        changes: [{ op: 'delete', resource: 'rule', id }],
        reason: `delete rule ${id}`,
      });
      return reply.code(204).send(null);
    },
  );
}

/** Of one that is broken still and comes as JSON, nobody knows the lines of what is wrong: those that are known stay. */
function saysTheSame(standing: RuleBody, body: RuleBody, { problems }: GivenRule): boolean {
  const { problems: located } = standing;
  const isUnplaced = problems.length > 0 && !('problems' in body) && located !== undefined;
  return isSameRule(standing, isUnplaced ? { ...body, problems: located } : body);
}

/** 409 with the version that stands. */
function refuseStale(id: string, standing: Stored<'rule'> | undefined, seen: number | undefined): void {
  const version = standing?.version ?? 0;
  if (seen === undefined || seen === version) return;
  throw new GridbellError('stale-version', `Rule ${id} was changed meanwhile: version ${seen} was seen.`, {
    extra: { version: standing ? version : null },
  });
}
