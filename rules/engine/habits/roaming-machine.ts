import { doorSpot } from '#rules/engine/habits/diary.ts';
import type { HabitPlan } from '#rules/engine/habits/habit-machine.ts';
import { type HabitMemory, noMemory, type Roaming, remember } from '#rules/engine/habits/memory.ts';
import type { Profile } from '#rules/engine/habits/profile.ts';
import type { Sign } from '#rules/engine/habits/sign.ts';
import {
  clear,
  type Judged,
  type MachineState,
  type Moment,
  raise,
  type Step,
  stay,
} from '#rules/engine/machine.ts';

const minuteMs = 60_000;
const dayMs = 1_440 * minuteMs;
const slotMs = 5 * minuteMs;
const slotsOfHour = 12;
/** So long without moving about, and it is over. */
const quietMs = 45 * minuteMs;
/** Fewer rooms are not "about the flat". */
const leastSpots = 2;
/** Somebody who goes to and fro in rooms that are usual at night has to do it for longer. */
const moreSlots = 2;

/** A rule on somebody who moves about, or leaves, in hours in which that person does not. */
export type RoamingPlan = Omit<HabitPlan, 'state' | 'mostMs' | 'time' | 'heard'>;

const noRoaming: Roaming = { spot: '', moves: [], odd: [], at: 0 };

/** Readings were heard; `signs` is what they say about the person. */
export function hearRoaming(
  plan: RoamingPlan,
  state: MachineState,
  signs: readonly Sign[],
  reading: Judged,
): Step {
  const { at } = reading;
  if (signs.length === 0) return stay(state, 'quiet');
  let memory = state.habit ?? noMemory;
  const profile = plan.profile(at);
  const isNight = plan.hours?.isActive(at) !== false;
  let leaves = false;
  for (const sign of signs) {
    leaves ||=
      sign.kind === 'door' &&
      isNight &&
      memory.lastAt !== null &&
      memory.doorAt === null &&
      profile.spots.isUnusual(doorSpot, profile.days);
    const after = remember(memory, sign);
    memory = { ...after, roaming: isNight ? roam(memory.roaming ?? noRoaming, sign, profile) : null };
  }
  const next = { ...state, habit: memory };
  if (state.phase === 'active') return stay({ ...next, due: endOf(memory, at) }, 'active');
  if (!leaves && !roams(plan, memory, profile)) return stay(next, 'heard');
  if (profile.days * dayMs < plan.learnMs) return stay(next, 'heard');
  if (reading.heldBack()) return stay(next, 'held-back');
  const { severity } = plan;
  const raised = raise(next, {
    at,
    severity,
    evidence: reading.evidence(),
    receivedLate: reading.receivedLate,
  });
  return { ...raised, state: { ...raised.state, due: endOf(memory, at) } };
}

/** The alarm stands, and the time has come to see whether it is over. */
export function lookAtRoaming(plan: RoamingPlan, state: MachineState, { at }: Moment): Step {
  const memory = state.habit ?? noMemory;
  const isOver = memory.doorAt === null && at >= (memory.roaming?.at ?? 0) + quietMs;
  if (plan.hours?.isActive(at) !== false && !isOver) return stay({ ...state, due: at + slotMs }, 'active');
  const step = clear(state, at);
  return { ...step, state: { ...step.state, habit: { ...memory, roaming: null } } };
}

const endOf = (memory: HabitMemory, at: number): number =>
  memory.doorAt === null ? Math.max(at, memory.roaming?.at ?? 0) + quietMs : at + slotMs;

function roam(before: Roaming, sign: Sign, profile: Profile): Roaming {
  if (sign.kind !== 'inside' || sign.room === null) return before;
  const { at, spot } = sign;
  const slot = Math.floor(at / slotMs);
  const isOdd = profile.spots.isUnusual(spot, profile.days);
  const isMove = before.spot !== '' && before.spot !== spot;
  if (!isOdd && !isMove) return before.spot === spot ? before : { ...before, spot };
  const oldest = slot - slotsOfHour + 1;
  const moves = before.moves.filter((each) => each >= oldest && each !== slot);
  const odd = before.odd.filter(([each, where]) => each >= oldest && !(each === slot && where === spot));
  return {
    spot,
    moves: isMove ? [...moves, slot] : before.moves.filter((each) => each >= oldest),
    odd: isOdd ? [...odd, [slot, spot]] : odd,
    at,
  };
}

/** Unusual rooms for long enough, or more to and fro than in all nights but the worst. */
function roams(plan: RoamingPlan, { roaming }: HabitMemory, profile: Profile): boolean {
  if (!roaming) return false;
  const least = Math.ceil(plan.leastMs / slotMs);
  const slots = new Set(roaming.odd.map(([slot]) => slot)).size;
  const spots = new Set(roaming.odd.map(([, spot]) => spot)).size;
  const isOdd = slots >= least || (2 * slots >= least && spots >= leastSpots);
  if (isOdd && roaming.moves.length >= least) return true;
  return roaming.moves.length >= Math.max(least, Math.ceil(plan.usual * profile.spots.roaming)) + moreSlots;
}
