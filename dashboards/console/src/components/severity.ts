import { CircleAlert, Info, OctagonAlert, TriangleAlert } from '@lucide/vue';
import type { Component } from 'vue';
import type { Severity } from '../api/types.ts';

/** From the gravest. */
export const severities = ['critical', 'major', 'minor', 'warning'] as const satisfies readonly Severity[];

/** A shape of its own for each, so that colour is never alone. */
export const severityIcons: Readonly<Record<Severity, Component>> = {
  critical: OctagonAlert,
  major: TriangleAlert,
  minor: CircleAlert,
  warning: Info,
};
