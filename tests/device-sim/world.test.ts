import { describe, expect, it } from 'vitest';
import type { SimMessage, World } from '#device-sim/message.ts';
import { newWorld } from '#device-sim/world.ts';
import { type EpochMs, epochMs, hour, plus } from '#model/brand.ts';
import { demoCommunity, monday } from '#tests/device-sim/support/communities.ts';

const community = demoCommunity;
const start = plus(monday, 2 * hour);
const demo = (seed = 7): World => newWorld({ community, seed, start });

const messages = (world: World, from: EpochMs, to: EpochMs): SimMessage[] =>
  [...world.seconds({ from, to })].flatMap((second) => second.messages);

describe('a world', () => {
  it('says the same for the same seed, and something else for another', () => {
    const day = messages(demo(), start, plus(start, 6 * hour));
    expect(day.length).toBeGreaterThan(1_000);
    expect(messages(demo(), start, plus(start, 6 * hour))).toEqual(day);
    expect(messages(demo(8), start, plus(start, 6 * hour))).not.toEqual(day);
  });

  it('says the same in whatever pieces it is asked for, over 04:00 as well', () => {
    const world = demo();
    const whole = messages(demo(), start, plus(start, 4 * hour));
    const pieces: SimMessage[] = [];
    for (let at = start; at < plus(start, 4 * hour); at = plus(at, 7_000_000))
      pieces.push(...messages(world, at, epochMs(Math.min(plus(at, 7_000_000), plus(start, 4 * hour)))));
    expect(pieces).toEqual(whole);
  });
});
