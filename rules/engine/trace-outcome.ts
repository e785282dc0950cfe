/** What came of it; docs/rules.md explains each word. Those of a step of a machine (machine.ts) come first. */
export const traceOutcomes = [
  'quiet',
  'heard',
  'unknown',
  'active',
  'waiting',
  'clearing',
  'raised',
  'severity-changed',
  'cleared',
  'held-back',
  'too-late',
  'repeated',
  'state-only',
  'to-verify',
  'not-selected',
  'not-loaded',
  'no-device',
] as const;
export type TraceOutcome = (typeof traceOutcomes)[number];

const codes = new Map(traceOutcomes.map((outcome, code) => [outcome, code]));

/** Its place among the outcomes. */
export const codeOf = (outcome: TraceOutcome): number => codes.get(outcome) ?? 0;
