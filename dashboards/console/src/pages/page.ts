import type { Component } from 'vue';
import type { Role } from '../api/types.ts';

/** Where a page stands in the navigation, in this order. */
export const sections = ['now', 'community', 'insight', 'system'] as const;
export type Section = (typeof sections)[number];

/** One page of the console: its address, who may see it and where it is found. */
export interface Page {
  /** Name of its route, and key of its title: `nav.{name}`. */
  readonly name: string;
  readonly path: string;
  /** Absent: it is reached from another page only. */
  readonly section?: Section;
  /** The page in whose light it stands when it is in no section itself. */
  readonly within?: string;
  readonly icon?: Component;
  /** Absent: everybody who is signed in. */
  readonly roles?: readonly Role[];
  /** One of the few at the thumb's reach on a phone. */
  readonly isAtHand?: boolean;
  readonly load: () => Promise<{ default: Component }>;
}
