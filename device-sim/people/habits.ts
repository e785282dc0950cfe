import { Chance } from '#device-sim/chance/chance.ts';
import type { Resident } from '#model/community.ts';

/** What somebody does every day at about the same time. Times are minutes since midnight. */
export interface Habits {
  readonly life: 'retired' | 'working' | 'school';
  readonly wakes: number;
  readonly sleeps: number;
  /** Toilet at night, times. */
  readonly risesAtNight: number;
  readonly siesta: number;
  /** Of the two walks or errands of somebody at home. */
  readonly goesOutInTheMorning: number;
  readonly goesOutInTheAfternoon: number;
  readonly hasVisitors: number;
  /** Beats a minute, at rest and awake. */
  readonly heartRate: number;
}

/** The year in which ages are counted. */
const year = 2026;
const retiredFrom = 60;
const schoolUntil = 18;

/** The habits of a resident, by age and by chance; the same on every day. */
export function habitsOf(seed: number, resident: Resident): Habits {
  const chance = new Chance(seed, 'habits', resident.id);
  const age = year - (resident.birthYear ?? 1955);
  const life = age >= retiredFrom ? 'retired' : age < schoolUntil ? 'school' : 'working';
  const isOld = life === 'retired';
  const frailty = Math.max(0, age - 70) / 30;
  return {
    life,
    wakes: Math.round(chance.around(isOld ? 355 : 410, isOld ? 25 : 22)),
    sleeps: Math.round(chance.around(isOld ? 1285 : life === 'school' ? 1300 : 1375, 25)),
    risesAtNight: isOld ? 1 + 1.5 * frailty : 0.15,
    siesta: isOld ? chance.between(0.6, 0.95) : 0.1,
    goesOutInTheMorning: isOld ? chance.between(0.55, 0.95) * (1 - 0.4 * frailty) : 0.4,
    goesOutInTheAfternoon: isOld ? chance.between(0.3, 0.7) * (1 - 0.5 * frailty) : 0.5,
    hasVisitors: isOld ? chance.between(0.05, 0.25) : 0.05,
    heartRate: restingRate(resident, chance),
  };
}

/** Far enough above the limit that is set for the person: a doctor set it below what is usual. */
function restingRate({ limits }: Resident, chance: Chance): number {
  const low = limits?.['heart-rate']?.low ?? 50;
  return Math.max(low + 13, Math.round(chance.around(66, 3)));
}
