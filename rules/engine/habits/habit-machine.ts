import type { Severity } from '#model/alarm.ts';
import type { ActiveHours } from '#rules/engine/active-hours.ts';
import type { CountedTime } from '#rules/engine/counted-time.ts';
import { type HabitMemory, noMemory, remember } from '#rules/engine/habits/memory.ts';
import type { Present, Profile } from '#rules/engine/habits/profile.ts';
import type { Sign } from '#rules/engine/habits/sign.ts';
import {
  type Because,
  clear,
  type MachineState,
  type Moment,
  raise,
  type Step,
  stay,
} from '#rules/engine/machine.ts';

const minuteMs = 60_000;
const dayMs = 1_440 * minuteMs;
/** How long until a stretch is looked at again that is not too long yet. */
const againMs = 5 * minuteMs;
/** So much of a stretch must lie in the person's night for it to be one that began there. */
const leastNightMs = 60 * minuteMs;
/** A morning hour that was silent on more days than this is one to lie in. */
const lieIns = 1;
/** So long after the usual time of getting up nobody asks. */
const afterRisingMs = 45 * minuteMs;
const trimmedFrom = 10;
const longestNightMs = 12 * 60 * minuteMs;
const longestWithoutMs = 2 * dayMs;

/** How somebody may be for longer than usual. `asleep`: without a sign since the night. */
export type LastingState = 'still' | 'asleep' | 'away' | 'bathroom';

/** What the machine needs of a rule on one resident's habits. */
export interface HabitPlan {
  readonly state: LastingState;
  /** So many times what is usual. */
  readonly usual: number;
  readonly leastMs: number;
  /** Null: no limit, and nothing before the habits are known. */
  readonly mostMs: number | null;
  readonly learnMs: number;
  readonly severity: Severity;
  /** Within these it may fire. */
  readonly hours: ActiveHours | null;
  /** What counts for `most`: inside the hours, while Gridbell could hear. */
  readonly time: CountedTime;
  /** The same without hours: what has passed while Gridbell could hear. */
  readonly heard: CountedTime;
  profile(at: number): Profile;
}

/** Since when the stretch lasts that the rule is about; null: there is none now. */
export function sinceOf(state: LastingState, memory: HabitMemory): number | null {
  switch (state) {
    case 'still':
      return memory.doorAt === null && isHeardByDay(memory) ? memory.lastAt : null;
    case 'asleep':
      return memory.doorAt === null ? memory.lastAt : null;
    case 'away':
      return memory.outSince;
    case 'bathroom':
      return isHeardElsewhere(memory) ? memory.bathroomAt : null;
  }
}

/** Else a bed is all that is heard any more, and who is up is silent to it. */
const isHeardByDay = ({ lastAt, upAt }: HabitMemory): boolean =>
  lastAt !== null && upAt !== null && lastAt - upAt <= longestWithoutMs;

/** Else the bathroom is all that is heard any more: the other sensors are silent, not the person. */
const isHeardElsewhere = ({ bathroomAt, elsewhereAt }: HabitMemory): boolean =>
  bathroomAt !== null && elsewhereAt !== null && bathroomAt - elsewhereAt <= longestNightMs;

/** What came of a look at the present stretch. */
export interface Look extends Because {
  readonly isTooLong: boolean;
}

/** Looks at the present stretch at `at`: whether it is too long, and why it is not. */
export function lookAt(plan: HabitPlan, memory: HabitMemory, at: number): Look {
  const since = sinceOf(plan.state, memory);
  const no = (text: string): Look => ({ isTooLong: false, text, figures: [] });
  if (since === null) return no(`not ${plan.state} now`);
  if (plan.hours?.isActive(at) === false) return no('outside the active hours');
  const lasts = plan.heard.between(since, at);
  const found = (isTooLong: boolean, text: string, allowedMs: number | null): Look => ({
    isTooLong,
    text,
    figures: [figure(plan.state, lasts), ...(allowedMs === null ? [] : [figure('allowed', allowedMs)])],
  });
  if (plan.mostMs !== null && plan.time.between(since, at) >= plan.mostMs)
    return found(true, `${plan.state} for the longest that is allowed`, plan.mostMs);
  const profile = plan.profile(at);
  if (profile.days * dayMs < plan.learnMs)
    return found(false, `only ${profile.days} days are known of this person`, plan.mostMs);
  const present: Present = { from: Math.max(since, at - dayMs + 3 * 60 * minuteMs), at, room: memory.room };
  const allowedMs = Math.max(plan.leastMs, plan.usual * usualOf(plan.state, profile, present));
  if (lasts < allowedMs) return found(false, `${plan.state} for no longer than usual`, allowedMs);
  if (plan.state === 'asleep' && !isMorning(profile, present))
    return found(false, 'this person may still be asleep', allowedMs);
  // Who usually sleeps now, and did not go to the bathroom this time, is asleep.
  if (plan.state === 'still' && profile.isSleep(at))
    return found(false, 'this person usually sleeps now', allowedMs);
  return found(true, `${plan.state} for longer than usual`, allowedMs);
}

/** Minutes, under a name that says that they tell of movement. */
const figure = (name: string, lengthMs: number): readonly [string, number] => [
  `${name}('motion'), min`,
  Math.round(lengthMs / minuteMs),
];

function usualOf(state: LastingState, profile: Profile, present: Present): number {
  switch (state) {
    case 'still':
    case 'asleep':
      return profile.still(present);
    case 'away':
      return profile.away;
    case 'bathroom':
      return profile.bathroom(present);
  }
}

/** The night is behind, and hardly on any day was this hour silent. */
const isMorning = (profile: Profile, { from, at }: Present): boolean =>
  profile.nightBetween(from, at) >= leastNightMs &&
  profile.silentDays(at, afterRisingMs) <= (profile.days < trimmedFrom ? 0 : lieIns);

const withMemory = (plan: HabitPlan, state: MachineState, memory: HabitMemory): MachineState => ({
  ...state,
  habit: memory,
  due: state.phase === 'active' ? null : firstDue(plan, memory),
});

function firstDue(plan: HabitPlan, memory: HabitMemory): number | null {
  const since = sinceOf(plan.state, memory);
  return since === null ? null : since + plan.leastMs;
}

/** A reading was heard; `signs` is what it says about the person. */
export function hearSigns(plan: HabitPlan, state: MachineState, signs: readonly Sign[], at: number): Step {
  let memory = state.habit ?? noMemory;
  const before = sinceOf(plan.state, memory);
  let isOver = false;
  for (const sign of signs) {
    memory = remember(memory, sign);
    isOver ||= sign.kind !== 'still-there' && sinceOf(plan.state, memory) !== before;
  }
  const next = memory === state.habit ? state : withMemory(plan, state, memory);
  if (state.phase === 'active' && isOver) {
    const cleared = clear(state, at);
    return { ...cleared, state: withMemory(plan, cleared.state, memory) };
  }
  return stay(next, signs.length === 0 ? 'quiet' : 'heard');
}

/** The time has come to look at the stretch. */
export function lookAtStretch(plan: HabitPlan, state: MachineState, moment: Moment): Step {
  const { at } = moment;
  const memory = state.habit ?? noMemory;
  const { isTooLong, ...because } = lookAt(plan, memory, at);
  if (!isTooLong) return { ...stay({ ...state, due: nextLook(plan, memory, at) }, 'quiet'), because };
  if (!moment.heldBack()) {
    const { severity } = plan;
    const raised = raise(state, { at, severity, evidence: moment.evidence(), receivedLate: false });
    return { ...raised, because };
  }
  return stay(withMemory(plan, state, anew(plan, memory, at)), 'held-back');
}

/** Counted anew from here, so that a mode's end starts afresh. */
function anew(plan: HabitPlan, memory: HabitMemory, at: number): HabitMemory {
  switch (plan.state) {
    case 'still':
    case 'asleep':
      return { ...memory, lastAt: at };
    case 'away':
      return { ...memory, outSince: at };
    case 'bathroom':
      return { ...memory, bathroomAt: null };
  }
}

/** What is usual only grows while a stretch lasts: before so many times of it nothing can happen. */
function nextLook(plan: HabitPlan, memory: HabitMemory, at: number): number | null {
  const since = sinceOf(plan.state, memory);
  if (since === null) return null;
  const soon = at + againMs;
  const most = plan.mostMs === null ? null : plan.time.add(since, plan.mostMs);
  const profile = plan.profile(at);
  if (profile.days * dayMs < plan.learnMs)
    return most === null ? at + 60 * minuteMs : Math.max(soon, Math.min(most, at + 60 * minuteMs));
  return soon;
}

/** The clock was set back to `at`: what happened later happened then, and what runs is looked at then. */
export function rebaseHabit(state: MachineState, at: number): MachineState {
  const memory = state.habit;
  if (!memory) return state;
  const back = (time: number | null): number | null => (time === null ? null : Math.min(time, at));
  return {
    ...state,
    since: Math.min(state.since, at),
    due: back(state.due),
    habit: {
      ...memory,
      lastAt: back(memory.lastAt),
      doorAt: back(memory.doorAt),
      outSince: back(memory.outSince),
      bathroomAt: back(memory.bathroomAt),
      elsewhereAt: back(memory.elsewhereAt),
      upAt: back(memory.upAt),
      roaming: null,
    },
  };
}
