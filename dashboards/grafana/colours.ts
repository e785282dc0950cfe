import type { Severity } from '#model/alarm.ts';

/** Severities in Grafana's own colours, which suit its light and its dark theme. */
export const severityColours: Readonly<Record<Severity, string>> = {
  critical: 'red',
  major: 'orange',
  minor: 'yellow',
  warning: 'blue',
};

/** Below all thresholds, and where nothing is known: the colour of text. Nothing on these boards is green. */
export const plainColour = 'text';
