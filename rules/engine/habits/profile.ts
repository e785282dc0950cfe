import type { Downtime } from '#rules/engine/counted-time.ts';
import { bitOf, type Diary, dayMs, insideBits, learnedDays, minuteMs } from '#rules/engine/habits/diary.ts';
import { SpotsAtNight } from '#rules/engine/habits/nights.ts';
import type { Room } from '#rules/engine/habits/rooms.ts';
import { type Stretch, type Stretches, stretchesOf } from '#rules/engine/habits/stretches.ts';
import type { Zone } from '#rules/engine/zone.ts';

/** A person is not on the minute: so much before and after counts as the same time of the day. */
const aroundMinutes = 60;
const aroundBathroom = 120;
/** From so many days on the single longest may be left out: a day with a broken sensor, or one in a hundred. */
const trimmedFrom = 10;
const nightSlot = 10;
const slotsOfDay = 144;
const leastNightStretch = 60;
/** Up and back in bed. */
const longestWalk = 30;
const longestRest = 16 * 60;
/** In slots. */
const longestHole = 4;
const mostDays = 0.5;
const nearlyAllDays = 0.75;

/** Where a stretch stands in time, epoch ms, and where the person was last seen. */
export interface Present {
  readonly from: number;
  readonly at: number;
  readonly room: Room | null;
}

interface Asked {
  readonly diary: Diary;
  readonly zone: Zone;
  readonly downtimes: readonly Downtime[];
}

/** What is usual for a person on a day, learned of the days before it. Lengths in ms. */
export class Profile {
  /** Days on which somebody was there. */
  readonly days: number;
  readonly spots: SpotsAtNight;
  readonly #zone: Zone;
  readonly #stretches: Stretches;
  readonly #silences: readonly number[];
  /** Silences; at night one with what follows it, when a walk to the bathroom lies between. */
  readonly #rests: readonly Stretch[];
  readonly #longestAway: number;
  /** One stay in ten is longer. */
  readonly #longBathroom: number;

  /** `day`: days since 1970 of the local calendar. */
  constructor(day: number, { diary, zone, downtimes }: Asked) {
    const from = zone.instant(day - learnedDays, 0) / minuteMs;
    const to = zone.instant(day, 0) / minuteMs;
    const minutes = [...diary.minutes(from, to)];
    const lived = new Set<number>();
    for (const { minute, bits } of minutes)
      if ((bits & insideBits) !== 0) lived.add(zone.dayOf(minute * minuteMs));
    // The first one is seldom whole.
    const isNew = Math.min(...lived) > day - learnedDays;
    this.days = Math.max(0, lived.size - (isNew ? 1 : 0));
    this.#zone = zone;
    this.#stretches = stretchesOf(minutes, downtimes);
    this.#silences = this.#countSilences();
    this.#rests = this.#joinNights();
    this.#longestAway = this.#longest(this.#stretches.away.map(lengthOf));
    const stays = this.#stretches.bathroom.map(lengthOf).toSorted((a, b) => a - b);
    this.#longBathroom = stays[Math.floor(stays.length * 0.9)] ?? 0;
    this.spots = new SpotsAtNight(day, {
      diary,
      zone,
      minutes: minutes.filter(({ bits }) => (bits & bitOf('roaming')) !== 0),
    });
  }

  /** The longest silence of other days in the same hours, an hour before and after; from the same room above all. */
  still(present: Present): number {
    const all = this.#alike(this.#rests, present);
    const anywhere = this.#longest(all.map(({ length }) => length));
    const { room } = present;
    if (room === null) return anywhere * minuteMs;
    const here = all.reduce((most, each) => (each.room === room ? Math.max(most, each.length) : most), 0);
    return Math.max(here, Math.floor(anywhere * 0.7)) * minuteMs;
  }

  /** The longest absence. */
  get away(): number {
    return this.#longestAway * minuteMs;
  }

  /**
   * The longest stay in the bathroom around this time of the day, or the longest but one of all days, or nights: where
   * people often leave it unseen, little can be said of any hour.
   */
  bathroom({ from, at }: Present): number {
    const minute = this.#zone.minuteOf(from);
    const isNight = this.nightBetween(from, at) > 0;
    let near = 0;
    const alike: number[] = [];
    for (const stretch of this.#stretches.bathroom) {
      const length = lengthOf(stretch);
      const apart = Math.abs(this.#zone.minuteOf(stretch.from * minuteMs) - minute);
      if (Math.min(apart, 1_440 - apart) <= aroundBathroom) near = Math.max(near, length);
      if (this.nightBetween(stretch.from * minuteMs, stretch.to * minuteMs) > 0 === isNight)
        alike.push(length);
    }
    return Math.max(near, secondOf(alike), this.#longBathroom) * minuteMs;
  }

  /** On how many other days it was silent for an hour until so long before this time of the day. */
  silentDays(at: number, beforeMs: number): number {
    const days = new Set<number>();
    for (let back = 1; back <= learnedDays; back++) {
      const to = this.#back(at - beforeMs, back);
      if (this.#rests.some((each) => each.from <= to - aroundMinutes && each.to >= to)) days.add(back);
    }
    return days.size;
  }

  /** How much of the time lies in what is the night of this person: silent for an hour or more on most days. */
  nightBetween(from: number, to: number): number {
    return this.#shareBetween(from, to, mostDays);
  }

  /** Whether this hour is one of sleep: on nearly all days. */
  isSleep(at: number): boolean {
    return this.#shareBetween(at - aroundMinutes * minuteMs, at, nearlyAllDays) > 0;
  }

  #shareBetween(from: number, to: number, share: number): number {
    let sum = 0;
    const slotMs = nightSlot * minuteMs;
    for (let at = from; at < to; at += slotMs)
      if (
        (this.#silences[Math.floor(this.#zone.minuteOf(at) / nightSlot)] ?? 0) >=
        Math.max(1, share * this.days)
      )
        sum += slotMs;
    return Math.min(sum, to - from);
  }

  #joinNights(): readonly Stretch[] {
    const asleep = filled(this.#silences.map((count) => count >= Math.max(1, nearlyAllDays * this.days)));
    const isAsleep = (minute: number): boolean =>
      asleep[Math.floor(this.#zone.minuteOf(minute * minuteMs) / nightSlot)] === true;
    const joined: (Stretch & { readonly longest: number })[] = [];
    for (const stretch of this.#stretches.still) {
      const last = joined.at(-1);
      const longest = stretch.to - stretch.from;
      const isWalk = last && stretch.from - last.to <= longestWalk;
      if (!isWalk || !isAsleep(last.to - nightSlot) || !isAsleep(stretch.from + nightSlot))
        joined.push({ ...stretch, longest });
      else {
        const { room } = longest > last.longest ? stretch : last;
        joined[joined.length - 1] = {
          from: last.from,
          to: stretch.to,
          room,
          longest: Math.max(longest, last.longest),
        };
      }
    }
    return joined.filter(({ from, to }) => to - from <= longestRest);
  }

  /** By slot of the day: on how many days it lay in a silence of an hour or more. */
  #countSilences(): readonly number[] {
    const counts = Array.from({ length: slotsOfDay }, () => 0);
    for (const stretch of this.#stretches.still) {
      if (stretch.to - stretch.from < leastNightStretch) continue;
      for (let minute = stretch.from; minute < stretch.to; minute += nightSlot) {
        const slot = Math.floor(this.#zone.minuteOf(minute * minuteMs) / nightSlot);
        counts[slot] = (counts[slot] ?? 0) + 1;
      }
    }
    return counts;
  }

  /** What of each stretch lies in the hours of the present one on another day. One stretch counts once. */
  #alike(stretches: readonly Stretch[], { from, at }: Present): readonly Part[] {
    const parts = new Map<Stretch, Part>();
    for (let back = 1; back <= learnedDays; back++) {
      const begin = this.#back(from, back) - aroundMinutes;
      const end = this.#back(at, back) + aroundMinutes;
      for (let index = firstAfter(stretches, begin); index < stretches.length; index++) {
        const stretch = stretches[index];
        if (!stretch || stretch.from >= end) break;
        const length = Math.min(stretch.to, end) - Math.max(stretch.from, begin);
        if (length > (parts.get(stretch)?.length ?? 0)) parts.set(stretch, { length, room: stretch.room });
      }
    }
    return [...parts.values()];
  }

  /** The same time of the clock so many days before, in minutes. */
  #back(at: number, days: number): number {
    const before = at - days * dayMs;
    return Math.floor((before + this.#zone.offsetMs(at) - this.#zone.offsetMs(before)) / minuteMs);
  }

  #longest(lengths: readonly number[]): number {
    return this.days < trimmedFrom ? Math.max(0, ...lengths) : secondOf(lengths);
  }
}

interface Part {
  readonly length: number;
  readonly room: Room | null;
}

/** The longest but one; 0: there is none. */
function secondOf(lengths: readonly number[]): number {
  let first = 0;
  let second = 0;
  for (const length of lengths) {
    if (length > first) {
      second = first;
      first = length;
    } else second = Math.max(second, length);
  }
  return second;
}

const lengthOf = ({ from, to }: Stretch): number => to - from;

/** Index of the first stretch that ends after a minute. */
function firstAfter(stretches: readonly Stretch[], minute: number): number {
  let low = 0;
  let high = stretches.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((stretches[middle]?.to ?? 0) <= minute) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Slots between two of sleep that are not far from each other are sleep, too. */
function filled(asleep: readonly boolean[]): readonly boolean[] {
  const isNear = (slot: number, step: number): boolean => {
    for (let away = 1; away <= longestHole; away++)
      if (asleep[(slot + step * away + slotsOfDay) % slotsOfDay] === true) return true;
    return false;
  };
  return asleep.map((is, slot) => is || (isNear(slot, -1) && isNear(slot, 1)));
}
