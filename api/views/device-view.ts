import { Type } from 'typebox';
import { includes, residentReaders } from '#api/authorization/role-groups.ts';
import { maySeeProperty } from '#api/authorization/sensitivity.ts';
import type { Caller } from '#api/caller.ts';
import type { ApiContext } from '#api/context.ts';
import type { LatestValue } from '#api/ports.ts';
import { Instant, nullable } from '#api/schemas.ts';
import type { EpochMs } from '#model/brand.ts';
import { iso } from '#model/clock.ts';
import type { Device } from '#model/community.ts';
import type { Presence } from '#store/ops/device-rows.ts';

/** What is shown beside what is kept of a device. */
export const presenceFields = {
  online: Type.Boolean({ description: 'Whether it is connected, or its gateway says so' }),
  onlineSince: nullable(Instant),
  lastSeen: Type.Unsafe<string | null>({
    ...nullable(Instant),
    description: 'When it last came, went or said something that you may see; null: never',
  }),
};

/** Whose a device is says where somebody lives: only for those who may know. */
export function deviceView(device: Device, caller: Caller, context: ApiContext) {
  const { resident, ...rest } = device;
  return {
    ...rest,
    ...(resident !== undefined && includes(residentReaders, caller.role) ? { resident } : {}),
    ...presenceView(device, caller, context),
  };
}

function presenceView(device: Device, { role }: Caller, { platform, reader }: ApiContext) {
  const presence = reader.presence(device.id);
  const heard = reader
    .latest(device.id)
    // When somebody was in a room is as personal as that somebody was.
    .filter(({ property }) => maySeeProperty(role, property, device))
    // On the data clock, receipt is a time of another clock.
    .map(({ at, receivedAt }) => (platform.clock === 'data' ? at : receivedAt));
  const seen: readonly EpochMs[] = presence ? [presence.at, ...heard] : heard;
  const lastSeen = seen.reduce<EpochMs | null>((last, at) => (last === null || at > last ? at : last), null);
  return {
    online: presence?.online ?? false,
    onlineSince: presence?.online ? iso(presence.at) : null,
    lastSeen: lastSeen === null ? null : iso(lastSeen),
  };
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
