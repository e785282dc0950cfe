import { Chance } from '#device-sim/chance/chance.ts';
import type { Act, Doing } from '#device-sim/people/act.ts';
import type { Habits } from '#device-sim/people/habits.ts';
import type { SimDay } from '#device-sim/time/calendar.ts';

const minuteMs = 60_000;
/** Minutes since the day's midnight at which it begins; everybody is in bed then. */
const dawn = 240;
/** In bed again at the latest, minutes before the day's end. */
const latestBed = 95;

/** The plan of one person's day, from 04:00 to 04:00, without gaps: begins and ends asleep. */
export function dayPlan(name: string, habits: Habits, day: SimDay): readonly Act[] {
  const plan = new Plan(day, new Chance(name, day.number));
  const { chance } = plan;
  const wakes = Math.max(dawn + 20, chance.around(habits.wakes, 12) + (isFree(habits, day) ? 35 : 0));
  const sleeps = chance.around(habits.sleeps, 15);
  nightUntil(plan, wakes, habits.risesAtNight * 0.4);
  plan.spend(5, 'toilet');
  plan.spend(chance.between(6, 15), 'washing');
  plan.spend(chance.between(8, 20), 'cooking');
  plan.spend(chance.between(12, 25), 'eating');
  if (isFree(habits, day)) dayAtHome(plan, habits);
  else dayOut(plan, habits);
  evening(plan, sleeps);
  nightUntil(plan, plan.end, habits.risesAtNight * 0.6);
  return plan.acts;
}

const isFree = ({ life }: Habits, { weekday }: SimDay): boolean => life === 'retired' || weekday >= 6;

function dayAtHome(plan: Plan, habits: Habits): void {
  const { chance } = plan;
  plan.atHomeUntil(chance.around(525, 20));
  if (chance.happens(habits.goesOutInTheMorning)) plan.spend(chance.between(35, 110), 'out');
  plan.atHomeUntil(chance.around(665, 15));
  plan.spend(chance.between(20, 40), 'cooking');
  plan.spend(chance.between(20, 35), 'eating');
  plan.spend(5, 'toilet');
  if (chance.happens(habits.siesta)) {
    plan.spend(chance.between(5, 25), 'resting');
    plan.spend(chance.between(35, 90), 'siesta');
    plan.spend(4, 'toilet');
  }
  plan.atHomeUntil(chance.around(905, 20));
  if (chance.happens(habits.goesOutInTheAfternoon)) plan.spend(chance.between(30, 95), 'out');
  plan.atHomeUntil(chance.around(1035, 15));
}

function dayOut(plan: Plan, { life }: Habits): void {
  const { chance } = plan;
  const leaves = chance.around(life === 'school' ? 435 : 460, 10);
  if (plan.minute < leaves) plan.atHomeUntil(leaves);
  plan.spendUntil(chance.around(life === 'school' ? 1000 : 1095, 25), 'out');
}

function evening(plan: Plan, sleeps: number): void {
  const { chance } = plan;
  plan.spend(chance.between(15, 35), 'cooking');
  plan.spend(chance.between(20, 35), 'eating');
  plan.atHomeUntil(sleeps - 40);
  if (chance.happens(0.45)) plan.spend(chance.between(8, 14), 'shower');
  plan.spend(chance.between(4, 8), 'toilet');
  plan.spend(chance.between(4, 8), 'washing');
  if (plan.minute < sleeps) plan.spendUntil(sleeps, 'tv');
}

/** Asleep, with walks to the toilet; `rises` of them are to be expected. */
function nightUntil(plan: Plan, until: number, rises: number): void {
  const { chance } = plan;
  for (let left = rises; left > 0; left -= 1) {
    const at = chance.between(plan.minute + 30, until - 25);
    if (!chance.happens(Math.min(1, left)) || at <= plan.minute + 25 || at >= until - 20) continue;
    plan.spendUntil(at, 'asleep');
    plan.spend(chance.between(3, 7), 'toilet');
  }
  plan.spendUntil(until, 'asleep');
}

/** Grows by one act after the other. Times are minutes since the day's midnight. */
class Plan {
  readonly acts: Act[] = [];
  readonly chance: Chance;
  readonly end: number;
  readonly #beginMs: number;
  minute = dawn;

  constructor(day: SimDay, chance: Chance) {
    this.chance = chance;
    this.#beginMs = day.from;
    this.end = dawn + (day.to - day.from) / minuteMs;
  }

  spend(minutes: number, doing: Doing): void {
    this.spendUntil(this.minute + minutes, doing);
  }

  spendUntil(minute: number, doing: Doing): void {
    const until = Math.min(minute, doing === 'asleep' ? this.end : this.end - latestBed);
    if (until <= this.minute) return;
    const from = this.#ms(this.minute);
    this.minute = until;
    if (this.#ms(until) > from) this.acts.push({ from, to: this.#ms(until), doing });
  }

  /** Chores, television and rest, with a visit to the toilet every two or three hours. */
  atHomeUntil(minute: number): void {
    let dry = 0;
    while (this.minute < minute - 1) {
      const doing = this.chance.pick(['tv', 'tv', 'resting', 'chores'] as const);
      const length = doing === 'chores' ? this.chance.between(8, 30) : this.chance.between(20, 70);
      const before = this.minute;
      this.spendUntil(Math.min(minute, before + length), doing);
      if (this.minute === before) return;
      dry += this.minute - before;
      if (dry < this.chance.between(90, 160) || this.minute > minute - 8) continue;
      this.spend(this.chance.between(3, 7), 'toilet');
      dry = 0;
    }
  }

  #ms(minute: number): number {
    return Math.round(this.#beginMs + (minute - dawn) * minuteMs);
  }
}
