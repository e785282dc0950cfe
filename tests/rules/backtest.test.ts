import { describe, expect, it } from 'vitest';
import { type DeviceId, epochMs, hour, type PlaceId } from '#model/brand.ts';
import { compare } from '#rules/backtest/compare.ts';
import type { Episode } from '#rules/backtest/episodes.ts';
import { wantedOf } from '#rules/backtest/wanted.ts';
import { warmUpMs } from '#rules/backtest/warm-up.ts';
import { Work } from '#rules/backtest/work.ts';
import { parseRule } from '#rules/language/check-rules.ts';
import type { Rule } from '#rules/language/rule.ts';
import { community, type Source, start } from '#tests/rules/community.ts';

const minute = 60_000;
const day = 24 * hour;

const ruleOf = (more: Source): Rule => {
  const built = parseRule({ id: 'r', category: 'c', severity: 'minor', property: 'temperature', ...more });
  if ('problems' in built) throw new Error(JSON.stringify(built.problems));
  return built.rule;
};
const episode = (key: string, from: number, to: number | null, place = 'b3-0502'): Episode => ({
  key,
  device: key as DeviceId,
  place: place as PlaceId,
  startedAt: epochMs(start + from * minute),
  clearedAt: to === null ? null : epochMs(start + to * minute),
  severity: 'minor',
  receivedLate: false,
  revised: false,
});
const raised = (key: string, from: number, to: number | null) => {
  const { clearedAt, device, startedAt } = episode(key, from, to);
  return {
    id: `${key} ${from}` as never,
    key,
    device,
    startedAt,
    ...(clearedAt === null ? {} : { clearedAt }),
  };
};

describe('what a backtest has to read', () => {
  const configuration = community([
    { id: 't1', kind: 'environment', expectEvery: '2d' },
    { id: 's1', kind: 'smoke-detector' },
  ]);

  it.each([
    ['a plain condition: a day and its lateness', { when: 'value > 30' }, day + 5 * minute],
    [
      'windows and waits, one after the other',
      { when: "avg('temperature', '6h') > 30", for: '1h' },
      day + 7 * hour + 5 * minute,
    ],
    [
      'a baseline: its fourteen days',
      { when: "value > baseline('temperature').mean" },
      16 * day + 5 * minute,
    ],
    ['a silence', { silentFor: '12h' }, day + 12 * hour + 5 * minute],
    ['a silence by the cadence of the slowest device', { silentFor: 'expected' }, 3.1 * day + 5 * minute],
  ])('is as long before as %s', (_, more, length) => {
    expect(warmUpMs(ruleOf(more), configuration)).toBe(length);
  });

  it('are the properties that the rule looks at, of the devices that it is for', () => {
    const wanted = (more: Source) =>
      wantedOf(ruleOf({ devices: { kind: 'environment' }, ...more }), configuration);
    expect(wanted({ when: "value > 30 && last('humidity') > 50" })).toMatchObject({
      selected: 1,
      devices: [{ device: 't1', properties: ['temperature', 'humidity'] }],
    });
    expect(wanted({ when: "values['smoke'] == true" }).devices).toEqual([{ device: 't1', properties: null }]);
    expect(wanted({ property: '*', silentFor: '1h' }).devices).toEqual([{ device: 't1', properties: null }]);
    expect(wanted({ when: "others('smoke', true, 'building', '1m') > 0" }).devices).toEqual([
      { device: 't1', properties: ['temperature', 'smoke'] },
      { device: 's1', properties: ['smoke'] },
    ]);
  });
});

describe('the comparison with what was raised', () => {
  it('pairs alarms of a key that stood at the same moment, or began within a minute', () => {
    const own = [episode('a', 0, 10), episode('a', 30, 31), episode('a', 60, null), episode('b', 0, 10)];
    const then = [
      raised('a', 5, 20),
      raised('a', 31.5, 33),
      raised('a', 45, 50),
      raised('a', 70, null),
      raised('c', 0, 10),
    ];
    const { comparison, same } = compare(own, then);
    expect(comparison).toMatchObject({ raised: 5, same: 3, new: 1, gone: 2 });
    expect([...same].map(({ startedAt }) => (startedAt - start) / minute)).toEqual([0, 30, 60]);
    expect(comparison.goneAlarms.map(({ id }) => id)).toEqual(['a 45', 'c 0']);
  });

  it('takes no alarm for two', () => {
    const { comparison } = compare([episode('a', 0, 5), episode('a', 6, 9)], [raised('a', 0, 20)]);
    expect(comparison).toMatchObject({ raised: 1, same: 1, new: 1, gone: 0 });
  });
});

describe('the work that alarms make', () => {
  const order = (more: Source) => {
    const { task } = ruleOf({ when: 'value > 30', task: { title: 't', to: 'grid-worker', ...more } });
    if (!task) throw new Error('the rule has a task');
    return task;
  };
  const configuration = community([]);
  const of = (more: Source, episodes: readonly Episode[]) => {
    const work = new Work(order(more), configuration);
    return episodes.map((each) => work.take(each));
  };

  it('is one task for a device that comes and goes while somebody is at it', () => {
    const flapping = [
      episode('a', 0, 1),
      episode('a', 30, 31),
      episode('a', 80, 300),
      episode('a', 290, 310),
      episode('a', 400, 401),
    ];
    expect(of({}, flapping)).toEqual(['own', 'joined', 'joined', 'joined', 'own']);
    expect(of({ handleWithin: '10m' }, flapping)).toEqual(['own', 'own', 'own', 'joined', 'own']);
  });

  it('is one task for a building where the rule joins', () => {
    const join = { join: { by: 'building', within: '10m' } };
    const around = [episode('a', 0, 1), episode('b', 9, 10), episode('c', 18, 19), episode('d', 40, 41)];
    expect(of(join, around)).toEqual(['own', 'joined', 'joined', 'own']);
    expect(of({}, around)).toEqual(['own', 'own', 'own', 'own']);
    expect(of(join, [episode('a', 0, 1), episode('b', 1, 2, 'g1')])).toEqual(['own', 'own']);
  });
});
