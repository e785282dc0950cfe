import { Hospital, Luggage, Megaphone, Wrench } from '@lucide/vue';
import type { Component } from 'vue';
import type { ModeName } from './mode-queries.ts';

/** A shape of its own for each. */
export const modeIcons: Readonly<Record<ModeName, Component>> = {
  away: Luggage,
  hospital: Hospital,
  maintenance: Wrench,
  drill: Megaphone,
};

/** What one sets for whom: people are away, equipment is worked on. */
export const modesOfResidents = ['away', 'hospital'] as const satisfies readonly ModeName[];
export const modesOfPlaces = ['maintenance', 'drill', 'away'] as const satisfies readonly ModeName[];
