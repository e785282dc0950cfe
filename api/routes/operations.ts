import { Type } from 'typebox';
import { everywhere, none } from '#api/authorization/access.ts';
import { admins, managers, maySeeHealth } from '#api/authorization/role-groups.ts';
import { type Caller, callerOf } from '#api/caller.ts';
import type { Api, ApiContext } from '#api/context.ts';
import { mapPage } from '#api/paging.ts';
import {
  answers,
  closed,
  Instant,
  instantOf,
  nullable,
  oneOf,
  pageFields,
  pageOf,
  pageRequest,
} from '#api/schemas.ts';
import type { EpochMs, PlaceId } from '#model/brand.ts';
import { iso } from '#model/clock.ts';
import { GridbellError } from '#model/errors.ts';

const ClockSchema = Type.Object({ kind: oneOf(['system', 'data']), now: Instant });
const AuditEntry = Type.Object({
  at: Instant,
  actor: Type.String(),
  action: Type.String(),
  target: Type.String(),
  detail: nullable(Type.String()),
});

/** What concerns the running installation: clock, audit, ports, access for recordings. */
export function operationRoutes(app: Api, context: ApiContext): void {
  const { platform } = context;
  const clock = () => ({ kind: platform.clock, now: iso(platform.now()) });

  app.get(
    '/clock',
    {
      config: { access: { roles: 'signed-in', scope: none } },
      schema: {
        tags: ['clock'],
        summary: 'What time it is for rules and tasks, and which clock counts',
        response: answers({ 200: ClockSchema }),
      },
    },
    async () => clock(),
  );

  app.post(
    '/clock/advance',
    {
      config: { access: { roles: admins, scope: everywhere } },
      schema: {
        tags: ['clock'],
        summary: 'Data clock only: let time pass to a moment, or until nothing waits any more',
        body: closed({
          to: Type.Optional(Type.String({ maxLength: 64, description: 'ISO 8601 with zone' })),
        }),
        response: answers({ 200: ClockSchema }),
      },
    },
    async (request) => {
      if (platform.clock !== 'data')
        throw new GridbellError(
          'wrong-clock',
          'This platform runs on the system clock; time passes by itself.',
        );
      const { to } = request.body;
      const reached = (await context.execute(callerOf(request), {
        name: 'advance-clock',
        ...(to === undefined ? {} : { to: instantOf(to, 'to') }),
      })) as { readonly now: EpochMs | null };
      // The threads' common clock may still show what it was before.
      return { ...clock(), ...(reached.now !== null && { now: iso(reached.now) }) };
    },
  );

  app.get(
    '/audit',
    {
      config: { access: { roles: ['admin', 'auditor'], scope: everywhere } },
      schema: {
        tags: ['audit'],
        summary: 'Who did what, newest first',
        querystring: closed(pageFields),
        response: answers({ 200: pageOf(AuditEntry) }),
      },
    },
    async (request) =>
      mapPage(context.reader.auditTrail(pageRequest(request.query)), (entry) => ({
        at: iso(entry.at),
        actor: entry.actor,
        action: entry.action,
        ...auditedIn(entry, callerOf(request), context),
      })),
  );

  app.get(
    '/listeners',
    {
      // Who adds gateways has to tell them where to connect.
      config: { access: { roles: managers, scope: none } },
      schema: {
        tags: ['devices'],
        summary: 'The ports where devices connect: MQTT, over WebSocket, over TLS',
        response: answers({
          200: Type.Object({
            mqtt: Type.Integer(),
            mqttWs: Type.Integer(),
            mqtts: nullable(Type.Integer()),
          }),
        }),
      },
    },
    async () => platform.devicePorts(),
  );

  app.post(
    '/replay-credentials',
    {
      config: { access: { roles: 'operator', scope: everywhere } },
      schema: {
        tags: ['replay'],
        summary: 'A device account for playing a recording; for the operator at the machine only',
        response: answers({
          200: Type.Object({ username: Type.String(), password: Type.String(), mqttPort: Type.Integer() }),
        }),
      },
    },
    async () => platform.grantReplay(),
  );
}

/**
 * What was changed. That somebody is in hospital is health: whoever may not see that reads of every mode but those of
 * places only whose it is, since a mode left out by itself would tell which one it was.
 */
function auditedIn(
  { target, detail }: { readonly target: string; readonly detail: string | null },
  { role }: Caller,
  { configuration }: ApiContext,
): { readonly target: string; readonly detail: string | null } {
  const [resource, owner = ''] = target.split(' ');
  const isPlaces = configuration.place(owner as PlaceId) !== undefined || owner === configuration.communityId;
  return resource !== 'mode' || isPlaces || maySeeHealth(role)
    ? { target, detail }
    : { target: `mode ${owner}`, detail: null };
}
