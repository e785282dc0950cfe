import type { Message } from '#tests/rules/reference/readings.ts';
import type { RuleTree } from '#tests/rules/reference/rule-tree.ts';

interface Timed {
  /** When it happens, epoch ms; of a message: when it was measured. */
  readonly at: number;
}

/** A device says something. */
export interface Say extends Timed, Message {
  readonly does: 'say';
  /** When it arrives; of an orderly stream: `at`. */
  readonly arrives: number;
  /** Bits of `flag` (model/reading.ts); absent: none. */
  readonly flags?: number;
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

/** What the reference knows of. */
export type Step = Say | SetMode | Pass;

/** Gridbell was down until now. */
export interface Down extends Timed {
  readonly does: 'down';
}
/** A device moves, goes, or comes back. */
export interface Move extends Timed {
  readonly does: 'move';
  readonly device: string;
  /** Null: it is taken away. */
  readonly place: string | null;
}
/** Other rules from now on. */
export interface Rewrite extends Timed {
  readonly does: 'rewrite';
  readonly rules: readonly RuleTree[];
}

/** All that may come over an engine. */
export type Trouble = Step | Down | Move | Rewrite;

/** When the engine has it. */
export const arrivalOf = (step: Trouble): number => (step.does === 'say' ? step.arrives : step.at);
