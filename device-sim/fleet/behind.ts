import { throughGateway } from '#device-sim/fleet/equipment.ts';
import type { Fleet } from '#device-sim/fleet/fleet.ts';

/**
 * The devices that speak through a gateway: those tagged `via:ID`. A community file need not say so; where no device does,
 * it is what speaks by such a radio and hangs in the gateway's place.
 */
export function devicesBehind(fleet: Fleet, gateway: string): ReadonlySet<string> {
  const tagged = fleet.devices.filter(({ tags = [] }) => tags.includes(`via:${gateway}`));
  const place = fleet.device(gateway)?.place;
  const nearby = fleet.devices.filter(
    (device) => throughGateway.has(device.kind) && place !== undefined && fleet.isWithin(device.place, place),
  );
  return new Set((tagged.length > 0 ? tagged : nearby).map(({ id }) => id));
}
