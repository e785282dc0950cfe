import { describe, expect, it } from 'vitest';
import { libraryScenario, scenarioNames } from '#device-sim/scenarios/library.ts';
import { loadScenario } from '#device-sim/scenarios/load.ts';
import type { Scenario } from '#device-sim/scenarios/scenario.ts';
import { newWorld } from '#device-sim/world.ts';
import { epochMs, hour, minute, plus } from '#model/brand.ts';
import type { CommunityFile } from '#model/community.ts';
import { demoCommunity, monday, oneHome, smallTown } from '#tests/device-sim/support/communities.ts';
import { toldBy } from '#tests/device-sim/support/told.ts';

const good = `scenario: drip
lasts: 10m
roles:
  flat: { place: room }
  probe: { device: water-leak, in: flat }
timeline:
  - { at: 0s, until: 5m, device: probe, set: { water-leak: true } }
expect:
  - { rule: water-leak, device: probe, at: 0s }
`;

/** The problems of a text in which one thing was replaced, as `line path: message`. */
const problemsOf = (from: string, to: string): readonly string[] => {
  try {
    loadScenario(good.replace(from, to), 'drip.yaml');
    return [];
  } catch (error) {
    return String(error instanceof Error ? error.message : error).split('\n');
  }
};

describe('a scenario file', () => {
  it('loads when nothing is wrong', () => {
    expect(problemsOf('drip', 'drip')).toEqual([]);
  });

  it.each([
    [
      'water-leak: true',
      'water-leaks: true',
      'drip.yaml:7:61 timeline.0.set.water-leaks: is no property of the catalogue',
    ],
    ['water-leak: true', 'water-leak: 3', 'drip.yaml:7:60 timeline.0.set.water-leak: is a boolean'],
    [
      'device: probe, set',
      'device: prob, set',
      'drip.yaml:7:34 timeline.0.device: prob is no role, or stands further below',
    ],
    [
      'device: probe, set',
      'device: flat, set',
      'drip.yaml:7:34 timeline.0.device: flat is a place, a device is wanted',
    ],
    [
      'set: { water-leak: true }',
      'sett: { water-leak: true }',
      'drip.yaml:7:47 timeline.0.sett: is not known here',
    ],
    ['until: 5m', 'until: 11m', 'drip.yaml:7:22 timeline.0.until: is after the end (lasts)'],
    [
      'place: room',
      'place: rom',
      'drip.yaml:4:18 roles.flat.place: must be one of district, street, community, grid, building, unit, room, area',
    ],
    ['device: water-leak, in', 'device: wet, in', 'drip.yaml:5:20 roles.probe.device: wet is no device kind'],
    ['in: flat', 'in: flut', 'drip.yaml:5:36 roles.probe.in: flut is no role, or stands further below'],
    [
      'device: probe, at: 0s',
      'at: 0s',
      'drip.yaml:9:5 expect.0: has one of the keys device, resident, silent',
    ],
    ['lasts: 10m', 'lasts: soon', 'drip.yaml:2:8 lasts: must match pattern'],
    [
      '{ place: room }',
      '{ room: any }',
      'drip.yaml:4:9 roles.flat: has one of the keys place, device, resident',
    ],
    ['scenario: drip', 'scenario: [', 'drip.yaml:'],
  ])('%s → %s is told with its line', (from, to, problem) => {
    expect(problemsOf(from, to).join('\n')).toContain(problem);
  });

  it('tells all that is wrong at once', () => {
    expect(problemsOf('probe, set: { water-leak: true }', 'prob, set: { wet: true }')).toHaveLength(2);
  });
});

describe('the cast of a scenario', () => {
  const worldWith = (scenario: Scenario, wishes: { place?: string; device?: string } = {}, seed = 7) =>
    newWorld({ community: smallTown, seed, start: monday }).play({ scenario, ...wishes });
  const [room] = (smallTown.residents ?? []).map(({ place }) => place as string);
  const smokes = (smallTown.devices ?? []).filter(({ kind }) => kind === 'smoke-detector');

  it('is chosen by the seed', () => {
    const casts = (seed: number) => [...worldWith(libraryScenario('kitchen-fire'), {}, seed).cast];
    expect(casts(1)).toEqual(casts(1));
    expect(new Set([1, 2, 3, 4, 5, 6].map((seed) => JSON.stringify(casts(seed)))).size).toBeGreaterThan(1);
  });

  it('is within the place, and with the device, that is wished', () => {
    for (const { id, place } of smokes.filter((device) => device.place === room)) {
      expect(worldWith(libraryScenario('kitchen-fire'), { place }).cast.get('smoke')).toEqual([id]);
      expect(worldWith(libraryScenario('kitchen-fire'), { device: id }).cast.get('flat')).toEqual([place]);
    }
    const unit = smallTown.places?.find(({ kind }) => kind === 'unit')?.id ?? '';
    expect(worldWith(libraryScenario('door-left-open'), { place: unit }).cast.get('unit')).toEqual([unit]);
  });

  it('behind a gateway is what is tagged so, and where nothing is, what speaks by radio in its place', () => {
    const childrenIn = (community: CommunityFile) =>
      newWorld({ community, seed: 7, start: monday }).play({ scenario: libraryScenario('gateway-death') })
        .cast;
    const tagged = childrenIn(smallTown);
    for (const id of tagged.get('children') ?? [])
      expect(smallTown.devices?.find((device) => device.id === id)?.tags).toContain(
        `via:${tagged.get('gateway')?.[0] ?? ''}`,
      );
    const untagged = childrenIn(demoCommunity).get('children') ?? [];
    expect(untagged).toContain('smoke-b3-0502');
    expect(untagged).not.toContain('lift-b3');
    expect(untagged).not.toContain('smoke-b4-hall');
  });

  it('that nobody can play is refused with the role', () => {
    expect(() => worldWith(libraryScenario('fall'), { place: 'sim-g1-garage' })).toThrow(
      'fall finds nobody in sim-g1-garage for the role flat',
    );
    expect(() =>
      newWorld({ community: oneHome, seed: 1, start: monday }).play({ scenario: libraryScenario('leak') }),
    ).toThrow('leak finds nobody for the role probe');
  });

  it('never has a device in two scenarios at once', () => {
    const world = newWorld({ community: smallTown, seed: 7, start: monday });
    const at = plus(monday, 9 * hour);
    const seen: string[] = [];
    expect(() => {
      for (;;)
        seen.push(...(world.play({ scenario: libraryScenario('smoke-test'), at }).cast.get('smoke') ?? []));
    }).toThrow('smoke-test finds nobody');
    expect(new Set(seen).size).toBe(smokes.length);
    expect(seen).toHaveLength(smokes.length);
  });

  it('plays at a time of day that suits, when none is given', () => {
    for (let seed = 1; seed <= 20; seed++) {
      const { from } = worldWith(libraryScenario('fall'), {}, seed);
      const hours = (from - monday) / hour;
      expect(hours % 24).toBeGreaterThanOrEqual(8);
      expect(hours % 24).toBeLessThan(20);
    }
  });
});

describe('a scenario that plays', () => {
  const start = plus(monday, 9 * hour);
  const told = (text: string, device: string) => {
    const world = newWorld({ community: oneHome, seed: 7, start });
    const { from } = world.play({ scenario: loadScenario(text, 'test.yaml'), at: plus(start, 10 * minute) });
    return toldBy(world, { from: start, to: plus(start, hour) })
      .filter((one) => one.device === device)
      .map(({ ts, values }) => ({ seconds: (ts - from) / 1_000, values }));
  };
  const head =
    'scenario: t\nlasts: 30m\nroles: { flat: { place: room }, d: { device: gas-detector, in: flat } }\nexpect: []\n';

  it('ramps from what there is, holds, and comes back to what there would be', () => {
    const gas = told(
      `${head}timeline:
  - { at: 0s, device: d, ramp: { gas-concentration: { to: 20, over: 100s } }, every: 10s }
  - { at: 10m, device: d, ramp: { gas-concentration: { to: normal, over: 100s } }, every: 10s }`,
      'gas',
    );
    const at = (seconds: number) =>
      Number(gas.find((one) => one.seconds === seconds)?.values['gas-concentration']);
    expect(at(50)).toBeGreaterThan(9.5);
    expect(at(50)).toBeLessThan(10.6);
    expect(at(100)).toBe(20);
    const later = gas.filter(({ seconds }) => seconds > 100 && seconds < 600);
    expect(later.every(({ values }) => values['gas-concentration'] === 20)).toBe(true);
    expect(at(650)).toBeGreaterThan(9.5);
    expect(at(700)).toBeLessThan(1);
  });

  it('says again what repeats, and is silent in a silence', () => {
    const gas = told(
      `${head}timeline:
  - { at: 1m, device: d, say: { fault: true }, repeat: { every: 30s, times: 3 } }
  - { at: 5m, until: 30m, device: d, silence: true }`,
      'gas',
    );
    expect(gas.filter(({ values }) => values['fault'] === true).map(({ seconds }) => seconds)).toEqual([
      60, 90, 120,
    ]);
    expect(gas.filter(({ seconds }) => seconds >= 300 && seconds < 1_800)).toEqual([]);
  });

  it('a door that was open when a silence began is heard to shut', () => {
    const text = `scenario: t
lasts: 1h
roles: { unit: { place: unit }, d: { device: door, at: unit } }
expect: []
timeline: [ { at: 0s, device: d, silence: true } ]`;
    const calm = newWorld({ community: oneHome, seed: 7, start });
    const opened = toldBy(calm, { from: start, to: plus(start, 2 * hour) }).find(
      ({ device, values }) => device === 'unit-door' && values['door-open'] === true,
    );
    const at = epochMs((opened?.ts ?? 0) + 1_000);
    const world = newWorld({ community: oneHome, seed: 7, start });
    world.play({ scenario: loadScenario(text, 'test.yaml'), at });
    const door = toldBy(world, { from: start, to: plus(at, hour) }).filter(
      ({ device }) => device === 'unit-door',
    );
    expect(door.at(-1)?.values).toEqual({ 'door-open': false });
    expect((door.at(-1)?.ts ?? 0) - at).toBeLessThan(60_000);
  });

  it('lets water run through the meter of a home', () => {
    const meter = told(`${head}timeline:\n  - { at: 0s, until: 20m, home: flat, water: 9 }`, 'meter');
    const during = meter.filter(({ seconds }) => seconds >= 0 && seconds < 1_200);
    expect(during.length).toBeGreaterThan(0);
    expect(during.every(({ values }) => Number(values['water-flow']) >= 9)).toBe(true);
    const volumes = meter.map(({ values }) => Number(values['water-volume']));
    expect(volumes).toEqual(volumes.toSorted((one, other) => one - other));
    expect(Number(volumes.at(-1)) - Number(volumes[0])).toBeGreaterThan(0.179);
  });
});

describe('the library', () => {
  it('has the scenarios that are promised, named in both languages', () => {
    expect(scenarioNames()).toEqual(
      expect.arrayContaining([
        'kitchen-fire',
        'fall',
        'gateway-death',
        'leak',
        'door-left-open',
        'resident-away',
      ]),
    );
    for (const name of scenarioNames()) {
      const { id, source } = libraryScenario(name);
      expect(id).toBe(name);
      expect(source.name).toMatchObject({ en: expect.any(String), zh: expect.any(String) });
    }
    expect(() => libraryScenario('no-such')).toThrow('there are door-left-open, e-bike-in-lift, fall');
  });
});
