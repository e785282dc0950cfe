import type { Chance } from '#tests/rules/habits/chance.ts';

/** Minutes of a day are minutes of the local clock; lengths are minutes. */
export interface Person {
  readonly bedtime: number;
  readonly bedtimeSpread: number;
  readonly sleep: number;
  readonly sleepSpread: number;
  readonly weekendShift: number;
  /** Each week so many minutes later. */
  readonly drift: number;
  readonly toiletsAtNight: number;
  readonly wakefulNights: number;
  readonly naps: number;
  readonly outings: number;
  readonly outingLength: number;
  readonly dayTrips: number;
  readonly visits: number;
  readonly journeys: number;
  /** Minutes between movements that a sensor sees, when sitting. */
  readonly stillness: number;
  readonly sleepMoves: number;
  readonly earlyNights: number;
  readonly sickDays: number;
}

export function makePerson(chance: Chance): Person {
  const isIrregular = chance.is(0.25);
  return {
    bedtime: chance.between(20 * 60 + 30, 24 * 60 + 30),
    bedtimeSpread: isIrregular ? chance.between(50, 100) : chance.between(12, 45),
    sleep: chance.between(380, 540),
    sleepSpread: isIrregular ? chance.between(45, 80) : chance.between(15, 40),
    weekendShift: chance.is(0.4) ? chance.between(15, 75) : 0,
    drift: chance.is(0.2) ? chance.between(-12, 12) : 0,
    toiletsAtNight: chance.between(0.4, 3.5),
    wakefulNights: chance.is(0.3) ? chance.between(0.08, 0.35) : chance.between(0, 0.05),
    naps: chance.is(0.6) ? chance.between(0.2, 0.95) : 0.05,
    outings: chance.between(0.3, 2.2),
    outingLength: chance.between(25, 120),
    dayTrips: chance.between(0, 0.07),
    visits: chance.between(0.05, 0.5),
    journeys: chance.between(0, 0.02),
    stillness: chance.between(4, 22),
    sleepMoves: chance.between(25, 240),
    earlyNights: 0.03,
    sickDays: 0.01,
  };
}

export type Spot = 'bedroom' | 'bathroom' | 'kitchen' | 'living' | 'hall' | 'out';
/** A time in one place. `pace`: minutes between movements. Times in minutes since the beginning. */
export interface Scene {
  readonly from: number;
  to: number;
  readonly spot: Spot;
  readonly pace: number;
  readonly doing: 'sleep' | 'nap' | 'sit' | 'busy' | 'bathroom' | 'out';
}

const day = 1_440;

/** What a person does for so many days, from noon of the first on. */
export function live(person: Person, days: number, chance: Chance): readonly Scene[] {
  const scenes: Scene[] = [];
  let now = day / 2;
  const stay = (spot: Spot, length: number, pace: number, doing: Scene['doing']): void => {
    if (length <= 0) return;
    scenes.push({ from: now, to: now + length, spot, pace, doing });
    now += length;
  };
  const bathroom = (): void => {
    const isLong = chance.is(0.12);
    stay('bathroom', isLong ? chance.skewed(22, 1.5) : chance.skewed(6, 1.6), 2.5, 'bathroom');
  };
  const sleep = (until: number): void => {
    const visits: number[] = [];
    const span = until - now;
    for (
      let at = now + chance.wait(span / (person.toiletsAtNight + 0.01));
      at < until - 20;
      at += 40 + chance.wait(span / (person.toiletsAtNight + 0.01))
    )
      visits.push(at);
    for (const at of visits) {
      stay('bedroom', at - now, person.sleepMoves, 'sleep');
      stay('bathroom', chance.skewed(5, 1.5), 2, 'bathroom');
      if (chance.is(0.06)) stay('kitchen', chance.skewed(5, 1.6), 2, 'busy');
    }
    if (chance.is(person.wakefulNights) && until - now > 150) {
      stay('bedroom', chance.between(30, until - now - 110), person.sleepMoves, 'sleep');
      stay('kitchen', chance.skewed(8, 1.7), 2, 'busy');
      stay('living', chance.skewed(30, 1.8), person.stillness, 'sit');
    }
    stay('bedroom', until - now, person.sleepMoves, 'sleep');
  };
  const evening = (index: number): number => {
    const weekend = index % 7 >= 5 ? person.weekendShift : 0;
    const early = chance.is(person.earlyNights) ? chance.between(60, 180) : 0;
    return (
      index * day +
      chance.normal(person.bedtime + weekend + (person.drift * index) / 7, person.bedtimeSpread) -
      early
    );
  };
  for (let index = 0; index < days; index++) {
    const bed = Math.max(evening(index), now + 60);
    const isSick = chance.is(person.sickDays);
    if (chance.is(person.journeys) && index > 1) {
      const length = Math.round(chance.between(1, 4)) * day + chance.between(-200, 200);
      stay('out', length, 0, 'out');
      continue;
    }
    if (chance.is(person.dayTrips))
      stay('out', Math.max(30, Math.min(bed - now - 60, chance.between(300, 660))), 0, 'out');
    while (now < bed) wake(person, bed, { chance, stay, bathroom, isSick, now: () => now });
    bathroom();
    const length = Math.max(
      200,
      chance.normal(person.sleep, person.sleepSpread) + (isSick ? chance.between(0, 120) : 0),
    );
    sleep(now + length);
    bathroom();
  }
  return scenes;
}

interface Day {
  readonly chance: Chance;
  readonly isSick: boolean;
  readonly stay: (spot: Spot, length: number, pace: number, doing: Scene['doing']) => void;
  readonly bathroom: () => void;
  readonly now: () => number;
}

/** One thing that a person does by day. */
function wake(person: Person, bed: number, { chance, stay, bathroom, isSick, now }: Day): void {
  const left = bed - now();
  const hour = (now() % day) / 60;
  const draw = chance.next();
  const capped = (length: number): number => Math.min(length, Math.max(5, left));
  if (!isSick && draw < person.outings / 14 && hour > 7 && hour < 20) {
    stay('hall', chance.between(1, 4), 1, 'busy');
    stay('out', capped(chance.skewed(person.outingLength, 1.9)), 0, 'out');
    stay('hall', chance.between(0.5, 3), 1, 'busy');
    return;
  }
  if (hour > 12 && hour < 16.5 && chance.is(person.naps / 5)) {
    stay(chance.is(0.6) ? 'bedroom' : 'living', capped(chance.skewed(65, 1.6)), person.sleepMoves, 'nap');
    return;
  }
  if (draw > 0.88) bathroom();
  else if (draw > 0.6) stay('kitchen', capped(chance.skewed(18, 1.9)), 2, 'busy');
  else if (draw > 0.52) stay('bedroom', capped(chance.skewed(12, 1.9)), 3, 'busy');
  else stay('living', capped(chance.skewed(isSick ? 80 : 45, 1.8)), person.stillness, 'sit');
}
