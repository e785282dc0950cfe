import { maySeeHealth, maySeePersonal } from '#api/authorization/role-groups.ts';
import { propertyCatalogue, type Sensitivity } from '#model/catalogue.ts';
import type { Device } from '#model/community.ts';
import type { Role } from '#model/role.ts';

/** Kinds that people wear, lie in or are watched by: what they say is about somebody, also when they were given back since. */
const ofPeople: ReadonlySet<string> = new Set(['wearable', 'bed-sensor', 'fall-radar', 'sos-button']);

/**
 * How closely a property of this device looks into a life. What nobody defined is health where it comes from a person's device, and
 * where nobody knows the device (any more), or has said yet whose it is.
 */
export function sensitivityOf(
  property: string,
  device: (Pick<Device, 'resident'> & Partial<Pick<Device, 'kind' | 'unclaimed'>>) | undefined,
): Sensitivity {
  const known = propertyCatalogue.get(property);
  if (known) return known.sensitivity;
  if (device === undefined || device.resident !== undefined || device.unclaimed) return 'health';
  return device.kind !== undefined && ofPeople.has(device.kind) ? 'health' : 'operational';
}

/** Whether a role may see values of this property of this device; undefined: a device that is not known (any more). */
export function maySeeProperty(
  role: Role,
  property: string,
  device: Parameters<typeof sensitivityOf>[1],
): boolean {
  switch (sensitivityOf(property, device)) {
    case 'health':
      return maySeeHealth(role);
    case 'personal':
      return maySeePersonal(role);
    case 'operational':
    case 'public':
      return true;
  }
}
