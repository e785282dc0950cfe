import { describe, expect, it } from 'vitest';
import { checkRules } from '#rules/language/check-rules.ts';
import { readRuleDocument } from '#rules/language/rule-document.ts';
import { community, rule, World } from '#tests/rules/community.ts';
import { cpuMsOf, slowness } from '#tests/support/slowness.ts';

describe('much at once', () => {
  it('a start with thousands of devices and of values that one of them told apart takes moments', () => {
    const devices = Array.from({ length: 3_000 }, (_, index) => ({ id: `d${index}`, kind: 'camera' }));
    const key = { by: 'device', and: 'object-class' };
    const rules = [
      rule({ id: 'seen', property: 'people-count', key, when: "count('people-count', '24h') > 2" }),
    ];
    const world = new World(community(devices), rules);
    for (let index = 0; index < 6_000; index++)
      world.say(index / 100, { 'people-count': 1, 'object-class': `v${index}` }, { device: 'd2999' });
    world.save();
    const took = cpuMsOf(() => {
      world.restart(rules);
    });
    // 0.2 s; 9 s when each device looks through all that was kept.
    expect(took).toBeLessThan(3_000 * slowness());
    for (const at of [61, 62])
      world.say(at, { 'people-count': 1, 'object-class': 'v5999' }, { device: 'd2999' });
    expect(world.story).toEqual(['raised seen 62']);
  });

  it('what a device says late runs no rule again that counts something else of it', () => {
    const devices = ['d1', 'd2', 'd3'].map((id) => ({ id, kind: 'smoke-detector' }));
    const when = "value == true && others('smoke', true, 'community', '2m') >= 2";
    const world = new World(community(devices), [rule({ id: 'fire', property: 'smoke', when })]);
    world.say(10, { smoke: true }, { device: 'd1' }).say(11, { smoke: true }, { device: 'd2' }).save();
    const changed = (smoke: boolean): readonly string[] => {
      world.say(9, { smoke }, { device: 'd3', arrives: 12 });
      const named = [...world.engine.takeDirty()].map(([name]) => name.split(' ')[0] ?? '');
      return [...new Set(named)].filter((name) => name !== '.engine').sort();
    };
    expect(changed(false)).toEqual(['d3']);
    // A correction may be what they counted, or take it back.
    expect(changed(true)).toEqual(['d1', 'd2', 'd3']);
    expect(world.story).toEqual(['raised fire 11']);
    expect(changed(false)).toEqual(['d1', 'd2', 'd3']);
    expect(world.alarms).toHaveLength(1);
    expect(world.story.slice(1)).toEqual(['cleared fire 12', 'revised fire 12']);
  });

  it('what comes late and was said shortly before, too, runs only those again for whom it is news', () => {
    const devices = ['d1', 'd2', 'd3'].map((id) => ({ id, kind: 'smoke-detector' }));
    const when = "value == true && others('smoke', true, 'community', '2m') >= 2";
    const world = new World(community(devices), [rule({ id: 'fire', property: 'smoke', when })]);
    for (const at of [0, 20, 40, 60, 140]) world.say(at, { smoke: true }, { device: 'd1' });
    world.say(139, { smoke: true }, { device: 'd2' });
    world.say(175, { smoke: true }, { device: 'd2' });
    world.say(10, { smoke: true }, { device: 'd3' });
    // It said so at 10: only windows that end after 130 hold this and not that.
    const late = (at: number) => () => world.say(at, { smoke: true }, { device: 'd3', arrives: 178 });
    const changed = (act: () => void): readonly string[] => {
      for (const _ of world.engine.takeDirty());
      act();
      const names = [...world.engine.takeDirty()].map(([name]) => name.split(' ')[0] ?? '');
      return [...new Set(names)].filter((name) => name.startsWith('d')).sort();
    };
    expect(changed(late(25))).toEqual(['d1', 'd2', 'd3']);
    // Between two others that said so within the window: nobody counts it for the first time.
    world.say(60, { smoke: true }, { device: 'd3', arrives: 178 });
    expect(changed(late(50))).toEqual(['d3']);
  });

  it('a rule has at most 16 levels: each is compared with all above it', () => {
    const level = '{ when: value >= 40, severity: major }';
    const text = (count: number): string => `rules:
  - { id: hot, category: facilities, severity: minor, property: temperature, when: value >= 30,
      levels: [${Array(count).fill(level).join(', ')}] }`;
    let problems: ReturnType<typeof checkRules>['problems'] = [];
    const took = cpuMsOf(() => {
      ({ problems } = checkRules(text(4_000), { file: 'rules.yaml' }));
    });
    expect(took).toBeLessThan(3_000 * slowness());
    expect(problems.map(({ path, message }) => `${path}: ${message}`)).toEqual([
      'levels: must not have more than 16 items',
    ]);
  });

  it.each([
    ['maps', '? '.repeat(200)],
    ['flow maps', '{'.repeat(2_000)],
    ['a rule with them', `category: other\n${'? '.repeat(200)}\n`],
  ])('a text whose keys are %s in one another is refused in moments', (_, text) => {
    let read: ReturnType<typeof readRuleDocument> | undefined;
    const took = cpuMsOf(() => {
      read = readRuleDocument(text, { mayBeOneRule: true });
    });
    // Each written out for the next around it, 30 of them are more than a text can hold.
    expect(took).toBeLessThan(1_000 * slowness());
    expect(read?.entries).toEqual([]);
    expect(read?.problems[0]?.message).toMatch(/^YAML: /);
  });
});
