import { type Role, roles } from '#model/role.ts';

/** Who may do what, by role. The table of all routes and roles stands in tests/api/authorization-matrix.test.ts. */
export const admins = ['admin'] as const;
/** Look after equipment and places. */
export const managers = ['admin', 'property-manager'] as const;
/** Make a device act: a siren, a lock. */
export const commanders = ['admin', 'property-manager', 'community-duty'] as const;
/** See what devices were told to do: those who may tell them, and who checks on them. */
export const commandReaders = [...commanders, 'auditor'] as const;
/** See duty and work of others, never vitals. */
export const leaders = ['grid-leader', 'community-duty', 'street-duty'] as const;
/** Plan who is on duty. */
export const planners = ['admin', 'property-manager', 'grid-leader'] as const;
/** Know who lives where: name, phone, contacts. */
export const residentReaders = ['admin', 'property-manager', 'care-staff', ...leaders] as const;
export const residentWriters = ['admin', 'property-manager', 'care-staff'] as const;
/** May set a mode of a place or a resident. */
export const modeSetters = ['admin', 'property-manager', 'care-staff', 'grid-leader'] as const;
/** Look on, everything in their places. */
export const observers: readonly Role[] = roles.filter((role) => role !== 'volunteer');
/** Take part in the work on alarms. */
export const responders: readonly Role[] = observers.filter((role) => role !== 'auditor');
/** Take part in the work on tasks; what each may do is the life cycle's to say (tasks/). */
export const workers: readonly Role[] = roles.filter((role) => role !== 'auditor');
/** See how the whole is doing: coverage, rules, quarantine without content. */
export const overseers = ['admin', 'property-manager', ...leaders, 'auditor'] as const;
/** May see why a rule acted. */
export const ruleReaders = [...overseers, 'care-staff'] as const;

/** Raise and clear alarms that no rule raises, and tell people something: those who answer for a place, and their programs. */
export const posters = ['admin', 'property-manager', 'care-staff', ...leaders] as const;

/** Hold notifications back for a while. */
export const silencers = ['admin', 'property-manager', ...leaders] as const;

/** Vitals are for those who care for the person; property managers never see them. */
export const maySeeHealth = (role: Role): boolean => role === 'admin' || role === 'care-staff';
export const maySeePhones = (role: Role): boolean => includes(residentReaders, role);
/** What looks into somebody's life (presence in a room, door use): those who act on it, not those who look on. */
export const maySeePersonal = (role: Role): boolean => role !== 'auditor' && role !== 'volunteer';

export const includes = (group: readonly Role[], role: Role): boolean => group.includes(role);
