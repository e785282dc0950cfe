import { describe, expect, it } from 'vitest';
import type { SimMessage, World } from '#device-sim/message.ts';
import { libraryScenario } from '#device-sim/scenarios/library.ts';
import { newWorld } from '#device-sim/world.ts';
import { epochMs, hour, minute, plus } from '#model/brand.ts';
import type { CommunityFile } from '#model/community.ts';
import { monday, oneHome, smallTown } from '#tests/device-sim/support/communities.ts';
import { fc } from '#tests/support/properties.ts';

const start = plus(monday, 2 * hour);
const end = plus(start, 8 * hour);
const lengthMs = end - start;
const fires = [{ scenario: libraryScenario('kitchen-fire'), at: plus(start, 5 * hour) }];
const worldOf = (seed = 7, community: CommunityFile = smallTown): World =>
  newWorld({ community, seed, start, scenarios: fires });

/** One text of all messages: comparing 10,000 objects takes vitest a second. */
const textOf = (all: readonly SimMessage[]): string =>
  all.map(({ at, device, topic, payload }) => `${at} ${device} ${topic} ${payload}`).join('\n');

const messages = (world: World, from: number = start, to: number = end): SimMessage[] =>
  [...world.seconds({ from: epochMs(from), to: epochMs(to) })].flatMap((second) => second.messages);

describe('a world', () => {
  const whole = messages(worldOf());

  it('says the same for the same seed, and something else for another', () => {
    expect(whole.length).toBeGreaterThan(1_000);
    expect(textOf(messages(worldOf())) === textOf(whole)).toBe(true);
    expect(textOf(messages(worldOf(8))) === textOf(whole)).toBe(false);
  });

  it('says the same in whatever pieces it is asked for, over 04:00 and in a scenario as well', () => {
    const cuts = fc.array(fc.integer({ min: 0, max: lengthMs }), { maxLength: 12 });
    fc.assert(
      fc.property(cuts, (given) => {
        const world = worldOf();
        const edges = [0, ...given.toSorted((one, other) => one - other), lengthMs];
        const pieces = edges
          .slice(1)
          .flatMap((to, index) => messages(world, start + (edges[index] ?? 0), start + to));
        expect(textOf(pieces) === textOf(whole)).toBe(true);
      }),
      { numRuns: 8 },
    );
  });

  it('says the same again when it is asked for a time that has passed, or when a reader left in the middle', () => {
    const world = worldOf();
    for (const second of world.seconds({ from: start, to: end }))
      if (second.at > plus(start, 3 * hour)) break;
    const from = plus(start, hour);
    const rest = whole.filter(({ at }) => at >= from);
    expect(textOf(messages(world, from)) === textOf(rest)).toBe(true);
    expect(textOf(messages(world)) === textOf(whole)).toBe(true);
  });

  it('does not change what others say when a device is added', () => {
    const { devices = [] } = smallTown;
    const fewer = worldOf(7, { ...smallTown, devices: devices.filter((_, index) => index % 5 !== 2) });
    const left = new Set(fewer.devices.map(({ id }) => id as string));
    const cast = new Set([...worldOf().expected, ...fewer.expected].map(({ key }) => key));
    const flats = new Set(devices.filter(({ id }) => cast.has(id)).map(({ place }) => place));
    const inFire = new Set(devices.filter(({ place }) => flats.has(place)).map(({ id }) => id as string));
    const others = (all: readonly SimMessage[]) =>
      all.filter(({ device }) => left.has(device) && !inFire.has(device));
    expect(others(whole).length).toBeGreaterThan(1_000);
    expect(textOf(others(messages(fewer))) === textOf(others(whole))).toBe(true);
  });

  it('takes a scenario that is put on while it is read: nothing of what was said changes', () => {
    const world = newWorld({ community: smallTown, seed: 7, start });
    const calm = messages(newWorld({ community: smallTown, seed: 7, start }));
    const at = plus(start, 2 * hour);
    const seen: SimMessage[] = [];
    let isOn = false;
    for (const second of world.seconds({ from: start, to: end })) {
      seen.push(...second.messages);
      if (isOn || second.at < plus(start, hour)) continue;
      isOn = true;
      world.play({ scenario: libraryScenario('kitchen-fire'), at });
    }
    const saidBefore = (all: readonly SimMessage[]) => all.filter((one) => one.at < at);
    expect(textOf(saidBefore(seen)) === textOf(saidBefore(calm))).toBe(true);
    const [alarm] = world.expected;
    const smoke = seen.filter(
      ({ device, payload }) => device === alarm?.key && payload.includes('"smoke":true'),
    );
    expect(smoke.length).toBeGreaterThan(5);
    const scenarios = [{ scenario: libraryScenario('kitchen-fire'), at }];
    const known = messages(newWorld({ community: smallTown, seed: 7, start, scenarios }));
    expect(textOf(seen) === textOf(known)).toBe(true);
  });

  it('keeps people in step with a scenario: somebody who is away does not move', () => {
    const scenarios = [{ scenario: libraryScenario('resident-away'), at: plus(start, 6 * hour) }];
    const world = newWorld({ community: oneHome, seed: 7, start, scenarios });
    const away = messages(world, plus(start, 6 * hour + 10 * minute), plus(start, 31 * hour));
    const moved = away.filter(({ payload }) =>
      /"motion":true|"bed-occupied":true|"water-flow":[1-9]/.test(payload),
    );
    expect(moved).toEqual([]);
    const calm = messages(newWorld({ community: oneHome, seed: 7, start }), start, plus(start, 31 * hour));
    expect(calm.filter(({ payload }) => payload.includes('"motion":true')).length).toBeGreaterThan(50);
  });
});
