import type { Severity } from '#model/alarm.ts';
import type { CountedTime } from '#rules/engine/counted-time.ts';
import {
  clear,
  type Judged,
  type MachineState,
  type Moment,
  raise,
  type Step,
  stay,
} from '#rules/engine/machine.ts';

const messagesOfCadence = 50;
/** Fewer gaps say nothing about how often a device speaks. */
const leastGaps = 4;
const cadenceFactor = 3;
const leastAutoMs = 10 * 60_000;
const expectFactor = 1.05;
const leastRetryMs = 60_000;

/** What the machine needs of a silence rule, for one device. */
export interface SilencePlan {
  /** So long, ms; or by the device's cadence; or by its `expect-every` alone. */
  readonly silent: number | 'auto' | 'expected';
  /** The device's `expect-every`. */
  readonly expectEveryMs: number | null;
  readonly severity: Severity;
  readonly time: CountedTime;
}

/** How long the device may be silent, ms; null: nobody knows yet. */
export function allowedSilence(plan: SilencePlan, gaps: readonly number[]): number | null {
  if (typeof plan.silent === 'number') return plan.silent;
  if (plan.expectEveryMs !== null) return Math.round(plan.expectEveryMs * expectFactor);
  if (plan.silent === 'expected' || gaps.length < leastGaps) return null;
  const long = gaps.reduce((count, gap) => (cadenceFactor * gap > leastAutoMs ? count + 1 : count), 0);
  if (long * 2 < gaps.length) return leastAutoMs;
  const sorted = Float64Array.from(gaps).sort();
  const middle = sorted.length >> 1;
  const upper = sorted[middle] ?? 0;
  const median = sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? 0) + upper) / 2;
  return Math.max(leastAutoMs, Math.round(cadenceFactor * median));
}

const dueAfter = (plan: SilencePlan, from: number, gaps: readonly number[]): number | null => {
  const allowed = allowedSilence(plan, gaps);
  return allowed === null ? null : plan.time.add(from, allowed);
};

/** The device is known from now on: if it never says anything, that is silence too. */
export const beginListening = (plan: SilencePlan, state: MachineState, at: number): MachineState =>
  state.heardAt === null && state.due === null && state.phase === 'quiet'
    ? { ...state, due: dueAfter(plan, at, state.gaps) }
    : state;

/** The device speaks. */
export function hear(plan: SilencePlan, state: MachineState, reading: Judged): Step {
  const gaps = nextGaps(plan, state, reading.at);
  const next = { ...state, heardAt: reading.at, gaps, due: dueAfter(plan, reading.at, gaps) };
  if (state.phase !== 'active') return stay(next, 'heard');
  return { ...clear(state, reading.at), state: { ...next, phase: 'quiet' } };
}

/** Each message does no more than put off the time at which it would be silent. */
export const isAwaited = (plan: SilencePlan, { due, heardAt, phase }: MachineState): boolean =>
  phase === 'quiet' && due !== null && heardAt !== null && !learnsCadence(plan);

/** What was awaited was heard, the last time at `at`. */
export const stillHeard = (plan: SilencePlan, state: MachineState, at: number): MachineState =>
  isAwaited(plan, state) && at > (state.heardAt ?? at)
    ? { ...state, heardAt: at, due: dueAfter(plan, at, state.gaps) }
    : state;

const learnsCadence = ({ expectEveryMs, silent }: SilencePlan): boolean =>
  silent === 'auto' && expectEveryMs === null;

function nextGaps(plan: SilencePlan, state: MachineState, at: number): readonly number[] {
  if (!learnsCadence(plan) || state.heardAt === null) return state.gaps;
  // Before: the clock was set back to then.
  if (at <= state.heardAt) return state.gaps;
  const { gaps } = state;
  const next = gaps.slice(Math.max(0, gaps.length + 2 - messagesOfCadence));
  next.push(at - state.heardAt);
  return next;
}

/** The clock was set back to `at`: what was heard later was heard now, and the silence that is allowed begins anew. */
export function rebaseSilence(plan: SilencePlan, state: MachineState, at: number): MachineState {
  const since = Math.min(state.since, at);
  const heardAt = state.heardAt === null ? null : Math.min(state.heardAt, at);
  const latest = state.due === null ? null : dueAfter(plan, at, state.gaps);
  const due = state.due === null || latest === null ? state.due : Math.min(state.due, latest);
  return since === state.since && heardAt === state.heardAt && due === state.due
    ? state
    : { ...state, since, heardAt, due };
}

/** Nothing was heard for long enough. Held back: counted anew from here, so that a mode's end starts afresh. */
export function fallSilent(plan: SilencePlan, state: MachineState, moment: Moment): Step {
  if (!moment.heldBack()) {
    const { severity } = plan;
    return raise(state, { at: moment.at, severity, evidence: moment.evidence(), receivedLate: false });
  }
  const allowed = Math.max(allowedSilence(plan, state.gaps) ?? leastRetryMs, leastRetryMs);
  return stay({ ...state, due: plan.time.add(moment.at, allowed) }, 'held-back');
}

/** Gridbell itself was down, which `plan.time` does not know yet: what was left of the time is left still. */
export function passDowntime(plan: SilencePlan, state: MachineState, from: number, to: number): MachineState {
  if (state.phase !== 'quiet' || state.due === null || state.due <= from) return state;
  const begin = Math.max(from, state.heardAt ?? from);
  if (begin >= to) return state;
  return { ...state, due: plan.time.add(to, plan.time.between(begin, state.due)) };
}
