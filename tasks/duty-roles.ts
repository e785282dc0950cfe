import type { Role } from '#model/role.ts';

/**
 * Who stands in when nobody of the wanted role is there, in this order. An auditor only looks and is never assigned.
 * Care stays with those who may see why: a property manager comes late in the chain of care staff.
 */
const standIns: Readonly<Record<Role, readonly Role[]>> = {
  'care-staff': ['grid-worker', 'grid-leader', 'community-duty', 'street-duty', 'property-manager', 'admin'],
  volunteer: ['grid-worker', 'grid-leader', 'property-manager', 'community-duty', 'street-duty', 'admin'],
  'grid-worker': ['grid-leader', 'property-manager', 'community-duty', 'street-duty', 'admin'],
  'grid-leader': ['property-manager', 'community-duty', 'street-duty', 'admin'],
  'property-manager': ['grid-leader', 'community-duty', 'street-duty', 'admin'],
  'community-duty': ['street-duty', 'grid-leader', 'property-manager', 'admin'],
  'street-duty': ['community-duty', 'grid-leader', 'property-manager', 'admin'],
  admin: ['property-manager', 'grid-leader', 'community-duty', 'street-duty'],
  auditor: [],
};

/** The wanted role and, after it, the roles that stand in for it. */
export const dutyChain = (role: Role): readonly Role[] =>
  role === 'auditor' ? [] : [role, ...standIns[role]];

const categoryOwners: ReadonlyMap<string, Role> = new Map<string, Role>([
  ['fire', 'grid-worker'],
  ['elderly-care', 'care-staff'],
  ['access-security', 'property-manager'],
  ['environment', 'grid-worker'],
  ['facilities', 'property-manager'],
  ['lift', 'property-manager'],
  ['device-maintenance', 'property-manager'],
  ['resident-report', 'grid-worker'],
  ['dispute', 'grid-leader'],
]);

/** Who owns a category's tasks when no rule says so (a person filed it, or its rule is gone). */
export const categoryOwner = (category: string): Role => categoryOwners.get(category) ?? 'grid-worker';
