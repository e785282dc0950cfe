import { parseDuration } from '#model/duration.ts';
import { ActiveHours } from '#rules/engine/active-hours.ts';
import {
  type ConditionPlan,
  judgeDue,
  judgeReading,
  rebaseCondition,
} from '#rules/engine/condition-machine.ts';
import { CountedTime, type Downtimes } from '#rules/engine/counted-time.ts';
import { habitPlan } from '#rules/engine/habits/habit-plan.ts';
import { quietState } from '#rules/engine/machine.ts';
import {
  beginListening,
  fallSilent,
  hear,
  isAwaited,
  passDowntime,
  rebaseSilence,
  type SilencePlan,
  stillHeard,
} from '#rules/engine/silence-machine.ts';
import type { Machine, Plan } from '#rules/engine/steps.ts';
import type { Subject } from '#rules/engine/subject.ts';
import type { Zone } from '#rules/engine/zone.ts';
import { isListening, type Rule } from '#rules/language/rule.ts';

/** What a plan is made with. */
export interface Surroundings {
  readonly zone: Zone;
  readonly downtimes: Downtimes;
}

/** Plans of rules that are judged alike for everybody: each is made once, so that few of them are looked at again and again. */
export class Plans {
  #shared = new WeakMap<Rule, Plan>();
  #zone: Zone | undefined;

  /** How this rule is judged for this subject: its machine, with the hours and silence that apply. */
  of(rule: Rule, subject: Subject, surroundings: Surroundings): Plan {
    if (surroundings.zone !== this.#zone) {
      this.#zone = surroundings.zone;
      this.#shared = new WeakMap();
    }
    if (isListening(rule.trigger)) return makePlan(rule, subject, surroundings);
    const plan = this.#shared.get(rule) ?? makePlan(rule, subject, surroundings);
    this.#shared.set(rule, plan);
    return plan;
  }
}

function makePlan(rule: Rule, subject: Subject, { zone, downtimes }: Surroundings): Plan {
  const hours = rule.activeHours && new ActiveHours(rule.activeHours, zone);
  const { trigger } = rule;
  const initial = { ...quietState, severity: rule.severity };
  switch (trigger.kind) {
    case 'silence':
      return { initial, ...silencePlan(rule, trigger.silent, subject, { hours, downtimes }) };
    case 'habit':
      return {
        initial,
        ...habitPlan({ trigger, severity: rule.severity, home: subject.home, hours, downtimes }),
      };
    case 'state':
    case 'event':
      return { initial, ...conditionPlan(rule, hours) };
  }
}

function conditionPlan(rule: Rule, hours: ActiveHours | null): Machine {
  const { trigger } = rule;
  const plan: ConditionPlan = {
    forMs: trigger.kind === 'state' ? trigger.forMs : 0,
    forGapMs: (trigger.kind === 'state' ? trigger.forGapMs : undefined) ?? Number.POSITIVE_INFINITY,
    clearForMs: trigger.kind === 'state' ? trigger.clearForMs : 0,
    isEvent: trigger.kind === 'event',
    severity: rule.severity,
  };
  return {
    hours,
    onReading: (state, reading) => judgeReading(plan, state, reading),
    onDue: (state, moment) => judgeDue(plan, state, moment),
    isCalm: ({ due, phase }) => phase === 'quiet' && due === null,
    calmed: (state) => state,
    onDowntime: (state) => state,
    onKnown: (state) => state,
    onSetBack: (state, at) => rebaseCondition(plan, state, at),
  };
}

function silencePlan(
  rule: Rule,
  silent: SilencePlan['silent'],
  { device, key }: Subject,
  { hours, downtimes }: { hours: ActiveHours | null; downtimes: Downtimes },
): Machine {
  const plan: SilencePlan = {
    silent,
    // Of several devices together none has the cadence of all.
    expectEveryMs:
      device.expectEvery === undefined || key !== device.id
        ? null
        : (parseDuration(device.expectEvery) ?? null),
    severity: rule.severity,
    time: new CountedTime(hours, downtimes),
  };
  return {
    hours,
    onReading: (state, reading) => hear(plan, state, reading),
    onDue: (state, moment) => fallSilent(plan, state, moment),
    isCalm: (state) => isAwaited(plan, state),
    calmed: (state, at) => stillHeard(plan, state, at),
    onDowntime: (state, from, to) => passDowntime(plan, state, from, to),
    onKnown: (state, at) => beginListening(plan, state, at),
    onSetBack: (state, at) => rebaseSilence(plan, state, at),
  };
}
