import type { DeviceId } from '#model/brand.ts';
import type { Device } from '#model/community.ts';
import type { Configuration } from '#model/configuration.ts';

/** Devices that have, or had, this name at their gateway; without an address all do. */
export function addressedIn(
  configuration: Configuration,
  { address, gateway }: { readonly address: string | undefined; readonly gateway: DeviceId | undefined },
): (device: Pick<Device, 'id' | 'address'>) => boolean {
  if (address === undefined) return () => true;
  if (gateway === undefined) return (device) => device.address === address;
  const meant = configuration.everCarried(gateway, address)?.id;
  return ({ id }) => id === meant;
}
