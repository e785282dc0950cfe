import { describe, expect, it } from 'vitest';
import { Series } from '#rules/engine/series/series.ts';
import { Zone } from '#rules/engine/zone.ts';
import type { CountNeed } from '#rules/language/needs.ts';
import { community, rule, World } from '#tests/rules/community.ts';

const devices = [{ id: 'd1', kind: 'environment' }];
/** What a function gives for the last of these readings (seconds, temperature). */
function lastOf(call: string, readings: readonly (readonly [number, number])[]): unknown {
  const world = new World(community(devices), [rule({ when: `${call} > -1000` })]);
  for (const [at, temperature] of readings) world.say(at, { temperature });
  return world.trace('r1', 'd1').at(-1)?.inputs[call];
}

describe('windows that nobody asks for any more', () => {
  it('are dropped with the rules: an edit of a rule a thousand times costs no reading more than one', () => {
    const series = new Series({ zone: new Zone('UTC') });
    const channel = series.channel('motion');
    const keeping = { latenessMs: 0, windowMs: 3_600_000 };
    for (let edit = 0; edit < 100; edit++) {
      channel.add(edit * 1_000, edit % 2 === 0, keeping);
      const need: CountNeed = {
        kind: 'count-where',
        property: 'motion',
        value: edit % 3 === 0,
        lengthMs: 10_000 + edit,
        slot: 0,
        text: 'countWhere',
      };
      const counted = Array.from({ length: Math.min(edit, 10) + 1 }, (_, back) => (edit - back) % 2 === 0);
      expect(series.ask(need, edit * 1_000)).toBe(counted.filter((said) => said === need.value).length);
      series.forgetNeeds();
    }
    series.forgetNeeds();
    expect(channel.track.measures).toBe(0);
  });
});

describe('a function over a window', () => {
  it.each([
    ["avg('temperature', '60s')", 22],
    ["min('temperature', '60s')", 20],
    ["max('temperature', '60s')", 24],
    ["sum('temperature', '60s')", 66],
    ["count('temperature', '60s')", 3],
    ["countWhere('temperature', 22.0, '60s')", 1],
    ["delta('temperature', '60s')", 4],
    ["rate('temperature', '60s')", 4],
  ])('%s takes in what lies at both its ends: %d', (call, expected) => {
    expect(
      lastOf(call, [
        [39.999, 50],
        [40, 20],
        [70, 22],
        [100, 24],
      ]),
    ).toBe(expected);
  });

  it('sums without an error, whatever went through it', () => {
    const readings = Array.from(
      { length: 500 },
      (_, number) => [number, number % 7 === 0 ? 85.9 : 30.3] as const,
    );
    const steady = Array.from({ length: 61 }, (_, number) => [500 + number, 30.3] as const);
    expect(lastOf("avg('temperature', '60s')", [...readings, ...steady])).toBe(30.3);
  });

  it('is unknown with nothing in it, but counts nothing', () => {
    const world = new World(community(devices), [
      rule({ id: 'mean', when: "avg('humidity', '60s') > 1" }),
      rule({ id: 'few', when: "count('humidity', '60s') == 0" }),
      rule({ id: 'slope', when: "rate('temperature', '60s') > 1" }),
    ]).say(0, { temperature: 20 });
    expect(world.lastOutcome('mean', 'd1')).toBe("unknown: unknown: avg('humidity', '60s')");
    expect(world.lastOutcome('slope', 'd1')).toBe("unknown: unknown: rate('temperature', '60s')");
    expect(world.story).toEqual(['raised few 0']);
  });

  it('is judged again when a reading of its time comes late', () => {
    const world = new World(community(devices), [rule({ when: "max('temperature', '60s') >= 50" })])
      .say(0, { temperature: 20 })
      .say(100, { temperature: 21 })
      .say(200, { temperature: 22 })
      .say(80, { temperature: 55 }, { arrives: 210 });
    expect(world.story).toEqual(['raised r1 80', 'cleared r1 200']);
  });

  it('keeps the newest of a device that speaks very fast, and goes on', () => {
    const world = new World(community(devices), [rule({ when: "count('temperature', '24h') >= 20001" })]);
    for (let number = 0; number < 45_000; number++) world.say(number / 10, { temperature: number % 50 });
    expect(world.trace('r1', 'd1').at(-1)?.inputs["count('temperature', '24h')"]).toBe(20_000);
  });

  it('goes on over a crash with what it had, in pieces', () => {
    const source = rule({ when: "sum('temperature', '1h') >= 2000" });
    const [crashed, lived] = [true, false].map((isCrashing) => {
      const world = new World(community(devices), [source]);
      for (let number = 0; number < 300; number++) {
        world.say(number * 60, { temperature: number % 40 });
        if (number % 37 === 0) world.save();
      }
      world.save();
      if (isCrashing) world.restart([source]);
      for (let number = 300; number < 320; number++) world.say(number * 60, { temperature: number % 40 });
      return world;
    });
    expect(crashed?.trace('r1', 'd1')).toEqual(lived?.trace('r1', 'd1').slice(-20));
    const pieces = [...(crashed?.kept.keys() ?? [])].filter((key) => key.startsWith('d1 track temperature '));
    expect(pieces.length).toBeGreaterThan(1);
    expect(pieces.length).toBeLessThan(4);
  });
});

describe('what is usual', () => {
  it('is what was said at this hour on the days before, not today', () => {
    const day = 86_400;
    const world = new World(community(devices), [
      rule({ when: "value > baseline('temperature').mean + 2.0 && baseline('temperature').n >= 3" }),
    ]);
    for (let number = 0; number < 4; number++)
      world.say(number * day, { temperature: 20 + number }).say(number * day + 7_200, { temperature: 5 });
    world.say(4 * day, { temperature: 24 });
    expect(world.trace('r1', 'd1').at(-1)).toMatchObject({
      outcome: 'raised',
      inputs: { "baseline('temperature')": 21.5 },
    });
    expect(world.story).toEqual([`raised r1 ${4 * day}`]);
  });

  it('is remembered over a crash', () => {
    const source = rule({ when: "value > baseline('temperature').mean" });
    const world = new World(community(devices), [source]);
    world.say(0, { temperature: 20 }).save().restart([source]).say(86_400, { temperature: 21 });
    expect(world.story).toEqual(['raised r1 86400']);
  });

  it('forgets what is older than 14 days', () => {
    const day = 86_400;
    const world = new World(community(devices), [rule({ when: "baseline('temperature').n == 0" })]);
    world.say(0, { temperature: 20 }).say(14 * day, { temperature: 20 });
    expect(world.lastOutcome('r1', 'd1')).toBe('cleared: the alarm is over');
    world.say(28.5 * day, { temperature: 20 }).say(29 * day, { temperature: 20 });
    expect(world.story.at(-1)).toBe(`raised r1 ${28.5 * day}`);
  });
});
