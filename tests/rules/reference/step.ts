import type { Message } from '#tests/rules/reference/readings.ts';

interface Timed {
  /** When it happens, epoch ms; of a message: when it was measured. */
  readonly at: number;
}

/** A device says something. */
export interface Say extends Timed, Message {
  readonly does: 'say';
  /** When it arrives; of an orderly stream: `at`. */
  readonly arrives: number;
}
/** A mode is set or ended. */
export interface SetMode extends Timed {
  readonly does: 'mode';
  readonly target: string;
  readonly mode: string;
  readonly isOn: boolean;
  readonly until: number | null;
}
/** Nothing but time. */
export interface Pass extends Timed {
  readonly does: 'pass';
}

export type Step = Say | SetMode | Pass;
