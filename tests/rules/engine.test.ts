import { describe, expect, it } from 'vitest';
import { flag } from '#model/reading.ts';
import { community, rule, World } from '#tests/rules/community.ts';

const sensor = { id: 'd1', kind: 'environment' };
const world = (...rules: Record<string, unknown>[]): World => new World(community([sensor]), rules);

describe('a rule with when', () => {
  it('raises when it holds and clears when it does not', () => {
    const seen = world(rule({ when: 'value > 30' }));
    seen.say(0, { temperature: 20 }).say(10, { temperature: 31 }).say(20, { temperature: 32 });
    seen.say(30, { temperature: 20 });
    expect(seen.story).toEqual(['raised r1 10', 'cleared r1 30']);
    const [alarm] = seen.alarms;
    expect(alarm).toMatchObject({
      rule: 'r1',
      ruleVersion: 1,
      key: 'd1',
      device: 'd1',
      place: 'b3-0502',
      severity: 'major',
      state: 'active',
      lifeSafety: false,
      receivedLate: false,
      position: 2,
      evidence: [{ property: 'temperature', value: 31 }],
    });
  });

  it('gives the same alarm the same id, and another one another', () => {
    const play = (): readonly string[] => {
      const seen = world(rule({ when: 'value > 30' }));
      seen.say(0, { temperature: 31 }).say(10, { temperature: 1 }).say(20, { temperature: 31 });
      return seen.alarms.map(({ id }) => id);
    };
    expect(play()).toEqual(play());
    expect(new Set(play()).size).toBe(2);
  });

  it('stands between when and clear', () => {
    const seen = world(rule({ when: 'value > 30', clear: 'value < 25' }));
    seen.say(0, { temperature: 31 }).say(10, { temperature: 28 }).say(20, { temperature: 24 });
    expect(seen.story).toEqual(['raised r1 0', 'cleared r1 20']);
  });

  it('waits for `for` in event time and takes the moment at which it ran out as the beginning', () => {
    const seen = world(rule({ when: 'value > 30', for: '20s' }));
    seen.say(0, { temperature: 31 }).pass(19);
    expect(seen.story).toEqual([]);
    expect(seen.lastOutcome('r1', 'd1')).toContain('waiting');
    seen.pass(25);
    expect(seen.story).toEqual(['raised r1 20']);
    expect(seen.alarms[0]?.position).toBe(3);
  });

  it('forgets a `for` that was interrupted', () => {
    const seen = world(rule({ when: 'value > 30', for: '20s' }));
    seen.say(0, { temperature: 31 }).say(10, { temperature: 20 }).say(15, { temperature: 31 }).pass(34);
    expect(seen.story).toEqual([]);
    seen.pass(35);
    expect(seen.story).toEqual(['raised r1 35']);
  });

  it('fires what fell due between two readings before the later one', () => {
    const seen = world(rule({ when: 'value > 30', for: '20s' }));
    seen.say(0, { temperature: 31 }).say(100, { temperature: 20 });
    expect(seen.story).toEqual(['raised r1 20', 'cleared r1 100']);
  });

  it('takes a reading of the very moment at which `for` runs out for a later one', () => {
    const seen = world(rule({ when: 'value > 30', for: '20s' }));
    seen.say(0, { temperature: 31 }).say(20, { temperature: 20 }, { arrives: 10 });
    expect(seen.story).toEqual(['raised r1 20', 'cleared r1 20']);
  });

  it('clears only after clear-for without interruption', () => {
    const seen = world(rule({ when: 'value > 30', 'clear-for': '2m' }));
    seen.say(0, { temperature: 31 }).say(10, { temperature: 20 }).say(60, { temperature: 31 });
    seen.say(70, { temperature: 20 }).pass(189);
    expect(seen.story).toEqual(['raised r1 0']);
    seen.pass(190);
    expect(seen.story).toEqual(['raised r1 0', 'cleared r1 190']);
  });

  it('moves its severity up and down within one alarm', () => {
    const levels = [{ when: 'value >= 54', severity: 'critical' }];
    const seen = world(rule({ when: 'value > 30', levels }));
    seen.say(0, { temperature: 31 }).say(10, { temperature: 60 }).say(20, { temperature: 61 });
    seen.say(30, { temperature: 40 }).say(40, { temperature: 1 });
    expect(seen.story).toEqual([
      'raised r1 0',
      'severity r1 10 critical',
      'severity r1 30 major',
      'cleared r1 40',
    ]);
  });

  it('takes all values of a message together before it judges', () => {
    const seen = world(rule({ when: "value > 30 && last('humidity') > 80" }));
    seen.say(0, { temperature: 31, humidity: 90 });
    expect(seen.story).toEqual(['raised r1 0']);
    expect(seen.alarms[0]?.evidence.map(({ property }) => property)).toEqual(['temperature', 'humidity']);
  });

  it('is woken by its own device only', () => {
    const two = community([sensor, { id: 'd2', kind: 'environment' }]);
    const seen = new World(two, [rule({ when: 'value > 30' })]);
    seen.say(0, { temperature: 31 }, { device: 'd2' }).say(1, { temperature: 20 });
    expect(seen.story).toEqual(['raised r1 0']);
    expect(seen.alarms[0]?.key).toBe('d2');
  });
});

describe('missing data', () => {
  it('neither fires nor clears, and the trace says what is missing', () => {
    const seen = world(rule({ when: "value > 30 && last('humidity') > 80" }));
    seen.say(0, { temperature: 31 });
    expect(seen.story).toEqual([]);
    expect(seen.lastOutcome('r1', 'd1')).toBe("unknown: unknown: last('humidity')");
    seen.say(1, { humidity: 90 }).say(2, { temperature: 32 });
    expect(seen.story).toEqual(['raised r1 2']);
  });

  it('is false where that alone decides', () => {
    const seen = world(rule({ when: "value > 30 && last('humidity') > 80" }));
    seen.say(0, { temperature: 20 });
    expect(seen.lastOutcome('r1', 'd1')).toBe('quiet: the condition does not hold');
  });

  it('of `clear` does not hide that `when` is false: the `for` stops', () => {
    const seen = world(rule({ when: 'value > 30', clear: "last('humidity') < 50", for: '20s' }));
    seen.say(0, { temperature: 31 }).say(10, { temperature: 20 }).pass(100);
    expect(seen.story).toEqual([]);
  });

  it('of the reading before: the first reading is unknown', () => {
    const seen = world(rule({ when: 'value - previous > 5' }));
    seen.say(0, { temperature: 20 });
    expect(seen.lastOutcome('r1', 'd1')).toBe('unknown: unknown: previous');
    seen.say(1, { temperature: 26 });
    expect(seen.story).toEqual(['raised r1 1']);
  });
});

describe('an event rule', () => {
  it('notifies each press, and a repeat of the same moment is no second press', () => {
    const seen = world(rule({ property: 'sos', when: 'value == true', event: true }));
    seen
      .say(0, { sos: true })
      .say(0, { sos: true }, { arrives: 1 })
      .say(5, { sos: false })
      .say(9, { sos: true });
    expect(seen.story).toEqual(['raised r1 0', 'raised r1 9']);
    expect(seen.alarms[0]).toMatchObject({ state: 'cleared', clearedAt: seen.alarms[0]?.startedAt });
    expect(seen.alarms[0]?.lifeSafety).toBe(true);
  });

  it('hears two presses of which one comes late', () => {
    const seen = world(rule({ property: 'sos', when: 'value == true', event: true }));
    seen.say(10, { sos: true }).say(4, { sos: true }, { arrives: 11 });
    expect(seen.story).toEqual(['raised r1 10', 'raised r1 4']);
  });
});

describe('modes and hours', () => {
  it('a mode holds raising back, not clearing', () => {
    const seen = world(rule({ when: 'value > 30', unless: ['maintenance'] }));
    seen.mode('b3', 'maintenance').say(0, { temperature: 31 });
    expect(seen.story).toEqual([]);
    expect(seen.lastOutcome('r1', 'd1')).toBe('held-back: held back: mode maintenance');
    seen.pass(5).mode('b3', 'maintenance', false).say(10, { temperature: 31 });
    seen.pass(15).mode('b3', 'maintenance').say(20, { temperature: 20 });
    expect(seen.story).toEqual(['raised r1 10', 'cleared r1 20']);
  });

  it('no mode holds life safety back', () => {
    const devices = [{ id: 'd1', kind: 'smoke-detector' }];
    const seen = new World(community(devices), [
      rule({ property: 'smoke', when: 'value == true', unless: ['maintenance'] }),
    ]);
    seen.mode('b3', 'maintenance').say(0, { smoke: true });
    expect(seen.story).toEqual(['raised r1 0']);
  });

  it('asks again after another `for` when that ran out while it was held back', () => {
    const seen = world(rule({ when: 'value > 30', for: '2m', unless: ['maintenance'] }));
    seen.mode('b3', 'maintenance').say(0, { temperature: 31 }).pass(130);
    seen.mode('b3', 'maintenance', false).pass(500);
    expect(seen.story).toEqual(['raised r1 240']);
  });

  it('raises only in its hours, in the zone of the community', () => {
    const seen = world(rule({ when: 'value > 30', 'active-hours': { from: '13:00', to: '14:00' } }));
    seen.say(0, { temperature: 31 }).say(3599, { temperature: 31 });
    expect(seen.lastOutcome('r1', 'd1')).toBe('held-back: held back: outside the active hours');
    seen.say(3600, { temperature: 31 });
    expect(seen.story).toEqual(['raised r1 3600']);
  });

  it('is raised as severe as its newest reading wants, though a mode held it back', () => {
    const levels = [{ when: 'value > 50', severity: 'critical' }];
    const seen = world(rule({ when: 'value > 30', for: '2m', levels, unless: ['maintenance'] }));
    seen.mode('b3', 'maintenance').say(0, { temperature: 31 }).say(130, { temperature: 60 });
    seen.mode('b3', 'maintenance', false).pass(500);
    expect(seen.story).toEqual(['raised r1 240']);
    expect(seen.alarms[0]?.severity).toBe('critical');
  });

  it('judges a late reading by the modes of its own time', () => {
    const seen = world(rule({ when: 'value > 30', unless: ['maintenance'] }));
    seen.say(0, { temperature: 1 }).say(10, { temperature: 31 }).pass(20).mode('b3', 'maintenance');
    seen.say(5, { temperature: 2 }, { arrives: 30 });
    expect(seen.story).toEqual(['raised r1 10']);
  });
});

describe('late and out of order', () => {
  it('the newest reading counts however late it came', () => {
    const seen = world(rule({ when: 'value > 30' }));
    seen.say(0, { temperature: 31 }, { arrives: 7200, flags: flag.receivedLate });
    expect(seen.story).toEqual(['raised r1 0']);
    expect(seen.alarms[0]?.receivedLate).toBe(true);
  });

  it('one that is older than the newest by more than the lateness is for history only', () => {
    const seen = world(rule({ when: 'value > 30' }));
    seen.say(400, { temperature: 20 }).say(99, { temperature: 31 }, { arrives: 401 });
    expect(seen.story).toEqual([]);
    expect(seen.lastOutcome('r1', 'd1')).toContain('too-late');
  });

  it('raises and clears an alarm that a late reading brings to light', () => {
    const seen = world(rule({ when: 'value > 30' }));
    seen
      .say(0, { temperature: 20 })
      .say(100, { temperature: 20 })
      .say(50, { temperature: 31 }, { arrives: 101 });
    expect(seen.story).toEqual(['raised r1 50', 'cleared r1 100']);
  });

  it('leaves an alarm alone that a late reading confirms', () => {
    const seen = world(rule({ when: 'value > 30', for: '20s' }));
    seen.say(0, { temperature: 31 }).pass(30).say(10, { temperature: 32 }, { arrives: 31 });
    expect(seen.pass(100).story).toEqual(['raised r1 20']);
  });

  it('marks an alarm revised that a late reading proves wrong', () => {
    const seen = world(rule({ when: 'value > 30', for: '20s' }));
    seen.say(0, { temperature: 31 }).say(30, { temperature: 31 });
    expect(seen.story).toEqual(['raised r1 20']);
    seen.say(15, { temperature: 20 }, { arrives: 31 });
    expect(seen.story).toEqual(['raised r1 20', 'cleared r1 31', 'revised r1 31']);
    seen.pass(60);
    expect(seen.story.at(-1)).toBe('raised r1 50');
  });

  it('the last received of two values for one time wins', () => {
    const seen = world(rule({ when: 'value > 30' }));
    seen.say(0, { temperature: 31 }).say(0, { temperature: 20 }, { arrives: 1 });
    expect(seen.story).toEqual(['raised r1 0', 'cleared r1 1', 'revised r1 1']);
  });

  it('a message that corrects another is judged as a whole', () => {
    const seen = world(rule({ when: "value > 30 && 'humidity' in values" }));
    seen.say(0, { temperature: 20, humidity: 50 }).say(0, { temperature: 31, humidity: 50 }, { arrives: 1 });
    expect(seen.story).toEqual(['raised r1 0']);
  });

  it('judges again what looked a late reading up', () => {
    const seen = world(rule({ when: "value > 30 && last('humidity') > 80" }));
    seen.say(0, { humidity: 50 }).say(100, { temperature: 31 });
    seen.say(90, { humidity: 90 }, { arrives: 110 });
    expect(seen.story).toEqual(['raised r1 100']);
  });

  it('a device may be behind with one property and not with another', () => {
    const seen = world(rule({ when: 'value > 30', for: '20s' }));
    seen.say(1000, { humidity: 50 }).say(0, { temperature: 31 }, { arrives: 1001 });
    seen.say(30, { temperature: 31 }, { arrives: 1002 });
    expect(seen.story).toEqual(['raised r1 20']);
  });

  it('retained state raises nothing', () => {
    const seen = world(rule({ when: 'value > 30' }));
    seen.say(0, { temperature: 31 }, { flags: flag.state });
    expect(seen.story).toEqual([]);
    expect(seen.lastOutcome('r1', 'd1')).toContain('state-only');
  });
});
