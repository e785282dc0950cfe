import { describe, expect, it } from 'vitest';
import { community, rule, World } from '#tests/rules/community.ts';

const rules = [
  rule({ id: 'hot', when: 'value > 40', for: '20s', lateness: '10m' }),
  rule({ id: 'hotter', when: 'value > 60', lateness: '10m' }),
];
const world = () => new World(community([{ id: 'd1', kind: 'environment' }]), rules);

/** The device speaks each second in [from, to). */
function speak(seen: World, from: number, to: number): World {
  for (let second = from; second < to; second++) seen.say(second, { temperature: second % 30 });
  return seen;
}

const names = (seen: World): readonly string[] =>
  [...seen.kept.keys()].filter((key) => key.startsWith('d1 log ')).sort();
/** The oldest and the newest piece of one log, by number. */
function span(seen: World): readonly [first: number, last: number] {
  const pieces = names(seen).map((name) => Number(name.split(' ')[3]));
  return [Math.min(...pieces), Math.max(...pieces)];
}

describe('what a device said lately', () => {
  it('rests in the text of the device while it is little', () => {
    const seen = speak(world(), 0, 100).save();
    expect(names(seen)).toEqual([]);
    expect(seen.kept.get('d1')?.length).toBeGreaterThan(100 * 30);
  });

  it('rests in pieces when it is much: of these only those that changed are written', () => {
    const seen = speak(world(), 0, 500).save();
    expect(span(seen)).toEqual([0, 7]);
    speak(seen, 500, 501);
    const written = [...seen.engine.takeDirty()];
    expect(written.map(([key]) => key).filter((key) => key.includes(' log '))).toEqual(['d1 log 0 7']);
    const bytes = written.reduce((sum, [, state]) => sum + (state?.length ?? 0), 0);
    expect(bytes).toBeLessThan(8_000);
  });

  it('that came late is written once for all rules that took it in, and what was in its place is gone', () => {
    const seen = speak(world(), 0, 500).save();
    seen.say(200.5, { temperature: 1 }, { arrives: 500 }).save();
    expect(new Set(names(seen).map((name) => name.split(' ')[2]))).toEqual(new Set(['1']));
    expect(span(seen)).toEqual([0, 7]);
  });

  it('leaves no piece behind when it is past the lateness, or the device is gone', () => {
    const seen = speak(world(), 0, 3_000).save();
    speak(seen, 3_000, 4_000).save();
    const [first, last] = span(seen);
    expect(last - first).toBeLessThan(2 * (600 / 64) + 2);
    expect(names(seen)).toHaveLength(last - first + 1);
    seen.configuration.apply({ op: 'delete', resource: 'device', id: 'd1' });
    seen.engine.configurationChanged();
    seen.save();
    expect([...seen.kept.keys()].filter((key) => key.startsWith('d1'))).toEqual([]);
  });

  it('is there after a restart, in pieces of a new name', () => {
    const seen = speak(speak(world(), 0, 300), 340, 700)
      .save()
      .restart(rules);
    for (let second = 305; second < 335; second++)
      seen.say(second, { temperature: 50 }, { arrives: 700 + (second - 305) / 100 });
    expect(seen.story).toEqual(['raised hot 325', 'cleared hot 340']);
    seen.save();
    expect(names(seen).every((name) => name.startsWith('d1 log 1 '))).toBe(true);
  });

  describe('by a rule that shares it with no other', () => {
    const alone = [
      rule({
        id: 'either',
        property: ['temperature', 'humidity'],
        when: 'value > 40',
        for: '30s',
        lateness: '20m',
      }),
    ];
    /** Calm each second up to 318 s, then at 400 s and from 440 s on. */
    const gappy = (): World => {
      const seen = new World(community([{ id: 'd1', kind: 'environment' }]), alone);
      return speak(speak(speak(seen, 0, 319), 400, 401), 440, 700).save();
    };

    it('is in its place after a restart when it came late', () => {
      const seen = gappy();
      seen.say(420, { temperature: 0 }, { arrives: 700 }).save().restart(alone);
      // Until 420 s only.
      seen.say(405, { temperature: 50 }, { arrives: 701 });
      expect(seen.story).toEqual([]);
    });

    it('is written again when it was corrected, also where it is the last of its piece', () => {
      const seen = gappy();
      const values = (piece: number, index: number) =>
        (JSON.parse(seen.kept.get(`d1 log 0 ${piece}`) ?? '') as [number, (readonly unknown[])[]])[1].at(
          index,
        )?.[4];
      expect(values(4, -1)).toEqual([['temperature', 400 % 30]]);
      seen.say(400, { temperature: 50 }, { arrives: 700 }).save();
      expect(seen.story).toEqual(['raised either 430', 'cleared either 440']);
      expect(values(4, -1)).toEqual([]);
      expect(values(5, 0)).toEqual([['temperature', 50]]);
    });
  });
});
