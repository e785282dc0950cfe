import { type Static, Type } from 'typebox';
import { filtered, isInScope } from '#api/authorization/access.ts';
import { overseers } from '#api/authorization/role-groups.ts';
import { callerOf } from '#api/caller.ts';
import type { Api, ApiContext } from '#api/context.ts';
import { answers, oneOf } from '#api/schemas.ts';
import { unrouted } from '#api/unrouted.ts';
import { hour } from '#model/brand.ts';
import { deviceKindCatalogue } from '#model/catalogue.ts';
import type { Device } from '#model/community.ts';
import { parseDuration } from '#model/duration.ts';

const Unrouted = Type.Object({ rule: Type.String(), category: Type.String(), place: Type.String() });
const Unprotected = Type.Object({
  device: Type.String(),
  kind: Type.String(),
  place: Type.String(),
  reason: oneOf(['never-seen', 'offline', 'maintenance']),
});
const Coverage = Type.Object({
  unrouted: Type.Array(Unrouted, { description: 'A task of this rule at this place would find nobody' }),
  rosterGaps: Type.Array(Type.Unknown(), { description: 'Empty until rosters are planned ahead' }),
  unprotected: Type.Array(Unprotected, { description: 'Life-safety devices that protect nobody now' }),
});

/** Battery devices connect, speak and go: away is not yet silent. The field waits 25 h after the last message. */
const silentAfterMs = 25 * hour;

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
      const devices = [...context.configuration.devices()].filter((device) =>
        isInScope(caller, device.place, context),
      );
      const { configuration, platform, reader } = context;
      const rules = reader.all('rule').map(({ body }) => body);
      return {
        unrouted: [...unrouted({ devices, configuration, rules, now: platform.now() })],
        rosterGaps: [],
        unprotected: devices.flatMap((device) => unprotectedBy(device, context)),
      };
    },
  );
}

function unprotectedBy(
  device: Device,
  { configuration, platform, reader }: ApiContext,
): Static<typeof Unprotected>[] {
  if (!deviceKindCatalogue.get(device.kind)?.lifeSafety) return [];
  const because = (reason: Static<typeof Unprotected>['reason']) => [
    { device: device.id, kind: device.kind, place: device.place, reason },
  ];
  if (configuration.modesOf(device, platform.now()).has('maintenance')) return because('maintenance');
  const presence = reader.presence(device.id);
  if (presence === undefined) return because('never-seen');
  const patienceMs = parseDuration(device.expectEvery ?? '') ?? silentAfterMs;
  return presence.online || platform.now() - presence.at <= patienceMs ? [] : because('offline');
}
