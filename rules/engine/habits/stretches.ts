import type { Downtime } from '#rules/engine/counted-time.ts';
import { bitOf, insideBits, type Minute, minuteMs } from '#rules/engine/habits/diary.ts';
import type { Room } from '#rules/engine/habits/rooms.ts';

/** Signs inside so soon after the door are still of somebody who leaves. */
export const doorGraceMs = 2 * minuteMs;
const graceMinutes = doorGraceMs / minuteMs;
/** Longer, nobody was there, or no sensor. */
const longestStill = 18 * 60;
const longestAway = 36 * 60;
const shortestStill = 20;
const shortestAway = 20;
const shortestBathroom = 3;
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

/** Cuts the past into stretches, by the same marks by which the present one is told (habit-machine.ts). */
export function stretchesOf(minutes: Iterable<Minute>, downtimes: readonly Downtime[]): Stretches {
  const spans = downtimes.filter(({ from, to }) => to - from > downtimeThatMatters);
  const found = { still: [] as Stretch[], away: [] as Stretch[], bathroom: [] as Stretch[] };
  const keep = (kind: keyof Stretches, stretch: Stretch, least: number, most: number): void => {
    const length = stretch.to - stretch.from;
    if (length < least || length > most || spans.some((span) => overlaps(span, stretch))) return;
    found[kind].push(stretch);
  };
  let last: number | undefined;
  let room: Room | null = null;
  let doorAt: number | undefined;
  let outSince = 0;
  let bathroomAt: number | undefined;
  for (const { minute, bits } of minutes) {
    const isDoor = (bits & doorBit) !== 0;
    const isInside = (bits & insideBits) !== 0;
    if (!isDoor && !isInside) continue;
    if (last !== undefined && doorAt === undefined)
      keep('still', { from: last, to: minute, room }, shortestStill, longestStill);
    if (isDoor) {
      if (doorAt === undefined || last !== doorAt) outSince = minute;
      doorAt = minute;
    } else if (doorAt !== undefined && minute > doorAt + graceMinutes) {
      keep('away', { from: outSince, to: minute, room: null }, shortestAway, longestAway);
      doorAt = undefined;
    }
    if (bathroomAt !== undefined && (bits & elsewhereBits) !== 0) {
      keep('bathroom', { from: bathroomAt, to: minute, room: 'bathroom' }, shortestBathroom, longestStill);
      bathroomAt = undefined;
    } else if (bathroomAt === undefined && (bits & bathroomBit) !== 0 && !isDoor) bathroomAt = minute;
    room = roomBits.find(([, bit]) => (bits & bit) !== 0)?.[0] ?? room;
    last = minute;
  }
  return found;
}

const overlaps = (span: Downtime, { from, to }: Stretch): boolean =>
  span.from < to * minuteMs && span.to > from * minuteMs;
