import type { Patient } from '#app/doctor/patient.ts';

/**
 * `advice`: it works, and somebody might wish it otherwise; `warning`: it works, and will not for ever; `problem`:
 * something does not work, or is lost.
 */
export type Outcome = 'ok' | 'advice' | 'warning' | 'problem';

/** What one check found, in words for who runs a community; never a key, a token or a password. */
export interface Said {
  readonly outcome: Outcome;
  readonly found: string;
  /** What to do; null where nothing has to be done. */
  readonly todo: string | null;
}

export interface Finding extends Said {
  /** The check's name. */
  readonly check: string;
}

/** Looks at one thing. Says nothing when it does not apply. */
export interface Check {
  readonly name: string;
  examine(patient: Patient): readonly Said[] | Promise<readonly Said[]>;
}

export const fine = (found: string): Said => ({ outcome: 'ok', found, todo: null });
export const advice = (found: string, todo: string): Said => ({ outcome: 'advice', found, todo });
export const warning = (found: string, todo: string): Said => ({ outcome: 'warning', found, todo });
export const problem = (found: string, todo: string): Said => ({ outcome: 'problem', found, todo });
