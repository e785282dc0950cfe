import { describe, expect, it } from 'vitest';
import { flag, type Value } from '#model/reading.ts';
import { RuleEngine } from '#rules/engine/engine.ts';
import { community, rule, type Source, start, World } from '#tests/rules/community.ts';

const task = { title: { zh: '{place} 过热', en: '{place} is hot' }, to: 'grid-worker' };
const hot = (more: Source = {}): Source => rule({ when: 'value > 30', task, ...more });
const world = (...rules: Source[]): World =>
  new World(community([{ id: 'd1', kind: 'environment', resident: 'r-0502' }]), rules);

/** The gateway says it as retained state. */
const state = (seen: World, at: number, values: Record<string, Value>, arrives = at): string => {
  seen.say(at, values, { flags: flag.state, arrives });
  return seen.lastOutcome('r1', 'd1');
};

describe('retained state that says danger', () => {
  it('is told once, with all that a task needs, and raises nothing', () => {
    const seen = world(hot({ levels: [{ when: 'value > 60', severity: 'critical' }] }));
    expect(state(seen, 10, { temperature: 70 })).toContain('to-verify');
    expect(seen.transitions).toStrictEqual([
      {
        type: 'verify',
        rule: 'r1',
        ruleVersion: 1,
        key: 'd1',
        device: 'd1',
        place: 'b3-0502',
        resident: 'r-0502',
        category: 'facilities',
        severity: 'critical',
        lifeSafety: false,
        at: start + 10_000,
        evidence: [{ property: 'temperature', value: 70, at: start + 10_000 }],
        position: 1,
      },
    ]);
    expect(state(seen, 20, { temperature: 71 })).toBe(
      'state-only: retained state of a gateway, history only: known already',
    );
    expect(seen.story).toEqual(['verify r1 10 critical']);
  });

  it('is no news where the newest live reading says it', () => {
    const seen = world(hot({ event: true }));
    seen.say(0, { temperature: 35 });
    expect(state(seen, 10, { temperature: 40 })).toContain('known already');
    expect(seen.story).toEqual(['raised r1 0']);
  });

  it('is no news while the alarm stands, though the newest live reading is between when and clear', () => {
    const seen = world(hot({ clear: 'value < 20' }));
    seen.say(0, { temperature: 35 }).say(5, { temperature: 25 });
    expect(state(seen, 10, { temperature: 40 })).toContain('the alarm stands');
    expect(seen.story).toEqual(['raised r1 0']);
  });

  it('is news where the newest live reading says something else, and does not wait for `for`', () => {
    const seen = world(hot({ for: '10m' }));
    seen.say(0, { temperature: 20 });
    state(seen, 10, { temperature: 40 });
    expect(seen.pass(10_000).story).toEqual(['verify r1 10 major']);
  });

  it.each([
    ['a live reading', 0],
    ['a state', flag.state],
  ])('is news again once %s said otherwise', (_, flags) => {
    const seen = world(hot());
    state(seen, 10, { temperature: 40 });
    seen.say(20, { temperature: 20 }, { flags });
    state(seen, 30, { temperature: 40 });
    state(seen, 40, { temperature: 40 });
    expect(seen.story).toEqual(['verify r1 10 major', 'verify r1 30 major']);
  });

  it('is not over by a reading from before it, and the very same state is never news again', () => {
    const seen = world(hot());
    state(seen, 100, { temperature: 40 });
    seen.say(50, { temperature: 20 }, { arrives: 110 });
    expect(state(seen, 120, { temperature: 40 })).toContain('known already');
    seen.say(130, { temperature: 20 });
    expect(state(seen, 100, { temperature: 40 }, 140)).toContain('known already');
    expect(seen.story).toEqual(['verify r1 100 major']);
  });

  it('is held back by modes and active hours, and told when they are over', () => {
    const seen = world(hot({ unless: ['away'] })).mode('r-0502', 'away');
    expect(state(seen, 10, { temperature: 40 })).toBe('held-back: held back: mode away');
    seen.mode('r-0502', 'away', false);
    state(seen, 20, { temperature: 40 });
    expect(seen.story).toEqual(['verify r1 20 major']);
    const night = world(hot({ 'active-hours': { from: '22:00', to: '06:00' } }));
    expect(state(night, 10, { temperature: 40 })).toContain('outside the active hours');
    expect(night.story).toEqual([]);
  });

  it('is judged for each property, with what the message says beside it', () => {
    const either = hot({ property: ['temperature', 'humidity'], when: "value > 30 && 'battery' in values" });
    const seen = world(either);
    state(seen, 0, { temperature: 40 });
    state(seen, 10, { temperature: 40, battery: 9 });
    state(seen, 20, { temperature: 40, humidity: 50, battery: 9 });
    expect(seen.story).toEqual(['verify r1 10 major', 'verify r1 20 major']);
    expect(seen.transitions.at(-1)).toMatchObject({ evidence: [{ property: 'humidity' }] });
  });

  it('tells nothing of rules without a task or on silence, and says why in the trace', () => {
    const seen = world(rule({ when: 'value > 30' }), rule({ id: 'r2', 'silent-for': '1h', task }));
    expect(state(seen, 0, { temperature: 40 })).toContain('wants no task');
    expect(seen.lastOutcome('r2', 'd1')).toContain('no sign of life');
    expect(state(seen, 1, { temperature: 20 })).toContain('no danger');
    const asks = world(hot({ when: "value > 30 && last('humidity') > 5" }));
    expect(state(asks, 0, { temperature: 40 })).toMatch(/unknown: .*humidity/);
    expect([...seen.story, ...asks.story]).toEqual([]);
  });

  it('changes nothing of what live readings do: no previous, no last, no for', () => {
    const rules = [
      hot({ for: '20s' }),
      hot({ id: 'r2', when: 'value - previous > 4' }),
      hot({ id: 'r3', property: 'humidity', when: "last('temperature') > 30" }),
    ];
    const play = (withState: boolean): readonly string[] => {
      const seen = world(...rules);
      seen.say(0, { temperature: 31 });
      if (withState) state(seen, 10, { temperature: 1 });
      seen.say(21, { temperature: 32 }).say(30, { temperature: 20 });
      if (withState) state(seen, 40, { temperature: 50 });
      seen.say(50, { humidity: 1 }).say(60, { temperature: 21 });
      return seen.story.filter((line) => !line.startsWith('verify'));
    };
    expect(play(true)).toEqual(play(false));
    expect(play(false)).toEqual(['raised r1 20', 'cleared r1 30']);
  });

  it('is known after a restore, and news again after one where it was over', () => {
    const seen = world(hot());
    state(seen, 10, { temperature: 40 });
    const kept = new Map<string, string>();
    const restart = (): void => {
      for (const [key, saved] of seen.engine.takeDirty()) if (saved !== null) kept.set(key, saved);
      seen.engine = new RuleEngine({ configuration: seen.configuration });
      seen.engine.restore(kept);
      seen.use([hot()]);
    };
    restart();
    state(seen, 20, { temperature: 40 });
    expect(seen.story).toEqual(['verify r1 10 major']);
    state(seen, 30, { temperature: 20 });
    restart();
    state(seen, 40, { temperature: 40 });
    expect(seen.story).toEqual(['verify r1 10 major', 'verify r1 40 major']);
  });
});
