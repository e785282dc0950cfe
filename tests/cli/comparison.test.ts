import { describe, expect, it } from 'vitest';
import { episodesOf, judge } from '../../examples/recordings/comparison.ts';

const points = [false, true, true, false, false, true].map((value, index) => ({ at: index * 1_000, value }));

describe('the truth of a recording', () => {
  it('is the stretches in which it says yes; the last may stay open', () => {
    expect(episodesOf(points)).toEqual([
      { from: 1_000, to: 3_000 },
      { from: 5_000, to: null },
    ]);
  });
});

describe('alarms against the truth', () => {
  const verdict = (...startedAt: number[]) =>
    judge({ device: 'd', rule: 'r' }, episodesOf(points), startedAt);

  it('count where they began; the end of an episode is outside', () => {
    expect(verdict(0, 1_000, 2_500, 3_000)).toMatchObject({ alarms: 4, inTruth: 2, outside: 2, found: 1 });
  });

  it('name how long each found episode waited for its first alarm', () => {
    expect(verdict(2_500, 2_000, 9_000).delaysSeconds).toEqual([1, 4]);
  });

  it('that are missing leave the episodes unfound', () => {
    expect(verdict()).toMatchObject({ alarms: 0, episodes: 2, found: 0, delaysSeconds: [] });
  });
});
