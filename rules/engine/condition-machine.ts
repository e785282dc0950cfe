import type { Severity } from '#model/alarm.ts';
import {
  clear,
  type Judged,
  type MachineState,
  type Moment,
  raise,
  type Step,
  stay,
} from '#rules/engine/machine.ts';

/** Held back when its `for` ran out: asked again after another `for`, at least after this. */
const leastRetryMs = 60_000;

/** What the machine needs of a rule with `when`. */
export interface ConditionPlan {
  readonly forMs: number;
  /** So long without a reading that holds, and the waiting is over; Infinity: what was last said holds on. */
  readonly forGapMs: number;
  readonly clearForMs: number;
  readonly isEvent: boolean;
  /** Without a level that fits. */
  readonly severity: Severity;
}

/** A reading comes. Unknown neither fires nor clears, nor does it stop a timer; what is known of it does. */
export function judgeReading(plan: ConditionPlan, state: MachineState, reading: Judged): Step {
  if (plan.isEvent) return judgeEvent(plan, state, reading);
  switch (reading.verdict) {
    case 'unknown':
      return stay(state, 'unknown');
    case 'holds':
      return whenHolds(plan, state, reading);
    case 'neither':
      return whenNeither(state, reading);
    case 'clears':
      return whenClears(plan, state, reading);
    case 'lapses':
      return state.phase === 'waiting' ? whenNeither(state, reading) : stay(state, 'unknown');
    case 'lasts':
      return state.phase === 'waiting' ? stay(state, 'unknown') : whenNeither(state, reading);
  }
}

function judgeEvent(plan: ConditionPlan, state: MachineState, reading: Judged): Step {
  if (reading.verdict === 'unknown') return stay(state, 'unknown');
  if (reading.verdict !== 'holds') return stay(state, 'quiet');
  if (reading.heldBack()) return stay(state, 'held-back');
  const number = state.count + 1;
  return {
    state: { ...state, count: number },
    effect: {
      type: 'raise',
      number,
      at: reading.measuredAt,
      severity: reading.severity ?? plan.severity,
      evidence: reading.evidence(),
      receivedLate: reading.receivedLate,
      instant: true,
    },
    outcome: 'raised',
  };
}

function whenHolds(plan: ConditionPlan, state: MachineState, reading: Judged): Step {
  switch (state.phase) {
    case 'active':
      return changeSeverity(state, reading);
    case 'clearing':
      return changeSeverity({ ...state, phase: 'active', due: null }, reading);
    case 'quiet':
    case 'waiting': {
      const since = state.phase === 'waiting' ? state.since : reading.at;
      const severity = reading.severity ?? plan.severity;
      const { receivedLate } = reading;
      if (reading.at - since < plan.forMs) {
        const due = Math.min(since + plan.forMs, reading.at + plan.forGapMs);
        const evidence = reading.evidence();
        return stay({ ...state, phase: 'waiting', since, due, severity, evidence, receivedLate }, 'waiting');
      }
      const evidence = reading.evidence();
      if (!reading.heldBack())
        return raise(state, { at: reading.measuredAt, severity, evidence, receivedLate });
      return stay(
        state.phase === 'waiting' ? { ...state, severity, evidence, receivedLate } : state,
        'held-back',
      );
    }
  }
}

function whenNeither(state: MachineState, reading: Judged): Step {
  switch (state.phase) {
    case 'waiting':
      return stay({ ...state, phase: 'quiet', due: null, evidence: [] }, 'quiet');
    case 'clearing':
      return changeSeverity({ ...state, phase: 'active', due: null }, reading);
    case 'active':
      return changeSeverity(state, reading);
    case 'quiet':
      return stay(state, 'quiet');
  }
}

function whenClears(plan: ConditionPlan, state: MachineState, reading: Judged): Step {
  switch (state.phase) {
    case 'waiting':
      return stay({ ...state, phase: 'quiet', due: null, evidence: [] }, 'quiet');
    case 'active':
      if (plan.clearForMs === 0) return clear(state, reading.at);
      return stay({ ...state, phase: 'clearing', due: reading.at + plan.clearForMs }, 'clearing');
    case 'clearing':
      return stay(state, 'clearing');
    case 'quiet':
      return stay(state, 'quiet');
  }
}

function changeSeverity(state: MachineState, reading: Judged): Step {
  const { severity } = reading;
  if (severity === null || severity === state.severity) return stay(state, 'active');
  return {
    state: { ...state, severity },
    effect: { type: 'severity', number: state.count, at: reading.at, severity, evidence: reading.evidence() },
    outcome: 'severity-changed',
  };
}

/** The clock was set back to `at`: what began later begins now, and no timer has to run for longer than its length. */
export function rebaseCondition(plan: ConditionPlan, state: MachineState, at: number): MachineState {
  const since = Math.min(state.since, at);
  if (state.due === null) return since === state.since ? state : { ...state, since };
  const due = Math.min(state.due, at + (state.phase === 'clearing' ? plan.clearForMs : plan.forMs));
  return since === state.since && due === state.due ? state : { ...state, since, due };
}

/** The timer of a rule with `when` runs out: it held for long enough, or was clear for long enough. */
export function judgeDue(plan: ConditionPlan, state: MachineState, moment: Moment): Step {
  if (state.phase === 'clearing') return clear(state, moment.at);
  if (state.phase !== 'waiting') return stay({ ...state, due: null }, 'quiet');
  const { severity, evidence, receivedLate } = state;
  if (moment.at < state.since + plan.forMs)
    return stay({ ...state, phase: 'quiet', due: null, evidence: [] }, 'quiet');
  if (!moment.heldBack()) return raise(state, { at: moment.at, severity, evidence, receivedLate });
  return stay({ ...state, due: moment.at + Math.max(plan.forMs, leastRetryMs) }, 'held-back');
}
