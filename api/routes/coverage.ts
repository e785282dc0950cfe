import { type Static, Type } from 'typebox';
import { filtered, isInScope } from '#api/authorization/access.ts';
import { overseers } from '#api/authorization/role-groups.ts';
import { callerOf } from '#api/caller.ts';
import type { Api, ApiContext } from '#api/context.ts';
import { healthStates } from '#api/device-health/judge.ts';
import { makeRounds, protectsNobody } from '#api/device-health/rounds.ts';
import { answers, oneOf } from '#api/schemas.ts';
import { unrouted } from '#api/unrouted.ts';

const Unrouted = Type.Object({ rule: Type.String(), category: Type.String(), place: Type.String() });
const Unprotected = Type.Object({
  device: Type.String(),
  kind: Type.String(),
  place: Type.String(),
  reason: oneOf(healthStates),
});
const Coverage = Type.Object({
  unrouted: Type.Array(Unrouted, { description: 'A task of this rule at this place would find nobody' }),
  rosterGaps: Type.Array(Type.Unknown(), { description: 'Empty until rosters are planned ahead' }),
  unprotected: Type.Array(Unprotected, { description: 'Life-safety devices that protect nobody now' }),
});

/** What is not looked after, so that it is seen before it is needed. */
export function coverageRoutes(app: Api, context: ApiContext): void {
  app.get(
    '/coverage',
    {
      config: { access: { roles: overseers, scope: filtered } },
      schema: {
        tags: ['coverage'],
        summary: 'What nobody is responsible for, and which life-safety devices protect nobody now',
        response: answers({ 200: Coverage }),
      },
    },
    async (request): Promise<Static<typeof Coverage>> => {
      const caller = callerOf(request);
      const { configuration, platform, reader } = context;
      const examined = [...makeRounds(context)]
        .filter(({ device }) => isInScope(caller, device.place, context))
        .sort((a, b) => (a.device.id < b.device.id ? -1 : 1));
      const devices = examined.map(({ device }) => device);
      const rules = reader.all('rule').map(({ body }) => body);
      return {
        unrouted: [...unrouted({ devices, configuration, rules, now: platform.now() })],
        rosterGaps: [],
        unprotected: examined.filter(protectsNobody).map(({ device, health }) => ({
          device: device.id,
          kind: device.kind,
          place: device.place,
          reason: health.state,
        })),
      };
    },
  );
}
