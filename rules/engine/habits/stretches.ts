import type { Downtime } from '#rules/engine/counted-time.ts';
import { bitOf, insideBits, type Minute, minuteMs } from '#rules/engine/habits/diary.ts';
import type { Room } from '#rules/engine/habits/rooms.ts';

/** Signs inside so soon after the door are still of somebody who leaves. */
export const doorGraceMs = 2 * minuteMs;
const graceMinutes = doorGraceMs / minuteMs;
/** Least and most, in minutes. Longer: nobody was there, or no sensor. */
const stillLengths = [20, 18 * 60] as const;
const awayLengths = [20, 36 * 60] as const;
const bathroomLengths = [3, 18 * 60] as const;
const downtimeThatMatters = 10 * minuteMs;

/** A time in which nothing was heard, or nothing but the bathroom; in minutes since 1970. */
export interface Stretch {
  readonly from: number;
  readonly to: number;
  /** Where the person was last seen; null: nobody knows. */
  readonly room: Room | null;
}

/** What a person did lately, by kind; each list in order of time. */
export interface Stretches {
  readonly still: readonly Stretch[];
  readonly away: readonly Stretch[];
  readonly bathroom: readonly Stretch[];
}

const roomBits: readonly (readonly [Room, number])[] = (
  ['bedroom', 'entrance', 'other', 'bathroom'] as const
).map((room) => [room, bitOf(room)]);
const bathroomBit = bitOf('bathroom');
const doorBit = bitOf('door');
const elsewhereBits = doorBit | bitOf('bedroom') | bitOf('entrance') | bitOf('other');

/** Cuts the past into stretches, by the same marks by which the present one is told (memory.ts). */
export function stretchesOf(minutes: Iterable<Minute>, downtimes: readonly Downtime[]): Stretches {
  const cutter = new Cutter(downtimes);
  for (const { minute, bits } of minutes)
    if ((bits & (insideBits | doorBit)) !== 0) cutter.take(minute, bits);
  return cutter;
}

class Cutter implements Stretches {
  readonly still: Stretch[] = [];
  readonly away: Stretch[] = [];
  readonly bathroom: Stretch[] = [];
  readonly #downtimes: readonly Downtime[];
  #last: number | undefined;
  #room: Room | null = null;
  #doorAt: number | undefined;
  #outSince = 0;
  #bathroomAt: number | undefined;

  constructor(downtimes: readonly Downtime[]) {
    this.#downtimes = downtimes.filter(({ from, to }) => to - from > downtimeThatMatters);
  }

  take(minute: number, bits: number): void {
    if (this.#last !== undefined && this.#doorAt === undefined)
      this.#keep(this.still, { from: this.#last, to: minute, room: this.#room }, stillLengths);
    if ((bits & doorBit) !== 0) this.#pass(minute);
    else this.#beInside(minute);
    this.#beInBathroom(minute, bits);
    this.#room = roomBits.find(([, bit]) => (bits & bit) !== 0)?.[0] ?? this.#room;
    this.#last = minute;
  }

  #pass(minute: number): void {
    if (this.#doorAt === undefined || this.#last !== this.#doorAt) this.#outSince = minute;
    this.#doorAt = minute;
  }

  #beInside(minute: number): void {
    if (this.#doorAt === undefined || minute <= this.#doorAt + graceMinutes) return;
    this.#keep(this.away, { from: this.#outSince, to: minute, room: null }, awayLengths);
    this.#doorAt = undefined;
  }

  #beInBathroom(minute: number, bits: number): void {
    if (this.#bathroomAt === undefined) {
      if ((bits & bathroomBit) !== 0 && (bits & doorBit) === 0) this.#bathroomAt = minute;
    } else if ((bits & elsewhereBits) !== 0) {
      this.#keep(this.bathroom, { from: this.#bathroomAt, to: minute, room: 'bathroom' }, bathroomLengths);
      this.#bathroomAt = undefined;
    }
  }

  #keep(list: Stretch[], stretch: Stretch, [least, most]: readonly [number, number]): void {
    const length = stretch.to - stretch.from;
    if (length < least || length > most) return;
    if (!this.#downtimes.some((span) => overlaps(span, stretch))) list.push(stretch);
  }
}

const overlaps = (span: Downtime, { from, to }: Stretch): boolean =>
  span.from < to * minuteMs && span.to > from * minuteMs;
