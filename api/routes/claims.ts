import { Type } from 'typebox';
import { filtered, isInScope } from '#api/authorization/access.ts';
import { managers } from '#api/authorization/role-groups.ts';
import { type Caller, callerOf } from '#api/caller.ts';
import type { Api, ApiContext } from '#api/context.ts';
import { mergeFresh } from '#api/fresh-merge.ts';
import { type Claim, claimFields } from '#api/onboarding/claim.ts';
import { readClaims } from '#api/onboarding/claim-list.ts';
import { ClaimsPlan, changesOf, type PlannedClaim } from '#api/onboarding/claims-plan.ts';
import { answers, closed, Id, IdParams } from '#api/schemas.ts';
import { deviceView, shownDevice } from '#api/views/device-view.ts';
import type { DeviceId } from '#model/brand.ts';
import { GridbellError } from '#model/errors.ts';

const listLimit = 4 * 1024 * 1024;
const tags = ['devices'];
const access = { roles: managers, scope: filtered };

/** Giving what gateways brought its place: one by one, and many at once. */
export function claimRoutes(app: Api, context: ApiContext): void {
  app.post(
    '/devices/:id/claim',
    {
      config: { access },
      schema: {
        tags,
        summary: 'Give a device that its gateway brought its place; 409 with what stands when somebody did',
        params: IdParams,
        body: closed({ ...claimFields, version: Type.Optional(Type.Integer({ minimum: 1 })) }),
        response: answers({ 200: shownDevice }),
      },
    },
    async (request) => {
      const caller = callerOf(request);
      const id = request.params.id as DeviceId;
      const { version, ...claim } = request.body;
      await mergeFresh(() => claimOne({ id, claim, version, caller }, context));
      const device = context.reader.get('device', id)?.body;
      if (!device) throw new GridbellError('not-found', `There is no device ${id}.`);
      return deviceView(device, caller, context);
    },
  );

  app.post(
    '/devices/claims',
    {
      bodyLimit: listLimit,
      config: { access },
      schema: {
        tags,
        summary: 'The same for many, as JSON or CSV: all or none; dryRun only says what would be',
        consumes: ['application/json', 'text/csv'],
        querystring: closed({ dryRun: Type.Optional(Type.Boolean()) }),
        body: Type.Union([Type.Object({}, { additionalProperties: true }), Type.String()]),
        response: answers({
          200: Type.Object({
            dryRun: Type.Boolean(),
            claimed: Type.Integer(),
            added: Type.Integer({ description: 'Of which nothing was heard yet' }),
            items: Type.Array(
              Type.Object({
                where: Type.String({ description: '`line 3` of a CSV, `claims[0]`' }),
                id: Id,
                kind: Type.String(),
                place: Type.String(),
                isNew: Type.Boolean(),
              }),
            ),
          }),
        }),
      },
    },
    async (request) => {
      const caller = callerOf(request);
      const listed = readClaims(request.body);
      const dryRun = request.query.dryRun === true;
      const planned = await mergeFresh(async () => {
        const plan = ClaimsPlan.of(listed, caller, context);
        if (!dryRun) await carryOut(plan, caller, context);
        return plan;
      });
      const added = planned.filter(({ isNew }) => isNew).length;
      return {
        dryRun,
        claimed: planned.length - added,
        added,
        items: planned.map(({ device: { id, kind, place }, isNew, where }) => ({
          where,
          id,
          kind,
          place,
          isNew,
        })),
      };
    },
  );
}

interface OneClaim {
  readonly id: DeviceId;
  readonly claim: Claim;
  readonly version: number | undefined;
  readonly caller: Caller;
}

async function claimOne({ caller, claim, id, version }: OneClaim, context: ApiContext): Promise<void> {
  const standing = context.reader.get('device', id);
  const isTheirs = standing !== undefined && isInScope(caller, standing.body.place, context);
  // Of what lies elsewhere not even that somebody claimed it is told: the plan refuses it.
  if (isTheirs && !standing.body.unclaimed)
    throw new GridbellError('already-exists', `${id} is a device already, at ${standing.body.place}.`, {
      extra: { standing: deviceView(standing.body, caller, context) },
    });
  const planned = ClaimsPlan.of([{ where: id, claim: { id, ...claim } }], caller, context);
  const [only] = planned;
  if (version !== undefined && only && only.version !== version)
    throw new GridbellError('stale-version', `${id} was changed meanwhile: version ${version} was seen.`, {
      extra: { version: only.version },
    });
  await carryOut(planned, caller, context);
}

async function carryOut(
  planned: readonly PlannedClaim[],
  caller: Caller,
  context: ApiContext,
): Promise<void> {
  const only = planned.length === 1 ? planned[0]?.device.id : undefined;
  await context.change(caller, {
    // What stands, and whether it does, the versions say.
    expect: 'any',
    ...changesOf(planned),
    reason: only === undefined ? `claim ${planned.length} devices` : `claim device ${only}`,
  });
}
