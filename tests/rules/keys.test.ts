import { describe, expect, it } from 'vitest';
import { community, rule, type Source, World } from '#tests/rules/community.ts';

const flat = { kind: 'environment', resident: 'r-0502' };
const devices: readonly Source[] = [
  { id: 'd1', ...flat },
  { id: 'd2', ...flat },
  { id: 'd3', kind: 'environment', place: 'b3' },
  { id: 'door', kind: 'access-reader', place: 'b3' },
  { id: 'out', kind: 'environment', place: 'g1' },
];
const begin = (...rules: readonly Source[]): World => new World(community(devices), rules);
const keys = (world: World): readonly string[] => world.alarms.map(({ device, key }) => `${key} ${device}`);

describe('one alarm for several devices', () => {
  it('stands while any of them does', () => {
    const world = begin(rule({ key: 'building', when: 'value > 50' }))
      .say(0, { temperature: 60 }, { device: 'd1' })
      .say(10, { temperature: 60 }, { device: 'd3' })
      .say(20, { temperature: 20 }, { device: 'd1' })
      .say(30, { temperature: 20 }, { device: 'd3' });
    expect(world.story).toEqual(['raised r1 0', 'cleared r1 30']);
    expect(keys(world)).toEqual(['b3 d1']);
  });

  it('is as severe as the most severe that stands', () => {
    const levels = [{ when: 'value > 70', severity: 'critical' }];
    const world = begin(rule({ key: 'room', when: 'value > 50', levels }))
      .say(0, { temperature: 60 }, { device: 'd1' })
      .say(10, { temperature: 80 }, { device: 'd2' })
      .say(20, { temperature: 60 }, { device: 'd2' })
      .say(30, { temperature: 80 }, { device: 'd1' })
      .say(40, { temperature: 20 }, { device: 'd1' });
    expect(world.story).toEqual([
      'raised r1 0',
      'severity r1 10 critical',
      'severity r1 20 major',
      'severity r1 30 critical',
      'severity r1 40 major',
    ]);
  });

  it('is not for a device without such a place, and says so', () => {
    const world = begin(rule({ key: 'building', when: 'value > 50' })).say(
      0,
      { temperature: 60 },
      { device: 'out' },
    );
    expect(world.story).toEqual([]);
    expect(world.lastOutcome('r1', 'out')).toMatch(/^not-selected: .*no building/);
  });

  it('stays over a crash', () => {
    const source = rule({ key: 'building', when: 'value > 50' });
    const world = begin(source)
      .say(0, { temperature: 60 }, { device: 'd1' })
      .say(5, { temperature: 60 }, { device: 'd3' })
      .save()
      .restart([source])
      .say(10, { temperature: 20 }, { device: 'd1' });
    expect(world.story).toEqual(['raised r1 0']);
    world.say(20, { temperature: 20 }, { device: 'd3' });
    expect(world.story).toEqual(['raised r1 0', 'cleared r1 20']);
  });

  it('is revised when a late reading proves that none of them had one', () => {
    const world = begin(rule({ key: 'building', when: 'value > 50', for: '30s' }))
      .say(0, { temperature: 60 }, { device: 'd1' })
      .pass(40)
      .say(10, { temperature: 20 }, { device: 'd1', arrives: 41 });
    expect(world.story).toEqual(['raised r1 30', 'cleared r1 41', 'revised r1 41']);
  });

  it('is told of when it was over before the one that stands began', () => {
    const world = begin(rule({ key: 'building', when: 'value > 50' }))
      .say(0, { temperature: 20 }, { device: 'd1' })
      .say(20, { temperature: 20 }, { device: 'd1' })
      .say(30, { temperature: 60 }, { device: 'd3' })
      .say(10, { temperature: 60 }, { device: 'd1', arrives: 40 });
    expect(world.story).toEqual(['raised r1 30', 'raised r1 10', 'cleared r1 20']);
  });

  it('as an event is taken back when it is corrected', () => {
    const world = begin(rule({ key: 'building', event: true, when: 'value > 50' }))
      .say(0, { temperature: 60 }, { device: 'd1' })
      .say(0, { temperature: 20 }, { device: 'd1', arrives: 5 });
    expect(world.story).toEqual(['raised r1 0', 'revised r1 5']);
  });

  it('ends with the device that is taken away', () => {
    const world = begin(rule({ key: 'building', when: 'value > 50' })).say(
      0,
      { temperature: 60 },
      { device: 'd1' },
    );
    world.remove('device', 'd1');
    expect(world.story.at(-1)).toMatch(/^cleared r1/);
  });
});

describe('a silence of several devices', () => {
  const source = rule({ key: 'resident', property: ['temperature', 'humidity'], 'silent-for': '10m' });

  it('is ended by any of them', () => {
    const world = begin(source)
      .say(0, { temperature: 20 }, { device: 'd1' })
      .say(400, { humidity: 50 }, { device: 'd2' })
      .pass(900)
      .pass(1_001)
      .say(1_100, { temperature: 20 }, { device: 'd1' });
    expect(world.story).toEqual(['raised r1 1000', 'cleared r1 1100']);
    expect(keys(world)).toEqual(['r-0502 d2']);
  });

  it('hears what comes late over a crash', () => {
    const world = begin(source).say(300, { temperature: 20 }, { device: 'd1' }).save().restart([source]);
    world.say(100, { temperature: 20 }, { device: 'd2', arrives: 400 }).pass(899);
    expect(world.story).toEqual([]);
    expect(world.pass(900).story).toEqual(['raised r1 900']);
  });

  it('goes on over a crash', () => {
    const world = begin(source).say(0, { temperature: 20 }, { device: 'd1' }).save().restart([source]);
    world.pass(599).pass(601);
    expect(world.story).toEqual(['raised r1 600']);
  });

  it('is held back while the resident is away', () => {
    const world = begin({ ...source, unless: ['away'] }).say(0, { temperature: 20 }, { device: 'd1' });
    world.mode('r-0502', 'away').pass(700);
    expect(world.story).toEqual([]);
  });
});

describe('an alarm for each value', () => {
  const denials = rule({
    property: 'access-result',
    key: { by: 'device', and: 'credential' },
    when: "value == 'denied' && countWhere('access-result', 'denied', '5m') >= 3",
    clear: "value == 'granted'",
  });
  const say = (world: World, at: number, credential: string | undefined, result = 'denied'): World =>
    world.say(
      at,
      { 'access-result': result, ...(credential === undefined ? {} : { credential }) },
      { device: 'door' },
    );

  it('counts and stands for each by itself', () => {
    const world = begin(denials);
    for (const at of [0, 60, 120]) {
      say(world, at, 'p1');
      say(world, at + 1, at === 0 ? 'p2' : 'p3');
    }
    expect(keys(world)).toEqual(['door/p1 door']);
    say(world, 200, 'p3', 'granted');
    say(world, 210, 'p1', 'granted');
    expect(world.story).toEqual(['raised r1 120', 'cleared r1 210']);
  });

  it('is unknown for a message that does not say which', () => {
    const world = say(begin(denials), 0, undefined);
    expect(world.lastOutcome('r1', 'door')).toBe('unknown: unknown: the message has no credential');
  });

  it('begins to count anew for a message without a value when it was gone meanwhile', () => {
    const seen = rule({
      key: { by: 'device', and: 'credential' },
      property: 'access-result',
      when: "value == 'denied'",
    });
    const world = begin(seen);
    const unknown = (): number | undefined => world.engine.status()[0]?.counts.unknown;
    world.say(0, { 'access-result': 'denied' }, { device: 'door' });
    expect(unknown()).toBe(1);
    world.use([]);
    world.use([seen], 2);
    world.say(1, { 'access-result': 'denied' }, { device: 'door' });
    expect(unknown()).toBe(1);
    expect(world.trace('r1', 'door')).toHaveLength(1);
  });

  it('leaves nothing of a value that was not heard for long', () => {
    const world = begin(denials);
    for (let number = 0; number < 2_000; number++) say(world, number * 10, `p${number}`);
    const kept = [...world.engine.takeDirty()].filter(
      ([key, state]) => key.startsWith('door part') && state !== null,
    );
    expect(kept.length).toBeLessThan(200);
  });
});

describe('others', () => {
  const neighbours = rule({ when: "value > 50 && others('temperature', 60.0, 'building', '2m') >= 1" });

  it('counts other devices of the place that said so lately', () => {
    const world = begin(neighbours)
      .say(0, { temperature: 60 }, { device: 'd1' })
      .say(10, { temperature: 60 }, { device: 'out' })
      .say(121, { temperature: 60 }, { device: 'd1' });
    expect(world.story).toEqual([]);
    world.say(241, { temperature: 60 }, { device: 'd2' });
    expect(world.story).toEqual(['raised r1 241']);
  });

  it('are all there again after a crash', () => {
    const world = begin(neighbours)
      .say(0, { temperature: 20 }, { device: 'd1' })
      .say(10, { temperature: 60 }, { device: 'd3' })
      .save()
      .restart([neighbours])
      .say(20, { temperature: 60 }, { device: 'd1' });
    expect(world.story).toEqual(['raised r1 20']);
  });

  it('judges again when another one said so and it came late', () => {
    const world = begin(neighbours)
      .say(100, { temperature: 60 }, { device: 'd1' })
      .say(130, { temperature: 60 }, { device: 'out' })
      .say(90, { temperature: 60 }, { device: 'd3', arrives: 135 });
    expect(world.story).toEqual(['raised r1 100']);
  });
});

describe('a rule on trial', () => {
  it('raises nothing, and traces what it would have', () => {
    const world = begin(rule({ shadow: true, when: 'value > 50' })).say(0, { temperature: 60 });
    expect(world.story).toEqual([]);
    expect(world.lastOutcome('r1', 'd1')).toBe('raised: the alarm is raised');
    world.use([rule({ when: 'value > 50' })], 2);
    world.say(10, { temperature: 61 });
    expect(world.story).toEqual(['raised r1 10']);
    world.use([rule({ shadow: true, when: 'value > 50' })], 3);
    expect(world.story.at(-1)).toMatch(/^cleared r1/);
  });
});
