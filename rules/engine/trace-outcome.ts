import type { StepOutcome } from '#rules/engine/machine.ts';

/** What came of it; docs/rules.md explains each word. */
export type TraceOutcome =
  | StepOutcome
  | 'too-late'
  | 'repeated'
  | 'state-only'
  | 'to-verify'
  | 'not-selected'
  | 'not-loaded'
  | 'no-device';
