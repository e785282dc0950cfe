import { describe, expect, it } from 'vitest';
import { community, rule, World } from '#tests/rules/community.ts';

const rules = [
  rule({ id: 'avg', when: "avg('temperature', '2m') > 26", lateness: '1m' }),
  rule({ id: 'brief', when: 'value > 28', lateness: '1m' }),
  rule({ id: 'held', when: 'value > 24', for: '30s', 'clear-for': '20s', lateness: '1m' }),
  rule({ id: 'hurt', when: "value > 26 && last('humidity') > 50", lateness: '1m' }),
  rule({ id: 'mute', 'silent-for': '25s', lateness: '1m' }),
];

/** Numbers that look like chance and are the same each time. */
function* chances(seed: number): Generator<number> {
  for (let state = seed; ; ) {
    state = (state * 1_103_515_245 + 12_345) % 2 ** 31;
    yield state / 2 ** 31;
  }
}

/** For an hour a reading each ten seconds, now and then a late or a missing one, a restart and a clock that is set back. */
function lived(own: typeof rules, seed: number): World {
  const world = new World(community([{ id: 'd1', kind: 'environment' }]), own);
  const chance = chances(seed);
  const draw = (): number => chance.next().value ?? 0;
  const late: number[] = [];
  for (let at = 0; at < 3_600; at += 10) {
    const temperature = Math.round(200 + 100 * draw()) / 10;
    const dice = draw();
    if (dice < 0.06) late.push(at);
    else if (dice > 0.03)
      world.say(at, dice > 0.9 ? { temperature, humidity: 100 * draw() } : { temperature });
    if (draw() < 0.2) {
      const from = late.shift();
      if (from !== undefined) world.say(from, { temperature: 29 }, { arrives: at });
    }
    if (at === 1_200) world.save().restart(own);
    if (at === 2_400) world.pass(at - 60);
  }
  return world.pass(3_700);
}

const about = (world: World, id: string): readonly string[] =>
  world.story.filter((line) => line.split(' ')[1] === id);

describe('rules that share what the same readings say', () => {
  it.each([1, 2, 3, 4, 5, 6])('say and trace what each alone does, in a long life (%d)', (seed) => {
    const together = lived(rules, seed);
    for (const own of rules) {
      const alone = lived([own], seed);
      const id = String(own['id']);
      expect(about(together, id)).toEqual(alone.story);
      expect(together.trace(id, 'd1')).toEqual(alone.trace(id, 'd1'));
    }
    expect(together.story.length).toBeGreaterThan(50);
  });

  it('of forty on one property each is judged by itself, though few can be calm together', () => {
    const many = Array.from({ length: 40 }, (_, index) =>
      rule({
        id: `many-${index + 10}`,
        when: `value > ${index < 20 ? 40 : 28}`,
        'clear-for': '15s',
        lateness: '1m',
      }),
    );
    const life = (own: typeof rules): World => {
      const world = new World(community([{ id: 'd1', kind: 'environment' }]), own);
      world.say(0, { temperature: 29 }).say(10, { temperature: 20 });
      // Half of the rules have cleared, and now it is known that they should not have.
      return world.pass(40).say(20, { temperature: 29 }, { arrives: 41 });
    };
    const together = life(many);
    for (const own of many) {
      const id = String(own['id']);
      expect(about(together, id)).toEqual(life([own]).story);
      expect(together.trace(id, 'd1')).toEqual(life([own]).trace(id, 'd1'));
    }
  });

  it('a rule that comes later knows nothing of what the others took in before', () => {
    const [brief, later] = [
      rule({ id: 'brief', when: 'value > 28' }),
      rule({ id: 'later', when: 'value > 20' }),
    ];
    const world = new World(community([{ id: 'd1', kind: 'environment' }]), [brief]);
    for (let at = 0; at < 300; at += 10) world.say(at, { temperature: 25 });
    world.use([brief, later]);
    expect(world.trace('later', 'd1')).toEqual([]);
    world.say(300, { temperature: 25 }).say(95, { temperature: 30 }, { arrives: 301 });
    expect(about(world, 'brief')).toEqual(['raised brief 95', 'cleared brief 100']);
    expect(world.trace('later', 'd1').map(({ outcome }) => outcome)).toEqual(['raised', 'raised']);
    world.use([later]);
    world.say(310, { temperature: 10 });
    expect(about(world, 'later').at(-1)).toBe('cleared later 310');
  });
});
