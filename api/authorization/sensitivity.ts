import { maySeeHealth, maySeePersonal } from '#api/authorization/role-groups.ts';
import { propertyCatalogue, type Sensitivity } from '#model/catalogue.ts';
import type { Device } from '#model/community.ts';
import type { Role } from '#model/role.ts';

/** How closely a property of this device looks into a life. What nobody defined is health where it comes from a person's device. */
export function sensitivityOf(property: string, device: Pick<Device, 'resident'> | undefined): Sensitivity {
  const known = propertyCatalogue.get(property);
  if (known) return known.sensitivity;
  return device?.resident === undefined ? 'operational' : 'health';
}

/** Whether a role may see values of this property of this device; undefined: a device that is not known (any more). */
export function maySeeProperty(
  role: Role,
  property: string,
  device: Pick<Device, 'resident'> | undefined,
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
