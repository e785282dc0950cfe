import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { generatedCommunity } from '#device-sim/fleet/generated.ts';
import { libraryScenario, scenarioNames } from '#device-sim/scenarios/library.ts';
import { loadScenario } from '#device-sim/scenarios/load.ts';
import { newWorld } from '#device-sim/world.ts';
import { day, hour, plus } from '#model/brand.ts';
import { monday, smallTown } from '#tests/device-sim/support/communities.ts';
import { compared, played } from '#tests/device-sim/support/platform.ts';

describe('the scenarios of the library', () => {
  it.each(scenarioNames())('%s raises the alarms that it announces and no other', (name) => {
    const scenario = libraryScenario(name);
    const start = plus(monday, 6 * hour);
    const at = plus(monday, 9.5 * hour);
    const world = newWorld({ community: smallTown, seed: 7, start, scenarios: [{ scenario, at }] });
    const range = { from: start, to: plus(at, Math.min(scenario.lastsMs + hour, day)) };
    const { alarms, quarantined } = played(world, range);
    expect(compared(world, range, alarms)).toEqual({ missing: [], unannounced: [] });
    expect(quarantined).toEqual([]);
    expect(world.expected.length > 0).toBe(scenario.source.expect.length > 0);
  });

  it.each([1, 2, 3])('all in one day of 180 devices, at times and with devices by the seed %d', (seed) => {
    const community = generatedCommunity({ devices: 180, seed });
    const scenarios = scenarioNames().map((name) => ({ scenario: libraryScenario(name) }));
    const world = newWorld({ community, seed, start: monday, scenarios });
    const range = { from: monday, to: plus(monday, 1.5 * day) };
    const { alarms, quarantined } = played(world, range);
    expect(compared(world, range, alarms)).toEqual({ missing: [], unannounced: [] });
    expect(quarantined).toEqual([]);
    expect(alarms.length).toBeGreaterThanOrEqual(6);
  });
});

it('one more scenario changes neither when another one begins nor who plays it', () => {
  const community = generatedCommunity({ devices: 120, seed: 5 });
  const staged = (...names: readonly string[]) => {
    const world = newWorld({ community, seed: 5, start: monday });
    return names.map((name) => world.play({ scenario: libraryScenario(name) }));
  };
  const [door, ...fires] = staged('door-left-open', 'kitchen-fire', 'kitchen-fire');
  expect(fires).toEqual(staged('kitchen-fire', 'kitchen-fire'));
  expect(fires[0]?.from).not.toBe(fires[1]?.from);
  expect([door]).toEqual(staged('door-left-open'));
});

describe('docs/simulator.md', () => {
  const text = readFileSync('docs/simulator.md', 'utf8');

  it('names every scenario of the library', () => {
    for (const name of scenarioNames()) expect(text).toContain(`| \`${name}\` |`);
  });

  it('shows a scenario that plays, with the alarm that it announces', () => {
    const [, example = ''] = /```yaml\n(scenario: [\s\S]*?)```/.exec(text) ?? [];
    const scenarios = [{ scenario: loadScenario(example, 'docs/simulator.md'), at: plus(monday, 19 * hour) }];
    const world = newWorld({ community: smallTown, seed: 7, start: monday, scenarios });
    const range = { from: plus(monday, 12 * hour), to: plus(monday, 21 * hour) };
    const { alarms } = played(world, range);
    expect(alarms.map(({ rule }) => rule)).toEqual(['water-leak']);
    expect(compared(world, range, alarms)).toEqual({ missing: [], unannounced: [] });
  });
});
