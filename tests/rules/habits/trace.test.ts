import { describe, expect, it } from 'vitest';
import { community, rule, World } from '#tests/rules/community.ts';

const devices = [{ id: 'hall', kind: 'motion', resident: 'r-0502' }];
const silence = (more: object) =>
  rule({
    property: 'motion',
    key: 'resident',
    'silent-for': { state: 'still', usual: 1.5, least: '1h', learn: '7d', ...more },
  });
/** Somebody who moves in the hall every twenty minutes, for so many days from noon on. */
function livedFor(days: number, source: ReturnType<typeof rule>): World {
  const world = new World(community(devices), [source]);
  for (let at = 0; at < days * 86_400; at += 1_200) {
    world.say(at, { motion: true }, { device: 'hall' });
    world.say(at + 30, { motion: false }, { device: 'hall' });
  }
  return world;
}

describe('the trace of a habit', () => {
  it('says that nothing is known yet, and how long it has lasted', () => {
    const world = livedFor(1, silence({ most: '12h' })).pass(24 * 3_600 + 7_200);
    expect(world.trace('r1', 'hall').at(-1)).toMatchObject({
      outcome: 'quiet',
      reason: 'the condition does not hold: only 0 days are known of this person',
      inputs: { "still('motion'), min": expect.any(Number), "allowed('motion'), min": 720 },
    });
  });

  it('says what is usual, and that it was longer', () => {
    const world = livedFor(10, silence({ usual: 6 }));
    const last = 10 * 86_400 - 1_200;
    world.pass(last + 3_700);
    const before = world.trace('r1', 'hall').at(-1);
    expect(before?.reason).toBe('the condition does not hold: still for no longer than usual');
    expect(before?.inputs["allowed('motion'), min"]).toBeGreaterThanOrEqual(60);
    world.pass(last + 6 * 3_600);
    expect(world.trace('r1', 'hall').find(({ outcome }) => outcome === 'raised')?.reason).toBe(
      'the alarm is raised: still for longer than usual',
    );
  });
});
