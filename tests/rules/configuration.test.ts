import { describe, expect, it } from 'vitest';
import { epochMs, type RuleId } from '#model/brand.ts';
import { RuleEngine } from '#rules/engine/engine.ts';
import { community, rule, start, World } from '#tests/rules/community.ts';

const hot = rule({ when: 'value > 30' });
const world = (...rules: Record<string, unknown>[]): World =>
  new World(community([{ id: 'd1', kind: 'environment', tags: ['kitchen'] }]), rules);

describe('selection', () => {
  it.each([
    [{ kind: ['environment'] }, true],
    [{ kind: 'door' }, false],
    [{ place: ['g1'] }, true],
    [{ place: ['b4'] }, false],
    [{ tag: 'kitchen' }, true],
    [{ tag: 'bath' }, false],
    [{ id: ['d1', 'd2'] }, true],
    [{ id: ['d2'] }, false],
    [{ kind: 'environment', tag: 'bath' }, false],
  ])('%j → %s', (devices, isSelected) => {
    const seen = world({ ...hot, devices }).say(0, { temperature: 31 });
    expect(seen.alarms.length).toBe(isSelected ? 1 : 0);
    if (!isSelected) expect(seen.trace('r1', 'd1').at(-1)?.outcome).toBe('not-selected');
  });

  it('follows a device that moves, and clears what it leaves behind', () => {
    const seen = world({ ...hot, devices: { place: ['b3-0502'] } }).say(0, { temperature: 31 });
    seen.pass(10).change('device', { id: 'd1', kind: 'environment', place: 'b3' });
    expect(seen.story).toEqual(['raised r1 0', 'cleared r1 10']);
    seen.change('device', { id: 'd1', kind: 'environment', place: 'b3-0502' }).say(20, { temperature: 31 });
    expect(seen.story.at(-1)).toBe('raised r1 20');
  });

  it('clears the alarms of a device that is deleted', () => {
    const seen = world(hot).say(0, { temperature: 31 }).pass(5).remove('device', 'd1');
    expect(seen.story).toEqual(['raised r1 0', 'cleared r1 5']);
    expect(seen.trace('r1', 'd1').at(-1)?.outcome).toBe('no-device');
  });
});

describe('a set of rules that changes', () => {
  it('keeps the state of a rule that means the same', () => {
    const seen = world(rule({ when: 'value > 30', for: '20s' })).say(0, { temperature: 31 });
    seen.use([rule({ when: 'value > 30', for: '20s', name: 'Hot', severity: 'minor' })], 2);
    expect(seen.pass(20).story).toEqual(['raised r1 20']);
    expect(seen.alarms[0]?.ruleVersion).toBe(2);
  });

  const waiting = {
    when: "value > 30 && 'b3' in place.path",
    for: '60s',
    'clear-for': '2m',
    unless: ['away', 'drill'],
  };
  const hours = {
    'active-hours': { from: '00:00', to: '24:00' },
    levels: [{ when: 'value > 40', severity: 'critical' }],
  };
  it.each([
    [
      'name, severity, task and category',
      { name: 'Hot', severity: 'minor', category: 'comfort', task: { title: 'x', to: 'grid-worker' } },
    ],
    ['the devices chosen', { devices: { kind: ['environment'] } }],
    ['switched on in so many words', { enabled: true, shadow: false }],
    ['lengths written otherwise', { for: '1m', 'clear-for': '120s', lateness: '300s' }],
    [
      'another order of modes and keys',
      { unless: ['drill', 'away'], 'active-hours': { to: '24:00', from: '00:00' } },
    ],
    ['levels with another order of keys', { levels: [{ severity: 'critical', when: 'value>40' }] }],
    ['blanks and lines of a condition', { when: "value>30\n  && 'b3'   in place.path" }],
    ['a list of one property', { property: ['temperature'] }],
  ])('keeps the timer of a rule with %s', (_what, change) => {
    const before = rule({ ...waiting, ...hours });
    const seen = world(before).say(0, { temperature: 31 });
    seen.use([{ ...before, ...change }], 2);
    expect(seen.pass(60).story).toEqual(['raised r1 60']);
  });

  it.each([
    ['another limit', { when: 'value > 29 && true' }],
    ['a blank within a text', { when: "value > 30 && 'b 3' in place.path || value > 30" }],
    ['another length', { for: '61s' }],
    ['another way to be clear', { clear: 'value < 10' }],
    ['other modes', { unless: ['away'] }],
    ['another lateness', { lateness: '6m' }],
    ['other levels', { levels: [] }],
    ['other hours', { 'active-hours': { from: '00:00', to: '23:59' } }],
    ['another key', { key: 'building' }],
    ['another property beside it', { property: ['temperature', 'humidity'] }],
  ])('begins anew with %s', (_what, change) => {
    const before = rule({ ...waiting, ...hours });
    const seen = world(before).say(0, { temperature: 31 });
    seen.use([{ ...before, ...change }], 2);
    expect(seen.engine.status()).toMatchObject([{ valid: true }]);
    expect(seen.pass(60).story).toEqual([]);
    const due = 'for' in change ? 131 : 130;
    expect(seen.say(70, { temperature: 32 }).pass(131).story).toEqual([`raised r1 ${due}`]);
  });

  it('counts what each rule did, also through changes of the set', () => {
    const seen = world(hot, rule({ id: 'r2', when: 'value > 30', shadow: true, unless: ['drill'] }));
    seen
      .say(0, { temperature: 31 })
      .say(10, { temperature: 20 })
      .say(5, { temperature: 21 }, { arrives: 11 });
    seen.say(-400, { temperature: 31 }, { arrives: 12 }).say(13, { 'door-open': true });
    expect(seen.engine.status()).toMatchObject([
      {
        id: 'r1',
        counts: {
          evaluations: 3,
          raised: 1,
          shadowRaised: 0,
          heldBack: 0,
          unknown: 0,
          tooLate: 1,
          lastEvaluatedAt: start + 10_000,
          lastRaisedAt: start,
        },
      },
      { id: 'r2', counts: { evaluations: 3, raised: 0, shadowRaised: 1, lastRaisedAt: start } },
    ]);
    expect(seen.alarms.map(({ rule: id }) => id)).toEqual(['r1']);
    seen.mode('b3', 'drill').use([{ ...hot, when: "value > 30 && last('humidity') > 1" }], 2);
    seen.say(20, { temperature: 31 });
    expect(seen.engine.status()).toMatchObject([{ counts: { evaluations: 4, unknown: 1 } }]);
    seen.use([hot, rule({ id: 'r2', when: 'value > 30', unless: ['drill'] })], 3);
    seen.say(30, { temperature: 31 });
    expect(seen.engine.status()).toMatchObject([
      { counts: { evaluations: 5 } },
      { counts: { evaluations: 1, raised: 0, heldBack: 1, lastRaisedAt: null } },
    ]);
  });

  it('lets an alarm stand when its rule changes its meaning, until the new meaning clears it', () => {
    const seen = world(hot).say(0, { temperature: 31 });
    seen.use([rule({ when: 'value > 25' })], 2);
    seen.say(10, { temperature: 28 });
    expect(seen.story).toEqual(['raised r1 0']);
    seen.say(20, { temperature: 20 });
    expect(seen.story).toEqual(['raised r1 0', 'cleared r1 20']);
  });

  it('clears the alarms of a rule that is gone or switched off', () => {
    const gone = world(hot).say(0, { temperature: 31 }).pass(5);
    gone.use([]);
    expect(gone.story).toEqual(['raised r1 0', 'cleared r1 5']);
    const off = world(hot).say(0, { temperature: 31 }).pass(5);
    off.use([{ ...hot, enabled: false }]);
    expect(off.story).toEqual(['raised r1 0', 'cleared r1 5']);
  });

  it('keeps a broken rule visible, the others running, and its alarm standing', () => {
    const seen = world(hot, rule({ id: 'r2', when: 'value > 40' })).say(0, { temperature: 31 });
    seen.use([rule({ when: 'vlaue > 30' }), rule({ id: 'r2', when: 'value > 40' })], 2);
    expect(seen.engine.status()).toMatchObject([
      {
        id: 'r1',
        version: 2,
        valid: false,
        problems: [{ path: 'when', message: 'Unknown variable: vlaue' }],
      },
      { id: 'r2', version: 2, valid: true, problems: [] },
    ]);
    expect(seen.trace('r1', 'd1').at(-1)).toMatchObject({ outcome: 'not-loaded' });
    seen.say(10, { temperature: 41 });
    expect(seen.story).toEqual(['raised r1 0', 'raised r2 10']);
    seen.use([hot, rule({ id: 'r2', when: 'value > 40' })], 3);
    seen.say(20, { temperature: 1 });
    expect(seen.story.slice(2)).toEqual(['cleared r1 20', 'cleared r2 20']);
  });
});

describe('what others ask of the engine', () => {
  it('gives the order of a rule', () => {
    const task = {
      title: 'Hot',
      to: 'grid-worker',
      'accept-within': '60s',
      escalate: [{ after: '2m', to: 'grid-leader' }],
    };
    const { engine } = world({ ...hot, name: '高温', task });
    expect(engine.order('r1' as RuleId)).toMatchObject({
      category: 'facilities',
      severity: 'major',
      lifeSafety: false,
      name: { zh: '高温', en: '高温' },
      order: {
        to: 'grid-worker',
        acceptWithinMs: 60_000,
        escalate: [{ afterMs: 120_000, to: 'grid-leader' }],
      },
    });
    expect(engine.order('nothing' as RuleId)).toBeUndefined();
  });

  it('names the next timer', () => {
    const seen = world(rule({ when: 'value > 30', for: '20s' }));
    expect(seen.engine.nextDue()).toBeUndefined();
    seen.say(0, { temperature: 31 });
    expect(seen.engine.nextDue()).toBe(epochMs(start + 20_000));
    seen.say(5, { temperature: 1 });
    expect(seen.engine.nextDue()).toBeUndefined();
  });

  it('names the next `for`, but none that a mode would hold back for ever', () => {
    const seen = world(rule({ when: 'value > 30', for: '20s', unless: ['drill'] })).say(0, {
      temperature: 31,
    });
    expect(seen.engine.nextHoldDue()).toBe(epochMs(start + 20_000));
    seen.mode('b3', 'drill');
    expect(seen.engine.nextHoldDue()).toBeUndefined();
  });

  it('traces no more than the last fifty evaluations', () => {
    const seen = world(hot);
    for (let at = 0; at < 120; at++) seen.say(at, { temperature: at });
    const trace = seen.trace('r1', 'd1');
    expect(trace.length).toBe(50);
    expect(trace[0]).toMatchObject({ at: start + 70_000, inputs: { temperature: 70 }, outcome: 'active' });
  });

  it('keeps alarms and timers through a restart whose rules come before the devices', () => {
    const seen = world(hot, rule({ id: 'r2', when: 'value > 30', for: '1m' })).say(0, { temperature: 31 });
    const kept = [...seen.engine.takeDirty()].flatMap(([key, state]) =>
      state === null ? [] : [[key, state] as const],
    );
    expect([...seen.engine.takeDirty()].map(([key]) => key)).toEqual(['.engine']);
    const later = new RuleEngine({ configuration: seen.configuration });
    later.restore(kept);
    expect(later.configurationChanged()).toEqual([]);
    later.setRules(
      [hot, rule({ id: 'r2', when: 'value > 30', for: '1m' })].map((source) => ({
        id: String(source['id']),
        version: 1,
        source,
      })),
    );
    seen.engine = later;
    seen.say(30, { temperature: 31 }).pass(60).say(70, { temperature: 1 });
    expect(seen.story).toEqual(['raised r1 0', 'raised r2 60', 'cleared r1 70', 'cleared r2 70']);
  });

  it('reads what a condition asks of device, place and resident', () => {
    const devices = [{ id: 'd1', kind: 'wearable', resident: 'r-0502', tags: ['left-arm'] }];
    const text = `value > 100 && device.kind == 'wearable' && 'left-arm' in device.tags && place.kind == 'room'
      && 'g1' in place.path && resident.livesAlone && resident.age == 85`;
    const seen = new World(community(devices), [rule({ property: 'heart-rate', when: text })]);
    seen.say(0, { 'heart-rate': 120 });
    expect(seen.alarms[0]).toMatchObject({ resident: 'r-0502' });
  });

  it.each([
    ['one limit of their own', { 'heart-rate': { low: 45 } }, 44, 46],
    ['another limit only', { 'heart-rate': { high: 120 } }, 40, 41],
    ['limits for something else', { spo2: { low: 85 } }, 40, 41],
    ['no limits', undefined, 40, 41],
  ])('falls back on the rule where a person has %s', (_what, limits, alarming, fine) => {
    const when = `value <= ('heart-rate' in resident.limits && 'low' in resident.limits['heart-rate']
      ? resident.limits['heart-rate'].low : 40)`;
    const devices = [{ id: 'd1', kind: 'wearable', resident: 'r-1' }];
    const seen = new World(community(devices), [rule({ property: 'heart-rate', when })]);
    seen.change('resident', { id: 'r-1', place: 'b3-0502', ...(limits && { limits }) });
    seen.say(0, { 'heart-rate': alarming }).say(1, { 'heart-rate': fine });
    expect(seen.story).toEqual(['raised r1 0', 'cleared r1 1']);
  });
});

describe('what is kept of rules', () => {
  const home = (): World =>
    new World(community([{ id: 'm1', kind: 'motion', resident: 'r-0502' }]), [still(true)]);
  const still = (enabled: boolean): Record<string, unknown> => ({
    id: 'still',
    category: 'elderly-care',
    severity: 'major',
    property: 'motion',
    key: 'resident',
    enabled,
    'silent-for': { state: 'still', usual: 1.5, least: '3h', most: '12h', learn: '7d' },
  });
  const diaryRows = ({ kept }: World): readonly string[] =>
    [...kept.keys()].filter((name) => name.includes('diary day'));

  it('what was learned of a person outlives a rule that is switched off and on again, also across a restart', () => {
    const seen = home().say(0, { motion: true }, { device: 'm1' }).save();
    const written = diaryRows(seen);
    expect(written).toHaveLength(1);
    seen.use([still(false)], 2);
    expect(diaryRows(seen.save())).toEqual(written);
    seen.restart([still(false)], 2).use([still(true)], 3);
    expect(
      diaryRows(
        seen
          .save()
          .restart([still(true)], 3)
          .save(),
      ),
    ).toEqual(written);
  });

  it('nothing that was learned of a person outlives the last rule that asked for it', () => {
    const seen = home().say(0, { motion: true }, { device: 'm1' }).save();
    seen.use([]);
    expect(diaryRows(seen.save())).toEqual([]);
  });

  it('of the alarms of several devices nothing is kept when their rule is gone, also when it went during a restart', () => {
    const groupRows = ({ kept }: World): readonly string[] =>
      [...kept.keys()].filter((name) => name.startsWith('.group'));
    const wide = { ...hot, key: 'room' };
    for (const goes of ['at once', 'in a restart', 'to another key']) {
      const seen = world(wide).say(0, { temperature: 31 }).say(5, { temperature: 20 }).save();
      expect(groupRows(seen)).toHaveLength(1);
      if (goes === 'at once') seen.use([]);
      else if (goes === 'in a restart') seen.restart([]);
      else seen.use([{ ...hot, key: 'building' }], 2);
      expect(groupRows(seen.save())).toEqual([]);
    }
  });
});
