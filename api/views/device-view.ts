import { Type } from 'typebox';
import { includes, residentReaders } from '#api/authorization/role-groups.ts';
import { maySeeProperty } from '#api/authorization/sensitivity.ts';
import type { Caller } from '#api/caller.ts';
import type { ApiContext } from '#api/context.ts';
import { type Examined, examine } from '#api/device-health/rounds.ts';
import { HealthSchema, healthView } from '#api/device-health/view.ts';
import type { LatestValue } from '#api/ports.ts';
import { Instant, nullable } from '#api/schemas.ts';
import { unitOf } from '#api/views/unit.ts';
import type { EpochMs } from '#model/brand.ts';
import { deviceKindCatalogue, housekeepingProperties } from '#model/catalogue.ts';
import { iso } from '#model/clock.ts';
import { Device } from '#model/community.ts';
import type { LatestValue as KeptValue, Presence } from '#store/ops/device-rows.ts';

/** What is shown beside what is kept of a device. */
export const presenceFields = {
  online: Type.Boolean({ description: 'Whether it is connected, or its gateway says so' }),
  onlineSince: nullable(Instant),
  lastSeen: Type.Unsafe<string | null>({
    ...nullable(Instant),
    description: 'When it last came, went or said something that you may see; null: never',
  }),
  health: HealthSchema,
  main: Type.Unsafe<object | null>({
    ...nullable(
      Type.Object({
        property: Type.String(),
        value: Type.Unknown(),
        at: Instant,
        unit: nullable(Type.String()),
      }),
    ),
    description: 'The newest value of what such a device is there for, as far as you may see it',
  }),
};

/** A device as an answer has it. */
export const shownDevice = Type.Object({ ...Device.properties, ...presenceFields });

/** Whose a device is says where somebody lives: only for those who may know. */
export function deviceView(
  device: Device,
  caller: Caller,
  context: ApiContext,
  examined: Examined = examine(device, context),
) {
  const { resident, ...rest } = device;
  const presence = context.reader.presence(device.id);
  // When somebody was in a room is as personal as that somebody was.
  const visible = context.reader
    .latest(device.id)
    .filter(({ property }) => maySeeProperty(caller.role, property, device));
  // On the data clock, receipt is a time of another clock.
  const heard = visible.map(({ at, receivedAt, property }) => ({
    property,
    at: context.platform.clock === 'data' ? at : receivedAt,
  }));
  const lastSeen = newest([...(presence ? [presence.at] : []), ...heard.map(({ at }) => at)]);
  const lastWord = newest(heard.filter(({ property }) => property !== 'online').map(({ at }) => at));
  return {
    ...rest,
    ...(resident !== undefined && includes(residentReaders, caller.role) ? { resident } : {}),
    online: presence?.online ?? false,
    onlineSince: presence?.online ? iso(presence.at) : null,
    lastSeen: lastSeen === null ? null : iso(lastSeen),
    health: healthView(examined, lastWord),
    main: mainValue(device, visible),
  };
}

const newest = (times: readonly EpochMs[]): EpochMs | null =>
  times.reduce<EpochMs | null>((last, at) => (last === null || at > last ? at : last), null);

function mainValue({ kind }: Device, visible: readonly KeptValue[]) {
  const wanted = deviceKindCatalogue.get(kind)?.properties ?? visible.map(({ property }) => property);
  const found = wanted
    .filter((property) => !housekeepingProperties.has(property))
    .flatMap((property) => visible.find((each) => each.property === property) ?? [])
    .at(0);
  if (found === undefined) return null;
  const { at, property, value } = found;
  return { property, value, at: iso(at), unit: unitOf(property, value) };
}

/** With `online`, as the connection tells, unless the device itself (or its gateway) said something newer. */
export function withPresence(
  latest: Readonly<Record<string, LatestValue>>,
  presence: Presence | undefined,
): Readonly<Record<string, LatestValue>> {
  const said = latest['online'];
  if (!presence || (said && said.at > presence.at)) return latest;
  return { ...latest, online: { value: presence.online, at: presence.at } };
}
