import { type Static, Type } from 'typebox';
import { filtered, isInScope } from '#api/authorization/access.ts';
import { overseers } from '#api/authorization/role-groups.ts';
import { callerOf } from '#api/caller.ts';
import type { Api, ApiContext } from '#api/context.ts';
import { healthStates } from '#api/device-health/judge.ts';
import { makeRounds, protectsNobody } from '#api/device-health/rounds.ts';
import { answers, oneOf } from '#api/schemas.ts';
import { unrouted } from '#api/unrouted.ts';
import type { PlaceId } from '#model/brand.ts';
import { iso } from '#model/clock.ts';
import { roles } from '#model/role.ts';
import { rosterGaps } from '#tasks/roster-gaps.ts';
import { unannouncedYears } from '#tasks/working-calendar.ts';

const Unrouted = Type.Object({
  category: Type.String(),
  place: Type.String(),
  rule: Type.Optional(
    Type.String({
      description: 'Only tasks of this rule, which are for another role than those of its category',
    }),
  ),
});
const RosterGap = Type.Object({
  place: Type.String(),
  role: oneOf(roles),
  from: Type.String({ format: 'date-time' }),
  to: Type.String({ format: 'date-time' }),
});
const Unprotected = Type.Object({
  device: Type.String(),
  kind: Type.String(),
  place: Type.String(),
  reason: oneOf(healthStates),
});
const Coverage = Type.Object({
  unrouted: Type.Array(Unrouted, { description: 'A task of this category at this place would find nobody' }),
  rosterGaps: Type.Array(RosterGap, { description: 'Nobody is on duty, in the next 14 days' }),
  holidaysUnknown: Type.Array(Type.Integer(), {
    description:
      'Years, from now to 60 days ahead, of which this version does not know all holidays: limits in working hours and days may end too early',
  }),
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
        summary:
          'What nobody is responsible for, when nobody is on duty, and which life-safety devices protect nobody now',
        response: answers({ 200: Coverage }),
      },
    },
    async (request): Promise<Static<typeof Coverage>> => {
      const caller = callerOf(request);
      const { configuration, platform, reader } = context;
      const examined = [...makeRounds(context)]
        .filter(({ device }) => isInScope(caller, device.place, context))
        .sort((a, b) => (a.device.id < b.device.id ? -1 : 1));
      const rules = reader.all('rule').map(({ body }) => body);
      const now = platform.now();
      const isTheirs = ({ place }: { readonly place: PlaceId }) => isInScope(caller, place, context);
      return {
        unrouted: unrouted({ configuration, rules, now }).filter(isTheirs),
        rosterGaps: rosterGaps(configuration, now)
          .filter(
            (gap) => isTheirs(gap) || caller.places?.some((own) => configuration.isWithin(own, gap.place)),
          )
          .map(({ place, role, from, to }) => ({ place, role, from: iso(from), to: iso(to) })),
        holidaysUnknown: [...unannouncedYears(now, configuration.timezone)],
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
