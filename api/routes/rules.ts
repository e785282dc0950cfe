import { Type } from 'typebox';
import { everywhere, idOf, isInScope, none, type Scope } from '#api/authorization/access.ts';
import { managers, maySeeHealth, ruleReaders } from '#api/authorization/role-groups.ts';
import { maySeeProperty } from '#api/authorization/sensitivity.ts';
import { type Caller, callerOf } from '#api/caller.ts';
import type { Api, ApiContext } from '#api/context.ts';
import { mapPage } from '#api/paging.ts';
import { invalidRule, ruleOf, storedRule } from '#api/rule-body.ts';
import { answers, closed, Id, IdParams, NoContent, pageFields, pageOf, pageRequest } from '#api/schemas.ts';
import { isValid, Rule, RuleText, ruleTypes, ruleView } from '#api/views/rule-view.ts';
import { traceView } from '#api/views/trace-view.ts';
import type { DeviceId, RuleId } from '#model/brand.ts';
import type { Stored } from '#model/configuration.ts';
import { GridbellError } from '#model/errors.ts';

/** Rules as code; one that does not load stays visible with what is wrong. */
export function ruleRoutes(app: Api, context: ApiContext): void {
  const tags = ['rules'];
  const { reader, platform } = context;
  const required = (id: string): Stored<'rule'> => {
    const rule = reader.get('rule', id);
    if (!rule) throw new GridbellError('not-found', `There is no rule ${id}.`);
    return rule;
  };

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
    async (request) => {
      const statuses = await platform.ruleStatus();
      return mapPage(reader.list('rule', pageRequest(request.query)), (rule) => ruleView(rule, statuses));
    },
  );

  app.get(
    '/rules/:id',
    {
      config: { access: { roles: ruleReaders, scope: none } },
      schema: { tags, summary: 'One rule', params: IdParams, response: answers({ 200: Rule }) },
    },
    async (request) => ruleView(required(request.params.id), await platform.ruleStatus()),
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
        body: RuleText,
        response: answers({ 200: Rule }),
      },
    },
    async (request) => {
      const { id } = request.params;
      const rule = ruleOf(request.body, id);
      const standing = reader.get('rule', id);
      // A rule that watches goes on watching; what is broken already is replaced by what was written last.
      if (rule.problems.length > 0 && standing && isValid(standing)) throw invalidRule(rule);
      await context.change(callerOf(request), {
        expect: 'any',
        changes: [{ op: 'put', resource: 'rule', id, body: storedRule(rule) }],
        reason: `set rule ${id}`,
      });
      return ruleView(required(id), await platform.ruleStatus());
    },
  );

  app.delete(
    '/rules/:id',
    {
      config: { access: { roles: managers, scope: everywhere } },
      schema: { tags, summary: 'Delete a rule', params: IdParams, response: answers({ 204: NoContent }) },
    },
    async (request, reply) => {
      const { id } = required(request.params.id);
      await context.change(callerOf(request), {
        expect: 'present',
        changes: [{ op: 'delete', resource: 'rule', id }],
        reason: `delete rule ${id}`,
      });
      return reply.code(204).send(null);
    },
  );

  app.get(
    '/rules/:id/trace',
    {
      config: { access: { roles: ruleReaders, scope: traceScope } },
      schema: {
        tags,
        summary: 'Why the rule did, or did not, act for a device; newest last',
        params: IdParams,
        querystring: closed({ device: Id }),
        response: answers({ 200: pageOf(Type.Unknown()) }),
      },
    },
    async (request) => {
      const { id } = required(request.params.id);
      const traced = await platform.trace(id as RuleId, request.query.device as DeviceId);
      const device = context.configuration.device(request.query.device as DeviceId);
      const { role } = callerOf(request);
      const sight = {
        maySee: (property: string) => maySeeProperty(role, property, device),
        // Of the modes only a resident's may say that somebody is in hospital.
        maySeeModes: device?.resident === undefined || maySeeHealth(role),
      };
      return { items: traced.map((entry) => traceView(entry, sight)), next: null };
    },
  );
}

/** A trace shows readings: the device must lie in the caller's places, and the caller must be one who sees such readings. */
const traceScope: Scope = {
  kind: 'checked',
  allows: (request, caller, context) => {
    const { query } = request;
    const id = typeof query === 'object' && query !== null && 'device' in query ? String(query.device) : '';
    const device = context.configuration.device(id as DeviceId);
    if (!device) return caller.places === null;
    return isInScope(caller, device.place, context) && seesAllOf(idOf(request), caller, device, context);
  },
};

function seesAllOf(
  rule: string,
  caller: Caller,
  device: Parameters<typeof maySeeProperty>[2],
  { reader }: ApiContext,
): boolean {
  const property = reader.get('rule', rule)?.body['property'];
  const properties = Array.isArray(property) ? property : property === undefined ? [] : [property];
  // `*` wakes for whatever comes; what of it this caller sees is decided entry by entry.
  return properties
    .filter((name) => name !== '*')
    .every((name) => maySeeProperty(caller.role, String(name), device));
}
