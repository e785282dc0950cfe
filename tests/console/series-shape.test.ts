import { describe, expect, it } from 'vitest';
import type { SeriesData, SeriesPoint } from '../../dashboards/console/src/charts/series/read-series.ts';
import { layoutOf } from '../../dashboards/console/src/charts/series/series-layout.ts';
import {
  figuresOf,
  marksAmong,
  pointAt,
  spansOf,
  withGaps,
} from '../../dashboards/console/src/charts/series/series-shape.ts';

const minute = 60_000;
const raw = (...points: readonly (readonly [number, SeriesPoint['value']])[]): SeriesData => ({
  points: points.map(([at, value]) => ({ at: at * minute, value })),
  everyMs: null,
});

describe('what is drawn of a series', () => {
  it('is a span for each state, until the next or the end; the same again goes on', () => {
    const door = raw([0, false], [10, true], [11, true], [12, false]);
    expect(spansOf(door, 20 * minute)).toEqual([
      { from: 0, to: 10 * minute, value: false },
      { from: 10 * minute, to: 12 * minute, value: true },
      { from: 12 * minute, to: 20 * minute, value: false },
    ]);
  });

  it('shows that something was true in a bucket, and after it what it was in the end', () => {
    const motion: SeriesData = {
      everyMs: 10 * minute,
      points: [
        { at: 0, value: true, last: false },
        { at: 60 * minute, value: true, last: true },
      ],
    };
    expect(spansOf(motion, 90 * minute)).toEqual([
      { from: 0, to: 10 * minute, value: true },
      { from: 10 * minute, to: 60 * minute, value: false },
      { from: 60 * minute, to: 90 * minute, value: true },
    ]);
  });

  it('ends where a silent device was heard last', () => {
    const gas = { ...raw([0, false], [10, false]), knownUntil: 15 * minute };
    expect(spansOf(gas, 60 * minute)).toEqual([{ from: 0, to: 15 * minute, value: false }]);
    expect(pointAt(gas, 14 * minute)?.value).toBe(false);
    expect(pointAt(gas, 16 * minute)).toBeUndefined();
  });

  it('has no line over a hole, which is long for that device', () => {
    const values = (data: SeriesData) => withGaps(data).map(({ value }) => value);
    expect(values(raw([0, 1], [5, 2], [10, 3], [90, 4], [95, 5]))).toEqual([1, 2, 3, null, 4, 5]);
    expect(values(raw([0, 1], [60, 2], [120, 3], [180, 4]))).toEqual([1, 2, 3, 4]);
    expect(values(raw([0, 1]))).toEqual([1]);
  });

  it('has marks on few points, on those that stand alone, and here and there on many', () => {
    expect(marksAmong(withGaps(raw([0, 1], [5, 2])))).toEqual([true, true]);
    const many = Array.from({ length: 500 }, (_, at) => ({ at, value: 1 }));
    const marks = marksAmong(many).filter(Boolean).length;
    expect(marks).toBeGreaterThan(15);
    expect(marks).toBeLessThan(30);
  });

  it('is found by time: a state that holds, the nearest number, nothing in a hole', () => {
    const door = raw([0, false], [10, true]);
    expect(pointAt(door, 9 * minute)?.value).toBe(false);
    expect(pointAt(door, 500 * minute)?.value).toBe(true);
    expect(pointAt(door, -1)).toBeUndefined();
    const warm = raw([0, 1], [5, 2], [10, 3], [200, 4]);
    expect(pointAt(warm, 7 * minute)?.value).toBe(2);
    expect(pointAt(warm, 8 * minute)?.value).toBe(3);
    expect(pointAt(warm, 100 * minute)).toBeUndefined();
  });

  it('has figures that know the least and the most within buckets', () => {
    expect(figuresOf(raw([0, 1], [1, 3]))).toEqual({ count: 2, min: 1, max: 3, mean: 2 });
    const buckets: SeriesData = { everyMs: minute, points: [{ at: 0, value: 2, min: -4, max: 9 }] };
    expect(figuresOf(buckets)).toMatchObject({ min: -4, max: 9 });
    expect(figuresOf(raw([0, true]))).toBeNull();
  });
});

describe('where series stand', () => {
  const series = (axis: string, data: SeriesData) => ({
    id: `${axis}`,
    name: axis,
    axis,
    data,
    look: { colour: '#000', dash: 'solid', symbol: 'circle' } as const,
    valueText: String,
    isBefore: false,
    toldAt: (at: number) => at,
  });

  it('is one panel for each unit, and one below with a lane for each state', () => {
    const shown = [
      series('°C', raw([0, 1])),
      series('Door', raw([0, true])),
      series('°C', raw([0, 2])),
      series('%', raw([0, 3])),
      series('Result', raw([0, 'granted'])),
    ];
    const { height, panels } = layoutOf(shown, { isTall: false, hasSlider: true });
    expect(panels.map(({ axis, kind, series: inside }) => [kind, axis, inside.length])).toEqual([
      ['lines', '°C', 2],
      ['lines', '%', 1],
      ['lanes', '', 2],
    ]);
    for (const [index, panel] of panels.entries()) {
      const next = panels[index + 1]?.top ?? height;
      expect(panel.top + panel.height).toBeLessThan(next);
    }
  });
});
