import { describe, expect, it } from 'vitest';
import { epochMs } from '#model/brand.ts';
import { flag, type Value } from '#model/reading.ts';
import { RuleEngine } from '#rules/engine/engine.ts';
import { community, observation, rule, type Source, start, World } from '#tests/rules/community.ts';
import { fc } from '#tests/support/properties.ts';

/** So far the wall clock was ahead, seconds. */
const ahead = 3 * 86_400;
const minute = 60;

const world = (...rules: Source[]): World =>
  new World(community([{ id: 'd1', kind: 'smoke-detector' }]), rules);
const smoke = (more: Source = {}): Source => rule({ property: 'smoke', when: 'value == true', ...more });
const silent = (more: Source = {}): Source => rule({ property: 'smoke', 'silent-for': '10m', ...more });

/** Heard at a time of the right clock while the engine's time goes on as it was: only the receipt says so. */
function hear(seen: World, seconds: number, values: Record<string, Value>, flags = 0): void {
  seen.position++;
  seen.transitions.push(...seen.engine.observe(observation({ at: seconds, values, flags }, seen.position)));
}

describe('after the wall clock was ahead once and was set back', () => {
  it('a live reading is judged, not taken for late', () => {
    const seen = world(smoke());
    seen.say(0, { smoke: false }).say(ahead, { smoke: false }).say(60, { smoke: true });
    expect(seen.story).toEqual(['raised r1 60']);
    expect(seen.say(90, { smoke: false }).story).toEqual(['raised r1 60', 'cleared r1 90']);
  });

  it('and one that was measured a moment before it came', () => {
    const seen = world(smoke());
    seen.say(ahead, { smoke: false }).say(58, { smoke: true }, { arrives: 60 });
    expect(seen.story).toEqual(['raised r1 58']);
    seen.say(61, { smoke: false }, { arrives: 62 }).say(70, { smoke: true }).say(80, { smoke: true });
    expect(seen.story).toEqual(['raised r1 58', 'cleared r1 61', 'raised r1 70']);
  });

  it('also when only its receipt tells it', () => {
    const seen = world(smoke());
    seen.say(0, { smoke: false }).say(ahead, { smoke: false });
    hear(seen, 60, { smoke: true });
    hear(seen, 90, { smoke: false });
    expect(seen.story).toEqual(['raised r1 60', 'cleared r1 90']);
  });

  it('a snapshot that was begun before is as of then', () => {
    const rules = [smoke({ for: '20s' }), smoke({ id: 'r2', key: 'building' }), silent({ id: 'r3' })];
    const [quick, slow] = [world(...rules), world(...rules)];
    for (const seen of [quick, slow]) seen.say(ahead, { smoke: false }).say(ahead + 10, { smoke: true });
    const asOfThen = [...quick.engine.takeDirty()];
    const rows = slow.engine.takeDirty();
    slow.pass(60);
    expect([...rows]).toEqual(asOfThen);
    expect(asOfThen.map(([key]) => key)).toEqual([
      '.engine',
      'd1',
      expect.stringMatching(/^\.group loud r2 /),
    ]);
    // What was set back is written next.
    expect([...slow.engine.takeDirty()].map(([key]) => key)).toEqual(asOfThen.map(([key]) => key));
  });

  it('an alarm of that time stands, once, until it is over', () => {
    const seen = world(smoke());
    seen.say(ahead, { smoke: true }).say(60, { smoke: true }).say(70, { smoke: true });
    expect(seen.story).toEqual([`raised r1 ${ahead}`]);
    seen.say(80, { smoke: false }).say(90, { smoke: true });
    expect(seen.story.slice(1)).toEqual(['cleared r1 80', 'raised r1 90']);
  });

  it.each([
    ['by the time that is told', true],
    ['by the receipt alone', false],
  ])('`for` and `clear-for` end in their own length from now: %s', (_, isTold) => {
    const seen = world(smoke({ for: '20s', 'clear-for': '2m' }));
    const say = (seconds: number, value: boolean): unknown =>
      isTold ? seen.say(seconds, { smoke: value }) : hear(seen, seconds, { smoke: value });
    seen.say(ahead, { smoke: true });
    say(60, true);
    say(79, true);
    expect(seen.story).toEqual([]);
    say(80, true);
    expect(seen.story).toEqual(['raised r1 80']);
    const cleared = world(smoke({ 'clear-for': '2m' }));
    cleared
      .say(ahead - 9, { smoke: true })
      .say(ahead, { smoke: false })
      .pass(60)
      .pass(179);
    expect(cleared.story).toHaveLength(1);
    expect(cleared.pass(180).story.slice(1)).toEqual(['cleared r1 180']);
  });

  it('a timer that was set before the clock was ahead runs out when it was to', () => {
    const seen = world(smoke({ for: '2h' }));
    seen.say(0, { smoke: true }).pass(3600).pass(60);
    expect(seen.pass(7199).story).toEqual([]);
    expect(seen.pass(7200).story).toEqual(['raised r1 7200']);
  });

  it('silence counts from now, and one that was told is over when the device speaks', () => {
    const seen = world(silent());
    seen.say(ahead, { smoke: false }).pass(60).pass(659);
    expect(seen.story).toEqual([]);
    seen.pass(660).say(700, { smoke: false });
    expect(seen.story).toEqual(['raised r1 660', 'cleared r1 700']);
    const told = world(silent());
    told.say(0, { smoke: false }).pass(ahead).pass(60).say(90, { smoke: false }).pass(689);
    expect(told.story).toEqual(['raised r1 600', 'cleared r1 90']);
    expect(told.pass(690).story.slice(2)).toEqual(['raised r1 690']);
  });

  it('a device that never spoke is silent in its time', () => {
    const seen = world(silent()).pass(ahead).pass(60).pass(659);
    expect(seen.story).toEqual([]);
    expect(seen.pass(660).story).toEqual(['raised r1 660']);
  });

  it('a downtime that ended in the future does not hold silence back', () => {
    const seen = world(silent()).say(0, { smoke: false });
    seen.engine.downtime(epochMs(start + 60_000), epochMs(start + ahead * 1000));
    seen.pass(ahead).pass(120).say(180, { smoke: false });
    expect(seen.pass(779).story).toEqual([]);
    expect(seen.pass(780).story).toEqual(['raised r1 780']);
  });

  it('what was said last is still known', () => {
    const seen = world(smoke({ when: "value == true && last('test') == false" }));
    seen
      .say(ahead, { test: true })
      .say(ahead + 5, { test: false })
      .say(60, { smoke: true });
    expect(seen.story).toEqual(['raised r1 60']);
  });

  it('late readings find their place again', () => {
    const seen = world(smoke());
    seen.say(ahead, { smoke: false }).say(60, { smoke: false }).say(100, { smoke: false });
    seen.say(80, { smoke: true }, { arrives: 101 });
    expect(seen.story).toEqual(['raised r1 80', 'cleared r1 100']);
  });

  it('a step of at most five minutes sets nothing aside', () => {
    const seen = world(smoke()).say(5 * minute, { smoke: false });
    hear(seen, 0, { smoke: true });
    expect(seen.story).toEqual(['raised r1 0', 'cleared r1 300']);
  });

  it('a late reading takes back no alarm whose `for` ran out before a step of some minutes', () => {
    const seen = world(smoke({ for: '20s' }))
      .say(0, { smoke: true })
      .pass(20);
    seen.pass(-200).say(-1, { smoke: true }, { arrives: -199 });
    expect(seen.story).toEqual(['raised r1 20']);
  });

  it('a late reading is judged by the mode of its own time', () => {
    const seen = new World(community([{ id: 'd1', kind: 'environment' }]), [
      rule({ when: 'value > 50', unless: ['away'] }),
    ]);
    seen.say(0, { temperature: 60 }).pass(100).mode('b3', 'away').pass(99);
    seen.say(-10, { temperature: 20 }, { arrives: 100 });
    expect(seen.story).toEqual(['raised r1 0']);
    seen.say(110, { temperature: 20 }).say(120, { temperature: 60 });
    expect(seen.story).toEqual(['raised r1 0', 'cleared r1 110']);
    expect(seen.lastOutcome('r1', 'd1')).toContain('mode away');
  });

  it('nor does one that was judged before a mode of the minutes that are lived twice', () => {
    const seen = new World(community([{ id: 'd1', kind: 'environment' }]), [
      rule({ when: 'value > 50', unless: ['away'] }),
    ]);
    seen.say(0, { temperature: 60 }).pass(100).mode('b3', 'away').pass(-100);
    seen.say(-10, { temperature: 20 }, { arrives: -5 });
    expect(seen.story).toEqual(['raised r1 0']);
  });

  it('a mode that was set in the future holds from the correction on', () => {
    const seen = new World(community([{ id: 'd1', kind: 'environment' }]), [
      rule({ when: 'value > 50', unless: ['away'] }),
    ]);
    seen.say(0, { temperature: 20 }).pass(ahead).mode('b3', 'away').pass(100);
    expect(seen.say(110, { temperature: 60 }).story).toEqual([]);
    expect(seen.lastOutcome('r1', 'd1')).toContain('mode away');
  });

  it('a rule that was broken meanwhile goes on with the right time', () => {
    const seen = world(smoke({ for: '20s' })).say(ahead, { smoke: true });
    seen.use([smoke({ for: '20s', when: 'nonsense' })]);
    seen.pass(60).use([smoke({ for: '20s' })]);
    expect(seen.pass(80).story).toEqual(['raised r1 80']);
  });

  it('the snapshot goes on from there', () => {
    const seen = world(smoke({ for: '20s' }))
      .say(ahead, { smoke: true })
      .pass(60);
    const engine = new RuleEngine({ configuration: seen.configuration });
    engine.restore(
      [...seen.engine.takeDirty()].flatMap(([key, state]) => (state === null ? [] : [[key, state]])),
    );
    engine.setRules([{ id: 'r1', version: 1, source: smoke({ for: '20s' }) }]);
    expect(engine.nextDue()).toBe(start + 80_000);
  });

  it('one snapshotted while the clock was ahead is put right by the first live reading', () => {
    const seen = world(smoke()).say(ahead, { smoke: false });
    const kept = [...seen.engine.takeDirty()].flatMap(([key, state]) =>
      state === null ? [] : [[key, state] as const],
    );
    seen.engine = new RuleEngine({ configuration: seen.configuration });
    seen.engine.restore(kept);
    seen.use([smoke()]);
    hear(seen, 60, { smoke: true });
    expect(seen.story).toEqual(['raised r1 60']);
  });
});

describe('what says nothing about the clock', () => {
  it('a message that comes out of quarantine was received long ago', () => {
    const seen = world(smoke()).say(ahead, { smoke: true });
    hear(seen, 0, { smoke: false }, flag.replayed);
    expect(seen.story).toEqual([`raised r1 ${ahead}`]);
    expect(seen.lastOutcome('r1', 'd1')).toContain('too-late');
  });

  it('an old reading on the data clock, where received means received now', () => {
    const seen = world(smoke()).say(ahead, { smoke: false });
    seen.say(0, { smoke: true }, { arrives: ahead });
    expect(seen.story).toEqual([]);
    expect(seen.lastOutcome('r1', 'd1')).toContain('too-late');
  });
});

it('law: however the clock jumps, an alarm is told once and cleared once, and the next smoke is told', () => {
  const steps = fc.array(
    fc.record({
      jump: fc.constantFrom(0, 0, 0, 400, 86_400, -400, -90_000),
      value: fc.boolean(),
      isTold: fc.boolean(),
    }),
    { maxLength: 30 },
  );
  fc.assert(
    fc.property(steps, fc.constantFrom('0s', '20s'), (said, hold) => {
      const seen = world(smoke(hold === '0s' ? {} : { for: hold, 'clear-for': '10s' }), silent({ id: 'r2' }));
      let now = 200_000;
      for (const { jump, value, isTold } of said) {
        now += 10 + jump;
        if (isTold) seen.say(now, { smoke: value });
        else hear(seen, now, { smoke: value });
      }
      const later = (value: boolean): unknown => {
        now += 10;
        return seen.say(now, { smoke: value });
      };
      for (let calm = 0; calm < 10; calm++) later(false);
      const open = new Set<string>();
      for (const transition of seen.transitions) {
        if (transition.type === 'raised') {
          expect([...open].filter((id) => id.startsWith(transition.alarm.rule))).toEqual([]);
          open.add(`${transition.alarm.rule} ${transition.alarm.id}`);
        }
        if (transition.type === 'cleared')
          expect(
            [...open].filter((id) => id.endsWith(transition.alarm)).map((id) => open.delete(id)),
          ).toEqual([true]);
      }
      expect([...open]).toEqual([]);
      const before = seen.alarms.length;
      for (let burning = 0; burning < 3; burning++) later(true);
      expect(seen.alarms.slice(before).map(({ rule: name }) => name)).toEqual(['r1']);
    }),
    { numRuns: 300 },
  );
});
