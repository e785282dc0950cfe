import { describe, expect, it } from 'vitest';
import { flag } from '#model/reading.ts';
import { Column } from '#rules/engine/series/column.ts';
import { community, rule, type Source, World } from '#tests/rules/community.ts';

const flat = { kind: 'environment', resident: 'r-0502' };
const devices: readonly Source[] = [
  { id: 'd2', ...flat },
  { id: 'd1', ...flat },
  { id: 'door', kind: 'access-reader', place: 'b3' },
];
const begin = (rules: readonly Source[], list = devices): World => new World(community(list), rules);

const door = { device: 'door' };
const denied = (more: Source = {}): Source =>
  rule({
    property: 'access-result',
    devices: { kind: ['access-reader'] },
    key: { by: 'device', and: 'credential' },
    when: "value == 'denied'",
    ...more,
  });
const use = (credential: string, result = 'denied') => ({ 'access-result': result, credential });

/** The same with and without a crash: `until` is what was saved, `after` what comes. */
function bothWays(
  rules: readonly Source[],
  {
    until,
    after,
    list = devices,
  }: Record<'until' | 'after', (world: World) => World> & { list?: typeof devices },
): readonly [went: World, crashed: World] {
  const crashed = until(begin(rules, list)).save().restart(rules);
  return [after(until(begin(rules, list))), after(crashed)];
}

describe('a crash changes nothing of a part', () => {
  it('that begins anew under the name of one that is over', () => {
    const rules = [denied({ when: "countWhere('access-result', 'denied', '10m') >= 66" })];
    const [went, crashed] = bothWays(rules, {
      until: (world) => {
        for (let index = 0; index < 69; index++) world.say(index, use('c7', 'granted'), door);
        return world.save().say(10_000, use('c7'), door);
      },
      after: (world) => {
        for (let index = 1; index <= 65; index++) world.say(10_000 + index, use('c7'), door);
        return world;
      },
    });
    expect(went.story).toEqual(['raised r1 10065']);
    expect(crashed.story).toEqual(went.story);
  });

  it('whose last reading came too late to be judged, and counts for a window', () => {
    const rules = [
      denied({ when: "countWhere('access-result', 'denied', '2h') >= 3" }),
      rule({ id: 'r2', lateness: '1h', when: 'value > 90' }),
    ];
    const [went, crashed] = bothWays(rules, {
      until: (world) =>
        world
          .say(3000, use('c7'), door)
          .save()
          .say(1000, use('c7'), { ...door, arrives: 3001 }),
      after: (world) => world.say(3002, use('c7'), door),
    });
    expect(went.story).toEqual(['raised r1 3002']);
    expect(crashed.story).toEqual(went.story);
  });

  it('of which retained state said danger', () => {
    const rules = [denied({ task: { to: 'grid-worker', title: 'x' } })];
    const [went, crashed] = bothWays(rules, {
      until: (world) =>
        world
          .say(0, use('c7', 'granted'), door)
          .save()
          .say(10, use('c7'), { ...door, flags: flag.state }),
      after: (world) => world.say(20, use('c7'), { ...door, flags: flag.state }),
    });
    expect(went.story).toEqual(['verify r1 10 major']);
    expect(crashed.story).toEqual(went.story);
  });

  it('whose value is half of a surrogate pair', () => {
    const [went, crashed] = bothWays([denied()], {
      until: (world) => world.say(0, use('a\ud800"\\'), door),
      after: (world) => world.say(1, use('a\ud800"\\', 'granted'), door),
    });
    expect(went.story).toEqual(['raised r1 0', 'cleared r1 1']);
    expect(crashed.story).toEqual(went.story);
  });

  it('when there are more than are told apart: those not heard for longest go first', () => {
    const rules = [denied({ when: "countWhere('access-result', 'denied', '24h') >= 2" })];
    const [went, crashed] = bothWays(rules, {
      until: (world) => {
        for (let index = 0; index < 4_999; index++) world.say(index, use(`c${index}`), door);
        return world.say(5_000, use('c0'), door);
      },
      after: (world) => {
        for (let index = 5_000; index < 5_003; index++) world.say(index + 1, use(`c${index}`), door);
        return world.say(5_010, use('c1'), door).say(5_011, use('c4998'), door);
      },
    });
    expect(went.story).toEqual(['raised r1 5000', 'raised r1 5011']);
    expect(went.alarms.map(({ key }) => key)).toEqual(['door/c0', 'door/c4998']);
    expect(crashed.story).toEqual(went.story);
    expect([...went.save().kept.keys()].filter((key) => / part \S+ \S+ \S+$/.test(key)).length).toBeLessThan(
      2_600,
    );
  });
});

describe('a crash changes nothing of a key', () => {
  it('with rules for different devices', () => {
    const silence = (id: string, device: string): Source =>
      rule({ id, key: 'room', devices: { id: [device] }, silentFor: '10m' });
    const [went, crashed] = bothWays([silence('a', 'd2'), silence('b', 'd1')], {
      until: (world) =>
        world
          .say(0, { temperature: 20 }, { device: 'd1' })
          .say(0, { temperature: 20 }, { device: 'd2' })
          .pass(650),
      after: (world) =>
        world
          .say(300, { temperature: 20 }, { device: 'd1', arrives: 660 })
          .say(310, { temperature: 20 }, { device: 'd2', arrives: 661 })
          .pass(2000),
    });
    expect(went.story).toContain('revised b 660');
    expect(crashed.story).toEqual(went.story);
  });

  it('whose alarm names the device that was heard last', () => {
    const [went, crashed] = bothWays([rule({ key: 'room', silentFor: '10m' })], {
      until: (world) => world.say(0, { temperature: 20 }, { device: 'd1' }).pass(650),
      after: (world) => world.say(500, { temperature: 20 }, { device: 'd2', arrives: 660 }).pass(2000),
    });
    expect(went.alarms.map(({ device }) => device)).toEqual(['d1', 'd2']);
    expect(crashed.alarms).toEqual(went.alarms);
  });

  it('of a resident: modes count where the resident lives, wherever a device was heard', () => {
    const rules = [rule({ key: 'resident', silentFor: '10m', unless: ['away'] })];
    const list = [
      { id: 'd1', ...flat },
      { id: 'd2', ...flat, place: 'b3-u1' },
    ];
    const [went, crashed] = bothWays(rules, {
      list,
      until: (world) =>
        world
          .say(0, { temperature: 20 }, { device: 'd2' })
          .mode('b3-0502', 'away')
          .say(1, { temperature: 20 }, { device: 'd1' }),
      after: (world) => world.pass(1000),
    });
    expect(went.story).toEqual([]);
    expect(crashed.story).toEqual([]);
  });
});

describe('the order in which devices became known', () => {
  it('decides nothing', () => {
    const reversed = devices.toReversed();
    const silence = [rule({ key: 'room', silentFor: '10m' })];
    expect(begin(silence, reversed).pass(0).pass(601).alarms).toEqual(
      begin(silence).pass(0).pass(601).alarms,
    );
    const cleared = (list: typeof devices): unknown => {
      const world = begin([rule({ when: 'value > 50' })], list)
        .say(0, { temperature: 60 }, { device: 'd1' })
        .say(0, { temperature: 60 }, { device: 'd2' });
      world.use([]);
      return world.transitions;
    };
    expect(cleared(reversed)).toEqual(cleared(devices));
  });
});

describe('an alarm that stands', () => {
  const hot = rule({ when: 'value > 50' });

  it('is cleared when its rule becomes one of events, which clear nothing', () => {
    const world = begin([hot]).say(0, { temperature: 60 }, { device: 'd1' });
    world.use([{ ...hot, event: true }], 2);
    expect(world.story).toEqual(['raised r1 0', 'cleared r1 0']);
  });

  it('is cleared with its device while its rule is broken', () => {
    const world = begin([hot]).say(0, { temperature: 60 }, { device: 'd1' });
    world.use([rule({ when: 'value >' })], 2);
    world.remove('device', 'd1');
    expect(world.story).toEqual(['raised r1 0', 'cleared r1 0']);
  });

  it('of a building does not remember whatever happened in it for days', () => {
    const world = begin([{ ...hot, key: 'building' }]).say(0, { temperature: 60 }, { device: 'd1' });
    for (let hour = 1; hour <= 100; hour++)
      world
        .say(hour * 3600, { temperature: 60 }, { device: 'd2' })
        .say(hour * 3600 + 60, { temperature: 20 }, { device: 'd2' });
    const group = [...world.save().kept].find(([key]) => key.startsWith('.group'))?.[1] ?? '';
    expect(group.match(/startedAt/g)?.length).toBeLessThan(30);
    world.say(400_000, { temperature: 20 }, { device: 'd1' });
    expect(world.story).toEqual(['raised r1 0', 'cleared r1 400000']);
  });
});

it('what comes too late corrects nothing that was judged', () => {
  const world = begin([rule({ when: 'value > 50' }), rule({ id: 'r2', lateness: '1h', when: 'value > 90' })])
    .say(0, { temperature: 60 })
    .say(60, { temperature: 20 })
    .say(400, { temperature: 20 })
    .say(0, { temperature: 20 }, { arrives: 401 })
    .say(402, { temperature: 20 });
  expect(world.story).toEqual(['raised r1 0', 'cleared r1 60']);
});

it('what is usual is learned again after the clock was months ahead', () => {
  const day = 86_400;
  const world = begin([rule({ when: "baseline('temperature').n >= 2.0" })])
    .say(0, { temperature: 20 })
    .say(300 * day, { temperature: 20 })
    .say(10, { temperature: 20 })
    .say(20, { temperature: 20 })
    .say(day, { temperature: 20 });
  expect(world.story).toEqual(['raised r1 86400']);
});

describe('after a clock that was ahead', () => {
  const day = 86_400;

  it('a crash does not bring its readings back', () => {
    const rules = [rule({ when: "count('temperature', '1h') >= 3.0" })];
    const [went, crashed] = bothWays(rules, {
      until: (world) => {
        for (let index = 0; index < 200; index++) world.say(day + index * 10, { temperature: 20 });
        return world.save().say(0, { temperature: 20 });
      },
      after: (world) =>
        world.say(3600, { temperature: 20 }).say(3610, { temperature: 20 }).say(3620, { temperature: 20 }),
    });
    expect(crashed.story.slice(1)).toEqual(went.story.slice(1));
    expect(crashed.lastOutcome('r1', 'd1')).toBe(went.lastOutcome('r1', 'd1'));
    expect(crashed.trace('r1', 'd1').at(-1)?.inputs).toEqual(went.trace('r1', 'd1').at(-1)?.inputs);
  });

  it('others count again', () => {
    const world = begin([rule({ when: "others('temperature', 60, 'room', '2m') >= 1.0" })])
      .say(300 * day, { temperature: 20 }, { device: 'd1' })
      .say(0, { temperature: 60 }, { device: 'd2' })
      .say(10, { temperature: 20 }, { device: 'd1' });
    expect(world.story).toEqual(['raised r1 10']);
  });

  it('an alarm of a key that began then is the one that late readings are about', () => {
    const world = begin([rule({ key: 'room', when: 'value > 50', clear: 'value < 10' })])
      .say(day, { temperature: 60 }, { device: 'd1' })
      .say(0, { temperature: 20 }, { device: 'd2' })
      .say(60, { temperature: 20 }, { device: 'd2' })
      .say(80, { temperature: 5 }, { device: 'd2' })
      .say(70, { temperature: 60 }, { device: 'd2', arrives: 90 });
    expect(world.story).toEqual(['raised r1 86400']);
  });
});

it('a message with thousands of invented names is kept without most of them', () => {
  const names = Array.from({ length: 4_000 }, (_, index): [string, number] => [`name-${index}`, index]);
  const world = begin([rule({ when: "value > 50 && 'name-99' in values && !('name-100' in values)" })]);
  for (let index = 0; index < 20; index++)
    world.say(index, { ...Object.fromEntries(names), temperature: 60 }, { device: 'd1' });
  expect(world.story).toEqual(['raised r1 0']);
  expect(world.save().kept.get('d1')?.length).toBeLessThan(100_000);
});

it('sums stay whole numbers however many readings there were', () => {
  const column = new Column((value) => Number(value), []);
  const large = 2 ** 50;
  for (let round = 0; round < 20; round++) {
    for (let index = 0; index < 4; index++) column.push(index === 3 ? 1 : large);
    if (round > 0) column.drop(4);
  }
  expect(column.total(3, 3)).toBe(1);
});

describe('a late reading from before a change of the device, with a newer one known,', () => {
  const move = (seen: World): World =>
    seen.change('device', { id: 'd1', kind: 'environment', place: 'b3-0502', tags: ['moved'] });

  it('ends no alarm', () => {
    const seen = begin([rule({ when: 'value > 50' })]).say(80, { temperature: 60 }, { device: 'd1' });
    move(seen.say(100, { temperature: 60 })).say(90, { temperature: 20 }, { arrives: 110 });
    expect(seen.story).toEqual(['raised r1 80']);
    expect(seen.lastOutcome('r1', 'd1')).toContain('too-late');
    expect(seen.say(120, { temperature: 20 }).story).toEqual(['raised r1 80', 'cleared r1 120']);
  });

  it('does not ease one', () => {
    const levels = [{ when: 'value > 70', severity: 'critical' }];
    const seen = begin([rule({ when: 'value > 50', levels })]).say(80, { temperature: 80 });
    move(seen.say(100, { temperature: 80 })).say(90, { temperature: 60 }, { arrives: 110 });
    expect(seen.story).toEqual(['raised r1 80']);
  });

  it('stops no `for`', () => {
    const seen = begin([rule({ when: 'value > 50', for: '1m' })]).say(80, { temperature: 60 });
    move(seen.say(100, { temperature: 60 })).say(90, { temperature: 20 }, { arrives: 110 });
    expect(seen.pass(140).story).toEqual(['raised r1 140']);
  });

  it('is a danger all the same', () => {
    const seen = begin([rule({ when: 'value > 50' })]).say(80, { temperature: 20 });
    move(seen.say(100, { temperature: 20 })).say(90, { temperature: 60 }, { arrives: 110 });
    expect(seen.story).toEqual(['raised r1 90']);
    expect(seen.say(120, { temperature: 20 }).story).toEqual(['raised r1 90', 'cleared r1 120']);
  });

  it('counts when it is the newest of its property', () => {
    const seen = begin([rule({ property: ['temperature', 'humidity'], when: 'value > 50' })]);
    move(seen.say(80, { temperature: 60 }).say(100, { temperature: 60 }));
    seen.say(90, { humidity: 20 }, { arrives: 110 });
    expect(seen.story).toEqual(['raised r1 80', 'cleared r1 100']);
  });
});
