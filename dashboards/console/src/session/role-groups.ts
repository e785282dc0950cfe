import type { Role } from '../api/types.ts';

/** Who the server lets do what, so that a page offers no more (api/authorization says so for good). */
export const observers: readonly Role[] = [
  'admin',
  'property-manager',
  'care-staff',
  'grid-worker',
  'grid-leader',
  'community-duty',
  'street-duty',
  'auditor',
];
/** Acknowledge and dispose alarms. */
export const responders: readonly Role[] = observers.filter((role) => role !== 'auditor');
/** Read rules. */
export const ruleReaders: readonly Role[] = observers.filter((role) => role !== 'grid-worker');
/** Have tasks. */
export const workers: readonly Role[] = [...observers.filter((role) => role !== 'auditor'), 'volunteer'];
/** Know who lives where. */
export const residentReaders: readonly Role[] = [
  'admin',
  'property-manager',
  'care-staff',
  'grid-leader',
  'community-duty',
  'street-duty',
];
/** Change how residents and their families are reached. */
export const residentWriters: readonly Role[] = ['admin', 'property-manager', 'care-staff'];
/** See vitals, and that somebody is in hospital. */
export const healthSeers: readonly Role[] = ['admin', 'care-staff'];
/** See what looks into somebody's life: doors, rooms, positions. */
export const personalSeers: readonly Role[] = observers.filter((role) => role !== 'auditor');
/** Set a mode of a place or a resident. */
export const modeSetters: readonly Role[] = ['admin', 'property-manager', 'care-staff', 'grid-leader'];
/** Look after equipment, places and rules. */
export const managers: readonly Role[] = ['admin', 'property-manager'];
/** Tell devices what to do. */
export const commanders: readonly Role[] = ['admin', 'property-manager', 'community-duty'];
/** Plan who is on duty. */
export const planners: readonly Role[] = ['admin', 'property-manager', 'grid-leader'];
/** See what is not looked after, and what others were told. */
export const overseers: readonly Role[] = [
  'admin',
  'property-manager',
  'grid-leader',
  'community-duty',
  'street-duty',
  'auditor',
];
