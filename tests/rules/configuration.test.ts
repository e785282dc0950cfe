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
