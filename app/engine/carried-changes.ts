import type { DeviceId } from '#model/brand.ts';
import { deviceKindCatalogue } from '#model/catalogue.ts';
import type { ResourceChange } from '#model/command.ts';
import type { Device } from '#model/community.ts';
import type { Configuration } from '#model/configuration.ts';

/**
 * The changes, and behind them what follows for devices that nobody has claimed: they go with their gateway, they are where it is, and
 * one whose name there is given to a device of somebody's makes way for it.
 */
export function withCarried(
  changes: readonly ResourceChange[],
  configuration: Configuration,
): readonly ResourceChange[] {
  const following = new Map<DeviceId, ResourceChange>();
  for (const change of changes) {
    if (change.resource !== 'device') continue;
    for (const next of followingOf(change, configuration)) following.set(next.id as DeviceId, next);
  }
  for (const { id, resource } of changes) if (resource === 'device') following.delete(id as DeviceId);
  return following.size === 0 ? changes : [...changes, ...following.values()];
}

function* followingOf(
  change: ResourceChange & { readonly resource: 'device' },
  configuration: Configuration,
): Iterable<ResourceChange> {
  const id = change.id as DeviceId;
  if (change.op === 'delete') {
    for (const each of unclaimedOf(id, configuration)) yield gone(each);
    return;
  }
  const { address, gateway, place } = change.body;
  const before = configuration.device(id);
  if (before && before.place !== place && deviceKindCatalogue.get(before.kind)?.gateway)
    for (const each of unclaimedOf(id, configuration))
      yield { op: 'put', resource: 'device', id: each.id, body: { ...each, place } };
  if (gateway === undefined || address === undefined) return;
  const standing = configuration.carried(gateway, address);
  if (standing && standing.id !== id && standing.unclaimed) yield gone(standing);
}

function unclaimedOf(gateway: DeviceId, configuration: Configuration): readonly Device[] {
  return [...configuration.devices()].filter((each) => each.gateway === gateway && each.unclaimed);
}

const gone = ({ id }: Device): ResourceChange => ({ op: 'delete', resource: 'device', id });
