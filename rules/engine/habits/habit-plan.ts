import type { Severity } from '#model/alarm.ts';
import type { ActiveHours } from '#rules/engine/active-hours.ts';
import { CountedTime, type Downtimes } from '#rules/engine/counted-time.ts';
import { type HabitPlan, hearSigns, lookAtStretch, rebaseHabit } from '#rules/engine/habits/habit-machine.ts';
import { Home } from '#rules/engine/habits/home.ts';
import { hearRoaming, lookAtRoaming, type RoamingPlan } from '#rules/engine/habits/roaming-machine.ts';
import { readSigns } from '#rules/engine/habits/sign.ts';
import type { Machine } from '#rules/engine/steps.ts';
import { Zone } from '#rules/engine/zone.ts';
import type { HabitTrigger } from '#rules/language/rule.ts';

interface Parts {
  readonly trigger: HabitTrigger;
  readonly severity: Severity;
  readonly home: Home | undefined;
  readonly hours: ActiveHours | null;
  readonly downtimes: Downtimes;
}

/** What is remembered of a person changes with each sign. */
const neverCalm: Pick<Machine, 'isCalm' | 'calmed'> = { isCalm: () => false, calmed: (state) => state };

/** The machine of a rule on one resident's habits. */
export function habitPlan({ trigger, severity, home, hours, downtimes }: Parts): Machine {
  const { state, usual, leastMs, mostMs, learnMs } = trigger;
  // Without a resident there is nobody to know; such a rule is not selected (selection.ts).
  const known = home ?? new Home({ zone: new Zone('UTC') });
  const common = { usual, leastMs, learnMs, severity, hours };
  const profile: HabitPlan['profile'] = (at) => known.profile(at, downtimes);
  if (state === 'roaming') {
    const plan: RoamingPlan = { ...common, profile };
    return {
      hours,
      onReading: (before, reading) =>
        hearRoaming(plan, before, readSigns(reading.values, reading.measuredAt), reading),
      onDue: (before, moment) => lookAtRoaming(plan, before, moment),
      ...neverCalm,
      onDowntime: (before) => before,
      onKnown: (before) => before,
      onSetBack: rebaseHabit,
    };
  }
  const plan: HabitPlan = {
    ...common,
    state,
    mostMs,
    time: new CountedTime(hours, downtimes),
    heard: new CountedTime(null, downtimes),
    profile,
  };
  return {
    hours,
    onReading: (before, reading) =>
      hearSigns(plan, before, readSigns(reading.values, reading.measuredAt), reading.at),
    onDue: (before, moment) => lookAtStretch(plan, before, moment),
    ...neverCalm,
    onDowntime: (before) => before,
    onKnown: (before) => before,
    onSetBack: rebaseHabit,
  };
}
