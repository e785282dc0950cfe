import { type Diary, dayMs, learnedDays, type Minute, minuteMs } from '#rules/engine/habits/diary.ts';
import type { Zone } from '#rules/engine/zone.ts';

/** The hours of the clock in which somebody who moves about is looked at. */
const nightHours = [0, 1, 2, 3, 4] as const;
const hourMs = 3_600_000;
/** A spot that is visited in one night of seven is not unusual. */
const usualShare = 7;
const slotsOfHour = 12;
const slotMinutes = 5;

interface Asked {
  readonly diary: Diary;
  readonly zone: Zone;
  /** Those in which several spots were seen. */
  readonly minutes: readonly Minute[];
}

/** Where a person is seen at night, and how much. */
export class SpotsAtNight {
  /** The most slots of five minutes, of twelve in a row, in which the person moved about; the worst night left out. */
  readonly roaming: number;
  readonly #nights = new Map<string, number>();

  constructor(day: number, { diary, zone, minutes }: Asked) {
    for (let back = 1; back <= learnedDays; back++) {
      const seen = new Set<string>();
      for (const hour of nightHours) {
        const at = zone.instant(day - back, hour * 60);
        const bit = 1 << Math.floor((at % dayMs) / hourMs);
        for (const [spot, hours] of diary.hoursOf(Math.floor(at / dayMs)))
          if ((hours & bit) !== 0) seen.add(spot);
      }
      for (const spot of seen) this.#nights.set(spot, (this.#nights.get(spot) ?? 0) + 1);
    }
    this.roaming = busiest(minutes, zone);
  }

  /** The person is not seen there at night. `days`: that were learned. */
  isUnusual(spot: string, days: number): boolean {
    return (this.#nights.get(spot) ?? 0) * usualShare < days;
  }
}

function busiest(minutes: readonly Minute[], zone: Zone): number {
  const byNight = new Map<number, number>();
  const window: number[] = [];
  for (const { minute } of minutes) {
    const at = minute * minuteMs;
    if (zone.minuteOf(at) >= nightHours.length * 60) continue;
    window.push(minute);
    while ((window[0] ?? minute) <= minute - slotsOfHour * slotMinutes) window.shift();
    const night = zone.dayOf(at);
    byNight.set(night, Math.max(byNight.get(night) ?? 0, window.length));
  }
  return [...byNight.values()].sort((a, b) => b - a)[1] ?? 0;
}
