import { describe, expect, it } from 'vitest';
import { fc } from '#tests/support/properties.ts';
import { mostSeries } from '../../dashboards/console/src/charts/series/series-look.ts';
import {
  bucketFor,
  choiceFrom,
  partOf,
  queryOf,
  rangeOf,
  scaled,
  shifted,
} from '../../dashboards/console/src/charts/series/series-range.ts';
import { weekBefore, weekLater } from '../../dashboards/console/src/charts/series/week-before.ts';
import {
  seriesIn,
  suggestionsOf,
  textOf,
  withOrWithout,
  withOrWithoutAll,
} from '../../dashboards/console/src/pages/explorer/chosen-series.ts';

const hour = 3_600_000;
const now = Date.parse('2026-01-01T12:00:00Z');

describe('the time that a chart shows', () => {
  it('ends now, or a little later, where it is a length, and moves on in steps', () => {
    const { from, to } = rangeOf('24h', now + 1);
    expect(to - from).toBe(24 * hour);
    expect(to - now).toBeGreaterThan(0);
    expect(to - now).toBeLessThanOrEqual(180_000);
    expect(rangeOf('24h', now + 60_000)).toEqual({ from, to });
  });

  it('stands in the address and is read from it', () => {
    const own = { from: now - hour, to: now };
    expect(choiceFrom({ ...queryOf(own) }, '24h')).toEqual(own);
    expect(choiceFrom({ ...queryOf('7d') }, '24h')).toBe('7d');
    for (const query of [
      {},
      { range: '5y' },
      { from: 'x', to: 'y' },
      { from: '2026-01-02', to: '2026-01-01' },
    ])
      expect(choiceFrom(query, '24h')).toBe('24h');
  });

  it('is moved and scaled, never beyond now, never to nothing', () => {
    const range = { from: now - 4 * hour, to: now - 2 * hour };
    expect(shifted(range, -1, now)).toEqual({ from: now - 5 * hour, to: now - 3 * hour });
    expect(shifted({ from: now - hour, to: now }, 1, now)).toEqual({ from: now - hour, to: now });
    expect(scaled(range, 0.5, now)).toEqual({ from: now - 3.5 * hour, to: now - 2.5 * hour });
    expect(scaled(range, 4, now)).toEqual({ from: now - 8 * hour, to: now });
    const tiny = scaled({ from: now - 60_000, to: now }, 0.5, now);
    expect(tiny.to - tiny.from).toBe(60_000);
    expect(partOf({ from: now - 10 * hour, to: now }, 50, 60)).toEqual({
      from: now - 5 * hour,
      to: now - 4 * hour,
    });
  });

  it('is read in as many buckets as a screen can show', () => {
    expect(bucketFor({ from: now - hour, to: now }).every).toBe('10s');
    expect(bucketFor({ from: now - 24 * hour, to: now }).every).toBe('5m');
    expect(bucketFor({ from: now - 7 * 24 * hour, to: now }).every).toBe('30m');
    expect(bucketFor({ from: now - 30 * 24 * hour, to: now }).every).toBe('2h');
    expect(bucketFor({ from: now - 365 * 24 * hour, to: now }).every).toBe('1d');
    fc.assert(
      fc.property(fc.integer({ min: 60_000, max: 3_660 * 24 * hour }), (length) => {
        const { everyMs } = bucketFor({ from: now - length, to: now });
        expect(length / everyMs).toBeLessThanOrEqual(400);
      }),
    );
  });
});

describe('the week before', () => {
  const zone = 'Europe/Berlin';

  it('is the same time on the clocks of the wall, also where they were put forward between', () => {
    // Summer time began on 29 March 2026 at two.
    const noon = Date.parse('2026-03-31T12:00:00+02:00');
    expect(weekBefore({ from: noon, to: noon + hour }, zone)).toEqual({
      from: Date.parse('2026-03-24T12:00:00+01:00'),
      to: Date.parse('2026-03-24T13:00:00+01:00'),
    });
    expect(weekBefore({ from: now - hour, to: now }, 'Asia/Shanghai').to).toBe(now - 7 * 24 * hour);
  });

  it('lies over the week after it, point by point', () => {
    const times = ['2026-03-21T12:00:00+01:00', '2026-03-23T12:00:00+01:00'].map((time) => Date.parse(time));
    const { points } = weekLater({ everyMs: null, points: times.map((at, value) => ({ at, value })) }, zone);
    expect(points).toEqual([
      { at: Date.parse('2026-03-28T12:00:00+01:00'), value: 0 },
      { at: Date.parse('2026-03-30T12:00:00+02:00'), value: 1 },
    ]);
  });
});

describe('the series of an address', () => {
  it('are read as they were written, each once, as many as can be told apart', () => {
    const keys = [
      { device: 'air-1', property: 'temperature' },
      { device: 'gw:1', property: 'humidity' },
    ];
    expect(seriesIn(keys.map(textOf))).toEqual(keys);
    expect(seriesIn('air-1:temperature')).toEqual([keys[0]]);
    expect(seriesIn(['air-1:temperature', 'air-1:temperature', 'nonsense', ':x', 'y:', null])).toEqual([
      keys[0],
    ]);
    expect(seriesIn(undefined)).toEqual([]);
    expect(seriesIn(Array.from({ length: 20 }, (_, index) => `d${index}:t`))).toHaveLength(mostSeries);
  });

  it('are added and taken away, one or of several devices at once, as many as there is room for', () => {
    const of = (device: string) => ({ device, property: 't' });
    expect(withOrWithout([of('a')], of('b'))).toEqual([of('a'), of('b')]);
    expect(withOrWithout([of('a'), of('b')], of('a'))).toEqual([of('b')]);
    expect(withOrWithoutAll([of('a')], [of('a'), of('b')])).toEqual([of('a'), of('b')]);
    expect(withOrWithoutAll([of('a'), of('b'), of('c')], [of('a'), of('b')])).toEqual([of('c')]);
    const many = Array.from({ length: 20 }, (_, index) => of(`d${index}`));
    expect(withOrWithoutAll([], many)).toHaveLength(mostSeries);
    expect(withOrWithout(many.slice(0, mostSeries), of('z'))).toHaveLength(mostSeries);
  });

  it('are suggested where several devices measure the same', () => {
    const measuring = (id: string, property: string, value: unknown) => ({ id, main: { property, value } });
    const devices = [
      measuring('a', 'temperature', 1),
      measuring('b', 'temperature', 2),
      measuring('c', 'smoke', false),
      measuring('d', 'smoke', false),
      measuring('e', 'co', 3),
      { id: 'f', main: null },
    ];
    expect(suggestionsOf(devices)).toEqual([
      {
        property: 'temperature',
        keys: [
          { device: 'a', property: 'temperature' },
          { device: 'b', property: 'temperature' },
        ],
      },
    ]);
  });
});
