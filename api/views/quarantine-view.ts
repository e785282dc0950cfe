import { type Static, Type } from 'typebox';
import { isInScope } from '#api/authorization/access.ts';
import { maySeeProperty } from '#api/authorization/sensitivity.ts';
import type { Caller } from '#api/caller.ts';
import type { ApiContext } from '#api/context.ts';
import { Instant, nullable, oneOf } from '#api/schemas.ts';
import type { DeviceId } from '#model/brand.ts';
import { iso } from '#model/clock.ts';
import { quarantineReasons } from '#model/quarantine.ts';
import type { QuarantineGroup } from '#store/ops/quarantine-groups.ts';
import type { QuarantineEntry } from '#store/ops/quarantine-list.ts';

export const QuarantineItem = Type.Object({
  id: Type.Integer(),
  device: Type.String(),
  receivedAt: Instant,
  topic: Type.String(),
  dialect: Type.String(),
  reason: oneOf(quarantineReasons),
  property: nullable(Type.String()),
  detail: Type.String({ description: 'Without what it tells of a value that the caller may not see' }),
  payload: nullable(Type.String({ description: 'Base64; null for those who may not see what it holds' })),
  replayedAt: nullable(Instant),
  discardedAt: nullable(Instant),
});

export const QuarantineGroupSchema = Type.Object(
  {
    device: Type.String(),
    dialect: Type.String(),
    reason: oneOf(quarantineReasons),
    property: nullable(Type.String({ description: 'null: whole messages' })),
    held: Type.Integer(),
    replayed: Type.Integer(),
    discarded: Type.Integer(),
    first: Instant,
    last: Instant,
    sample: nullable(QuarantineItem),
  },
  { title: 'QuarantineGroup' },
);

/** What nobody's device sent is for those who are bound to no place. */
export function mayKnowOf(id: DeviceId, caller: Caller, context: ApiContext): boolean {
  const device = context.configuration.device(id);
  return device ? isInScope(caller, device.place, context) : caller.places === null;
}

/** Its content may hold anything, so only an admin sees it. That a vital was out of range is told to nobody else either. */
export const quarantineView = (
  item: QuarantineEntry,
  caller: Caller,
  { configuration }: ApiContext,
): Static<typeof QuarantineItem> => ({
  id: item.id,
  device: item.device,
  receivedAt: iso(item.receivedAt),
  topic: item.topic,
  dialect: item.dialect,
  reason: item.reason,
  property: item.property,
  detail:
    item.property === null || maySeeProperty(caller.role, item.property, configuration.device(item.device))
      ? item.detail
      : `${item.property}: ${item.reason}`,
  payload: caller.role === 'admin' ? item.payload : null,
  replayedAt: item.replayedAt === null ? null : iso(item.replayedAt),
  discardedAt: item.discardedAt === null ? null : iso(item.discardedAt),
});

/** With the newest entry as its sample. */
export function quarantineGroupView(
  group: QuarantineGroup,
  caller: Caller,
  context: ApiContext,
): Static<typeof QuarantineGroupSchema> {
  const { first, last, newest, ...rest } = group;
  const [sample] = context.reader.quarantine({ ids: [newest] }, { limit: 1 }).items;
  return {
    ...rest,
    first: iso(first),
    last: iso(last),
    sample: sample ? quarantineView(sample, caller, context) : null,
  };
}
