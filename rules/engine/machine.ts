import type { Evidence, Severity } from '#model/alarm.ts';
import type { Value } from '#model/reading.ts';
import type { HabitMemory } from '#rules/engine/habits/memory.ts';

/**
 * The state of one rule for one device, as plain data. Times in epoch ms. A rule with `when` goes quiet → waiting
 * (`for`) → active → clearing (`clear-for`) → quiet; a silence rule is quiet while it listens and active while nothing
 * is heard.
 */
export interface MachineState {
  readonly phase: 'quiet' | 'waiting' | 'active' | 'clearing';
  /** Alarms begun so far: the number of the one that is open. */
  readonly count: number;
  /** When the timer runs out; null: none runs. */
  readonly due: number | null;
  /** Waiting: since when the condition holds. Active and clearing: when the alarm began. */
  readonly since: number;
  readonly severity: Severity;
  /** Waiting: what would be shown as the reason. */
  readonly evidence: readonly Evidence[];
  readonly receivedLate: boolean;
  /** Silence: the last message; null: none yet. */
  readonly heardAt: number | null;
  /** Silence `auto`: lengths between the last messages, oldest first. */
  readonly gaps: readonly number[];
  /** Habits: what is remembered of the person; null: nothing yet. */
  readonly habit: HabitMemory | null;
}

/** Nothing stands and nothing waits. */
export const quietState: MachineState = {
  phase: 'quiet',
  count: 0,
  due: null,
  since: 0,
  severity: 'warning',
  evidence: [],
  receivedLate: false,
  heardAt: null,
  gaps: [],
  habit: null,
};

/**
 * What a reading says to a rule. `neither`: `when` does not hold, but `clear` does not either. `lapses`: `when` does not
 * hold, `clear` is unknown. `lasts`: `clear` does not hold, `when` is unknown.
 */
export type Verdict = 'holds' | 'clears' | 'neither' | 'lapses' | 'lasts' | 'unknown';

/** Why raising is held back. */
export type Hold = { readonly by: 'mode'; readonly mode: string } | { readonly by: 'active-hours' };

/** A moment at which a rule is judged. */
export interface Moment {
  /** Never earlier than the moment before. */
  readonly at: number;
  heldBack(): Hold | null;
  /** The readings that decided. */
  evidence(): readonly Evidence[];
}

/** A reading, already judged by the rule's conditions. */
export interface Judged extends Moment {
  /** When it was measured; earlier than `at` when it came behind a newer one of another property. */
  readonly measuredAt: number;
  readonly verdict: Verdict;
  /** By the rule's levels; null: unknown. */
  readonly severity: Severity | null;
  readonly receivedLate: boolean;
  /** What the device said; signs of a person among it (habits/home.ts). */
  readonly values: ReadonlyMap<string, Value>;
}

/** What a step does to an alarm; `number` counts the alarms of this rule and device, times are epoch ms. */
export type Effect =
  | {
      readonly type: 'raise';
      readonly number: number;
      readonly at: number;
      readonly severity: Severity;
      readonly evidence: readonly Evidence[];
      readonly receivedLate: boolean;
      /** An `event`: nothing stands that could be cleared. */
      readonly instant: boolean;
    }
  | {
      readonly type: 'severity';
      readonly number: number;
      readonly at: number;
      readonly severity: Severity;
      readonly evidence: readonly Evidence[];
    }
  | { readonly type: 'clear'; readonly number: number; readonly at: number };

/** What came of a moment; docs/rules.md explains each word. */
export type StepOutcome =
  | 'raised'
  | 'severity-changed'
  | 'cleared'
  | 'waiting'
  | 'clearing'
  | 'active'
  | 'quiet'
  | 'held-back'
  | 'unknown'
  | 'heard';

/** One step of a machine: the state after it, what it does to the alarm, and the word for the trace. */
export interface Step {
  readonly state: MachineState;
  readonly effect: Effect | null;
  readonly outcome: StepOutcome;
  /** What the outcome rests on beside readings, for the trace; absent: the outcome says it all. */
  readonly because?: Because;
}

/** In words, and in numbers under names that say of which properties they tell (api/views/trace-view.ts). */
export interface Because {
  readonly text: string;
  readonly figures: readonly (readonly [name: string, value: number])[];
}

/** An alarm stands. */
export const isOpen = (state: MachineState): boolean =>
  state.phase === 'active' || state.phase === 'clearing';

/** Nothing to do. */
export const stay = (state: MachineState, outcome: StepOutcome): Step => ({ state, effect: null, outcome });

export interface Beginning {
  readonly at: number;
  readonly severity: Severity;
  readonly evidence: readonly Evidence[];
  readonly receivedLate: boolean;
}

/** The alarm begins. */
export const raise = (state: MachineState, { at, severity, evidence, receivedLate }: Beginning): Step => ({
  state: {
    ...state,
    phase: 'active',
    count: state.count + 1,
    due: null,
    since: at,
    severity,
    evidence: [],
    receivedLate: false,
  },
  effect: { type: 'raise', number: state.count + 1, at, severity, evidence, receivedLate, instant: false },
  outcome: 'raised',
});

/** The alarm ends. */
export const clear = (state: MachineState, at: number): Step => ({
  state: { ...state, phase: 'quiet', due: null },
  effect: { type: 'clear', number: state.count, at },
  outcome: 'cleared',
});
