import { Type } from 'typebox';
import { idOf, isInScope, type Scope } from '#api/authorization/access.ts';
import { maySeeHealth, ruleReaders } from '#api/authorization/role-groups.ts';
import { isHeldByHospital, unseenBy } from '#api/authorization/rule-sight.ts';
import { maySeeProperty } from '#api/authorization/sensitivity.ts';
import { type Caller, callerOf } from '#api/caller.ts';
import type { Api, ApiContext } from '#api/context.ts';
import type { RuleShelf } from '#api/rule-shelf.ts';
import { answers, closed, Id, IdParams, pageOf } from '#api/schemas.ts';
import { isHeldBack, maySeeInput, traceView } from '#api/views/trace-view.ts';
import type { DeviceId, RuleId } from '#model/brand.ts';

const mostEntries = 50;

/** Why a rule did, or did not, act. */
export function ruleTraceRoutes(app: Api, context: ApiContext, shelf: RuleShelf): void {
  const { platform } = context;
  app.get(
    '/rules/:id/trace',
    {
      config: { access: { roles: ruleReaders, scope: traceScope } },
      schema: {
        tags: ['rules'],
        summary: 'Why the rule did, or did not, act for a device; newest last',
        params: IdParams,
        querystring: closed({
          device: Id,
          limit: Type.Optional(
            Type.Integer({ minimum: 1, maximum: mostEntries, description: 'Only so many of the newest' }),
          ),
        }),
        response: answers({ 200: pageOf(Type.Unknown()) }),
      },
    },
    async (request) => {
      const { device: deviceId, limit = mostEntries } = request.query;
      const { body, id } = shelf.required(request.params.id);
      const traced = await platform.trace(id as RuleId, deviceId as DeviceId);
      const device = context.configuration.device(deviceId as DeviceId);
      const { role } = callerOf(request);
      const sight = {
        maySee: (input: string) => maySeeInput(input, (property) => maySeeProperty(role, property, device)),
        // Of the modes only a resident's may say that somebody is in hospital.
        maySeeModes: device?.resident === undefined || maySeeHealth(role),
      };
      const isHidden = !sight.maySeeModes && isHeldByHospital(body);
      const shown = isHidden ? traced.filter((entry) => !isHeldBack(entry)) : traced;
      return { items: shown.slice(-limit).map((entry) => traceView(entry, sight)), next: null };
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
  const standing = reader.get('rule', rule);
  // What of a message's other values this caller sees is decided entry by entry.
  return standing === undefined || unseenBy(caller.role, standing.body, device) === null;
}
