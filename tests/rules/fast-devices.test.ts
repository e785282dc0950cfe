import { describe, expect, it } from 'vitest';
import { community, rule, World } from '#tests/rules/community.ts';

const hot = rule({ id: 'hot', when: 'value > 60' });
const silent = rule({ id: 'silent', property: '*', 'silent-for': '10m' });
/** What the engine would write of its memory, in characters. */
const memoryOf = (world: World): number =>
  [...world.engine.takeDirty()].reduce((sum, [key, state]) => sum + key.length + (state?.length ?? 0), 0);

const devices = [{ id: 'd1', kind: 'environment' }];

describe('a device that speaks a hundred times a second', () => {
  it('leaves no more in memory than one that speaks once a second', () => {
    const memories = [1, 100].map((perSecond) => {
      const world = new World(community(devices), [hot, silent]);
      for (let number = 0; number < 300 * perSecond; number++)
        world.say(number / perSecond, { temperature: 20 + (number % 10) });
      return memoryOf(world);
    });
    const [slow = 0, fast = 0] = memories;
    expect(slow).toBeGreaterThan(5_000);
    expect(fast).toBeLessThan(8 * slow);
  });

  it('leaves no more in memory when one reading is ahead of all the others', () => {
    const world = new World(community(devices), [hot]);
    world.say(299, { temperature: 20 }, { arrives: 0 });
    for (let number = 0; number < 20_000; number++)
      world.say(number / 100, { temperature: number % 5_000 === 4_999 ? 90 : number % 10 });
    expect(memoryOf(world)).toBeLessThan(100_000);
    // It was hot until that one reading, for all that was known then.
    const told = [49.99, 99.99, 149.99, 199.99].flatMap((at) => [`raised hot ${at}`, 'cleared hot 299']);
    expect(world.story).toEqual(told);
  });

  it('leaves none of its readings to a rule that just asks whether it speaks', () => {
    const world = new World(community(devices), [silent]);
    for (let number = 0; number < 10_000; number++) world.say(number / 100, { temperature: number });
    expect(memoryOf(world)).toBeLessThan(2_000);
    world.pass(99.99 + 600).say(710, { temperature: 1 });
    expect(world.story).toEqual(['raised silent 699.99', 'cleared silent 710']);
  });

  it('is not judged again where its readings are forgotten: what comes again is no news', () => {
    const world = new World(community(devices), [hot]);
    const saySome = (from: number, to: number) => {
      for (let number = from * 100; number < to * 100; number++)
        world.say(number / 100, { temperature: number === 6_000 ? 90 : 20 });
    };
    saySome(0, 200);
    expect(world.story).toEqual(['raised hot 60', 'cleared hot 60.01']);
    world.say(60, { temperature: 90 }, { arrives: 200 });
    world.say(70.005, { temperature: 90 }, { arrives: 200 });
    expect(world.story).toHaveLength(2);
    expect(world.trace('hot', 'd1').slice(-2)).toMatchObject([
      { outcome: 'too-late' },
      { outcome: 'too-late' },
    ]);
    saySome(200, 201);
    world.say(200.505, { temperature: 90 }, { arrives: 201 });
    expect(world.story.slice(2)).toEqual(['raised hot 200.505', 'cleared hot 200.51']);
  });
});
