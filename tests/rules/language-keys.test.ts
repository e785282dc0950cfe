import { describe, expect, it } from 'vitest';
import type { ResourceChange } from '#model/command.ts';
import type { Device } from '#model/community.ts';
import { Configuration } from '#model/configuration.ts';
import { whyNotSelected } from '#rules/engine/selection.ts';
import { parseRule } from '#rules/language/check-rules.ts';
import type { Rule } from '#rules/language/rule.ts';

const base = { id: 'x', category: 'facilities', severity: 'minor', property: 'motion' };
const ruleOf = (source: object): Rule => {
  const built = parseRule({ ...base, ...source });
  if ('problems' in built) throw new Error(built.problems.map(({ message }) => message).join('; '));
  return built.rule;
};
const problemsOf = (source: object): readonly string[] => {
  const built = parseRule({ ...base, ...source });
  return 'problems' in built ? built.problems.map(({ path, message }) => `${path}: ${message}`) : [];
};
const restless = { usual: 1.25, least: '25m' };
const habit = { state: 'still', usual: 1.5, least: '3h', most: '12h' };

describe('what a rule lists', () => {
  const many = (count: number): string[] => Array.from({ length: count }, () => 'motion');
  it.each([
    [{ property: many(65) }, /^property: .*64/],
    [{ property: 'x'.repeat(101) }, /^property: .*100/],
    [{ devices: { kind: many(65) } }, /^devices.kind: .*64/],
    [{ devices: { place: many(501) } }, /^devices.place: .*500/],
    [{ devices: { tag: many(65) } }, /^devices.tag: .*64/],
    [{ devices: { id: many(501) } }, /^devices.id: .*500/],
    [{ name: 'x'.repeat(201) }, /^name: .*200/],
    [{ description: { zh: 'x'.repeat(2_001) } }, /^description.zh: .*2000/],
    [{ when: `value ${'|| value '.repeat(500)}` }, /^when: .*4096/],
    [{ unless: Array(5).fill('away') }, /^unless: .*4/],
    [{ task: { title: 'x', to: 'care-staff', skills: many(17) } }, /^task.skills: .*16/],
    [{ task: { title: 'x', to: 'care-staff', checklist: many(51) } }, /^task.checklist: .*50/],
    [
      { task: { title: 'x', to: 'care-staff', escalate: Array(17).fill({ after: '1m', to: 'care-staff' }) } },
      /^task.escalate: .*16/,
    ],
  ])('has a limit, and the reason names it (%#)', (source, message) => {
    expect(problemsOf({ when: 'value', ...source })).toEqual([expect.stringMatching(message)]);
  });
});

describe('the key of a rule', () => {
  it.each([
    [undefined, { kind: 'device' }],
    ['device', { kind: 'device' }],
    ['resident', { kind: 'resident' }],
    ['room', { kind: 'place', scope: 'room' }],
    ['unit', { kind: 'place', scope: 'unit' }],
    ['building', { kind: 'place', scope: 'building' }],
    ['grid', { kind: 'place', scope: 'grid' }],
    ['community', { kind: 'place', scope: 'community' }],
    [
      { by: 'device', and: 'credential' },
      { kind: 'and', property: 'credential' },
    ],
  ])('%j is %j', (key, expected) => {
    expect(ruleOf({ when: 'value', ...(key && { key }) }).key).toEqual(expected);
  });

  it.each([
    [{ by: 'room', and: 'credential' }, 'key.by: must be device'],
    [{ by: 'device', and: 'credentials' }, "key.and: unknown property 'credentials'"],
    ['planet', 'key: must be one of device, resident, room, unit, building, grid, community'],
  ])('%j is refused', (key, message) => {
    expect(problemsOf({ when: 'value', key })).toEqual([expect.stringContaining(message)]);
  });

  it('is not told by values when the rule waits for silence', () => {
    expect(problemsOf({ silentFor: '1h', key: { by: 'device', and: 'credential' } })).toEqual([
      "key: 'silent-for' has no meaning for each value: nobody knows which are to come",
    ]);
  });
});

it.each(['room', 'resident'])('silent-for: expected is for devices, not for each %s', (key) => {
  expect(problemsOf({ silentFor: 'expected', key })).toEqual([
    "silentFor: 'expected' goes by the expect-every of one device: it needs 'key: device'",
  ]);
  expect(problemsOf({ silentFor: 'auto', key })).toEqual([]);
});

describe('the habits of residents', () => {
  it('are read with a week to learn', () => {
    expect(ruleOf({ key: 'resident', silentFor: habit }).trigger).toEqual({
      kind: 'habit',
      state: 'still',
      usual: 1.5,
      leastMs: 3 * 3_600_000,
      mostMs: 12 * 3_600_000,
      learnMs: 7 * 86_400_000,
    });
    expect(ruleOf({ key: 'resident', silentFor: { ...habit, learn: '14d' } }).trigger).toMatchObject({
      learnMs: 14 * 86_400_000,
    });
  });

  it.each([
    [{ key: 'room', silentFor: habit }, "silentFor: a person's habits need 'key: resident'"],
    [{ silentFor: habit }, "silentFor: a person's habits need 'key: resident'"],
    [
      { key: 'resident', silentFor: { ...habit, least: '13h' } },
      "silentFor.least: 'least' (13h) is longer than 'most' (12h)",
    ],
    [
      { key: 'resident', silentFor: { ...habit, state: 'awake' } },
      'silentFor.state: must be one of still, asleep, away, bathroom',
    ],
    [{ key: 'resident', silentFor: { ...habit, usual: 0.5 } }, 'silentFor.usual: must be >= 1'],
    [{ key: 'resident', silentFor: { ...habit, learn: '2h' } }, 'silentFor.learn: impossible duration'],
    [{ key: 'resident', silentFor: { ...habit, often: 3 } }, "silentFor.often: unknown key 'often'"],
    [{ key: 'resident', silentFor: { state: 'still' } }, "silentFor: 'usual', 'least' is missing"],
    [{ key: 'resident', restlessFor: { ...restless, most: '1h' } }, "restlessFor.most: unknown key 'most'"],
    [{ restlessFor: restless }, "restlessFor: a person's habits need 'key: resident'"],
    [
      { key: 'resident', restlessFor: restless, when: 'value' },
      "when: 'when' has no meaning with 'restless-for'",
    ],
    [
      { key: 'resident', property: '*', silentFor: habit },
      "property: a person's habits are learned from named",
    ],
    [
      { key: 'resident', silentFor: habit, when: 'value' },
      "when: 'when' and 'silent-for' exclude each other",
    ],
    [{ silentFor: '5 minutes' }, 'silentFor: must be a duration such as 90s, 2m, 12h'],
  ])('%j is refused', (source, message) => {
    expect(problemsOf(source)).toEqual([expect.stringContaining(message)]);
  });
});

describe('other keys', () => {
  it('shadow and residents are read', () => {
    expect(ruleOf({ when: 'value' })).toMatchObject({ shadow: false, selection: { livesAlone: null } });
    expect(ruleOf({ when: 'value', shadow: true, residents: { 'lives-alone': true } })).toMatchObject({
      shadow: true,
      selection: { livesAlone: true },
    });
    expect(problemsOf({ when: 'value', residents: { 'live-alone': true } })).toEqual([
      "residents.liveAlone: unknown key 'live-alone'",
    ]);
  });
});

describe('the meaning of a rule', () => {
  const meaning = (source: object): string => ruleOf(source).meaning;
  const state = { when: 'value' };

  it.each([
    { name: 'another name' },
    { severity: 'major' },
    { shadow: true },
    { residents: { livesAlone: true } },
    { devices: { kind: 'motion' } },
    { task: { title: 'x', to: 'care-staff' } },
  ])('is the same with %j', (change) => {
    expect(meaning({ ...state, ...change })).toBe(meaning(state));
  });

  it.each([
    { key: 'room' },
    { key: { by: 'device', and: 'credential' } },
    { for: '3s' },
    { clear: 'value == false' },
    { lateness: '1m' },
    { unless: ['away'] },
    { property: ['motion', 'occupancy'] },
  ])('is another with %j', (change) => {
    expect(meaning({ ...state, ...change })).not.toBe(meaning(state));
  });

  it('does not depend on the order of keys', () => {
    const { most, ...rest } = habit;
    expect(meaning({ key: 'resident', silentFor: { most, ...rest } })).toBe(
      meaning({ key: 'resident', silentFor: habit }),
    );
    expect(meaning({ key: 'resident', silentFor: { ...habit, most: '11h' } })).not.toBe(
      meaning({ key: 'resident', silentFor: habit }),
    );
    expect(meaning({ ...state, key: { and: 'credential', by: 'device' } })).toBe(
      meaning({ ...state, key: { by: 'device', and: 'credential' } }),
    );
  });
});

describe('which devices a rule is for', () => {
  const configuration = new Configuration();
  const put = (resource: string, body: { id: string; [key: string]: unknown }): void =>
    configuration.apply({ op: 'put', resource, id: body.id, body } as unknown as ResourceChange);
  put('community', { id: 'c1' });
  put('place', { id: 'b1', kind: 'building', parent: 'c1' });
  put('place', { id: 'b1-101', kind: 'room', parent: 'b1' });
  put('resident', { id: 'alone', place: 'b1-101', livesAlone: true });
  put('resident', { id: 'couple', place: 'b1-101', livesAlone: false });
  put('resident', { id: 'newcomer', place: 'b1-101' });
  const why = (source: object, device: object): string | null =>
    whyNotSelected(
      ruleOf({ when: 'value', ...source }),
      { id: 'd1', kind: 'motion', place: 'b1-101', ...device } as Device,
      configuration,
    );
  const alone = { residents: { livesAlone: true } };

  it.each([
    [alone, { resident: 'alone' }, null],
    [alone, { resident: 'couple' }, 'the rule is for residents who live alone; couple does not'],
    [
      alone,
      { resident: 'newcomer' },
      'the rule is for residents who live alone; of newcomer that is not known',
    ],
    [alone, {}, 'the rule is for residents who live alone; the device has no resident'],
    [{ residents: { livesAlone: false } }, { resident: 'couple' }, null],
    [
      { residents: { livesAlone: false } },
      { resident: 'alone' },
      'the rule is for residents who do not live alone; alone does',
    ],
    [{ key: 'resident' }, { resident: 'newcomer' }, null],
    [{ key: 'resident' }, {}, 'the rule has one alarm for each resident; the device has no resident'],
    [{ key: 'room' }, {}, null],
    [
      { key: 'room' },
      { place: 'b1' },
      'the rule has one alarm for each room; there is no room at or above b1',
    ],
    [{ key: 'building' }, {}, null],
    [{ key: 'grid' }, {}, 'the rule has one alarm for each grid; there is no grid at or above b1-101'],
    [{ key: 'community' }, {}, null],
  ])('%j and a device of %j: %s', (source, device, reason) => {
    expect(why(source, device)).toBe(reason);
  });
});
