import { CircleAlert, CircleCheck, CircleDashed, EarOff, Unplug, Wrench } from '@lucide/vue';
import type { Component } from 'vue';
import type { Device } from '../api/types.ts';

export type Health = Device['health'];
export type HealthState = Health['state'];

/** In trouble first, as the server sorts them. */
export const healthStates = [
  'offline',
  'silent',
  'fault',
  'never-seen',
  'maintenance',
  'well',
] as const satisfies readonly HealthState[];

/** Nobody knows what is now: what it said last is old, and never reads as normal. */
export const isUnheard = (state: HealthState): boolean => state === 'silent' || state === 'offline';

/** A shape of its own for each, so that colour is never alone. */
export const healthIcons: Readonly<Record<HealthState, Component>> = {
  well: CircleCheck,
  silent: EarOff,
  offline: Unplug,
  fault: CircleAlert,
  'never-seen': CircleDashed,
  maintenance: Wrench,
};

export const healthTones = {
  well: 'well',
  silent: 'critical',
  offline: 'critical',
  fault: 'major',
  'never-seen': 'minor',
  maintenance: 'warning',
} as const satisfies Readonly<Record<HealthState, string>>;
