import { describe, expect, it } from 'vitest';
import { community, rule, type Source, World } from '#tests/rules/community.ts';

const flat = { kind: 'environment', resident: 'r-0502' };
const world = (...rules: Source[]): World =>
  new World(
    community([
      { id: 'd1', ...flat },
      { id: 'd2', ...flat },
      { id: 'd3', ...flat },
      { id: 'd4', ...flat },
    ]),
    rules,
  );
const hour = 3600;
const neighbour = (device: string, arrives: number) => ({ device, arrives });

/** The humidity goes on being said, so that what was said in the beginning is forgotten. */
function goesOn(seen: World, device = 'd1', humidity = 40): World {
  for (let minutes = 60; minutes <= 75; minutes++) seen.say(minutes * 60, { humidity }, { device });
  return seen;
}

describe('what comes hours late and counts, since its device said nothing after it,', () => {
  it.each([
    ['a window', "max('humidity', '1m') > 60"],
    ['the last reading of another property', "last('humidity') > 60"],
  ])('takes back no alarm that rests on %s that is forgotten', (_, asked) => {
    const seen = world(
      rule({ when: `(value > 50 && ${asked}) || others('motion', true, 'room', '5m') >= 3` }),
    );
    seen.say(0, { temperature: 60, humidity: 80 });
    goesOn(seen).say(-60, { motion: true }, neighbour('d2', 1.5 * hour));
    expect(seen.story).toEqual(['raised r1 0']);
  });

  it('nor one that rests on the reading before', () => {
    const when = "value - previous > 30 || others('motion', true, 'room', '5m') >= 3";
    const seen = world(rule({ when, clear: 'value < 10' }));
    seen.say(-10, { temperature: 20 }).say(0, { temperature: 60 }).say(3600, { temperature: 60 });
    seen.say(-60, { motion: true }, neighbour('d2', 1.5 * hour));
    expect(seen.story).toEqual(['raised r1 0']);
  });

  it('nor one that rests on what neighbours said', () => {
    const seen = world(rule({ when: "value > 50 && others('humidity', 80, 'room', '2m') >= 2" }));
    seen.say(0, { humidity: 80 }, { device: 'd2' }).say(0, { humidity: 80 }, { device: 'd3' });
    seen.say(1, { temperature: 60 });
    goesOn(goesOn(seen, 'd2', 80), 'd3', 80).say(-30, { humidity: 80 }, neighbour('d4', 1.5 * hour));
    expect(seen.story).toEqual(['raised r1 1']);
  });

  it('nor one of its own device, of a rule on several properties', () => {
    const seen = world(
      rule({
        property: ['temperature', 'motion'],
        when: "last('humidity') > 60",
        clear: "last('temperature') < 20",
      }),
    );
    seen.say(0, { temperature: 60, humidity: 80 });
    goesOn(seen).say(-60, { motion: true }, { arrives: 1.5 * hour });
    expect(seen.story).toEqual(['raised r1 0']);
  });

  it('nor one that rests on what neighbours said a day ago', () => {
    const seen = world(
      rule({ when: "value > 50 && others('motion', true, 'room', '20h') >= 2" }),
      rule({ id: 'r2', when: "value > 50 && others('motion', true, 'room', '20h') >= 5" }),
    );
    seen.say(0, { motion: true }, { device: 'd2' }).say(0, { motion: true }, { device: 'd3' });
    seen
      .say(1, { temperature: 60 })
      .pass(90 * hour)
      .mode('b3', 'away');
    seen.say(90 * hour, { temperature: 60 }, { device: 'd4' });
    seen.say(-hour, { motion: true }, neighbour('d4', 91 * hour));
    expect(seen.story).toEqual(['raised r1 1']);
  });

  it('raises nothing under a mode that is forgotten', () => {
    const seen = world(
      rule({ unless: ['away'], when: "value > 50 || others('motion', true, 'room', '5m') >= 3" }),
    );
    seen.mode('r-0502', 'away').say(0, { temperature: 60 });
    for (let days = 1; days <= 3; days++)
      seen
        .pass(days * 86_400)
        .mode('r-0502', 'maintenance')
        .mode('r-0502', 'maintenance', false);
    seen
      .mode('r-0502', 'away', false)
      .pass(5 * 86_400)
      .mode('r-0502', 'drill');
    seen.say(-60, { motion: true }, neighbour('d2', 5 * 86_400 + 1));
    expect(seen.story).toEqual([]);
  });

  it('is counted where nothing is forgotten', () => {
    const seen = world(rule({ when: "value > 50 && others('motion', true, 'room', '5m') >= 1" }));
    seen.say(0, { temperature: 60 });
    seen.say(-60, { motion: true }, neighbour('d2', 1.5 * hour));
    expect(seen.story).toEqual(['raised r1 0']);
  });

  it('says what it says with and without a crash', () => {
    const rules = [
      rule({ when: "(value > 50 && last('humidity') > 60) || others('motion', true, 'room', '5m') >= 3" }),
    ];
    const begin = (): World => goesOn(world(...rules).say(0, { temperature: 60, humidity: 80 }));
    const crashed = begin().save().restart(rules);
    const went = begin();
    for (const seen of [crashed, went]) seen.say(-60, { motion: true }, neighbour('d2', 1.5 * hour));
    expect(crashed.story).toEqual(went.story);
  });
});

describe('what a neighbour said, heard very late', () => {
  it.each([100, 140, 150, 160, 170, 180])(
    'changes nothing that is older than the lateness (heard at %d)',
    (arrives) => {
      const own = rule({ when: "others('motion', true, 'building', '30s') >= 1", lateness: '1m' });
      const devices = [
        { id: 'd1', kind: 'environment' },
        { id: 'd2', kind: 'motion' },
      ];
      const world = new World(community(devices), [own]);
      for (let at = 0; at <= arrives; at += 10) world.say(at, { temperature: 20 });
      expect(world.say(5, { motion: true }, { device: 'd2', arrives }).story).toEqual([]);
      const within = arrives - 40;
      expect(world.say(within, { motion: true }, { device: 'd2', arrives }).story.length).toBeGreaterThan(0);
    },
  );
});
