import { pathToFileURL } from 'node:url';
import { describe, expect, it } from 'vitest';

interface MomentPoint {
  readonly at: number;
  readonly value: number | boolean | string;
}
interface Drawing {
  readonly xAxis: { readonly max: number };
  readonly series: readonly { readonly step?: string; readonly markArea?: { readonly data: unknown } }[];
  readonly tooltip: { formatter(given: unknown): string };
}
interface Modules {
  readonly levelsOf: (points: readonly MomentPoint[]) => unknown;
  readonly momentOption: (moment: object, words: object, colours: object) => Drawing;
  readonly pointsOf: (points: readonly object[]) => readonly MomentPoint[];
  readonly readMoment: (api: object, question: object) => Promise<object>;
  readonly windowsOf: (question: object) => readonly object[];
}

// By their addresses, so that the server's compiler does not follow them into the console, which has its own.
const load = async (file: string) =>
  (await import(pathToFileURL(`dashboards/console/src/charts/${file}`).href)) as Modules;
const { levelsOf, momentOption } = await load('moment-option.ts');
const { pointsOf, readMoment, windowsOf } = await load('moment-readings.ts');

const at = Date.parse('2026-01-01T04:00:00Z');
const minute = 60_000;
const colours = {
  ink: '#000',
  inkSoft: '#111',
  line: '#222',
  surface: '#fff',
  accent: '#333',
  focus: '#444',
  quiet: '#555',
  well: '#666',
  severity: { critical: '#700', major: '#710', minor: '#720', warning: '#730' },
  series: ['#800'],
};
const words = {
  property: 'Smoke',
  unit: '',
  alarm: 'Alarm',
  valueText: String,
  time: (time: number) => new Date(time).toISOString(),
};
const optionOf = (points: readonly MomentPoint[], changes: object = {}) =>
  momentOption(
    {
      points,
      from: at - 30 * minute,
      to: at + 30 * minute,
      at,
      until: null,
      now: at + 5 * minute,
      ...changes,
    },
    words,
    colours,
  );

describe('what was measured around an alarm', () => {
  it('is looked for in a window that widens, unless its ends are given', () => {
    expect(windowsOf({ device: 'd', property: 'p', at })).toHaveLength(3);
    expect(windowsOf({ device: 'd', property: 'p', at, from: at - 1, to: at + 1 })).toEqual([
      { from: at - 1, to: at + 1 },
    ]);
  });

  it('is read again in buckets where there are very many readings', async () => {
    const asked: Record<string, unknown>[] = [];
    const api = {
      GET: async (_path: string, { params }: { params: { query: Record<string, unknown> } }) => {
        asked.push(params.query);
        const points = Array.from({ length: 8 }, (_, index) => ({
          at: new Date(at + index).toISOString(),
          value: index,
        }));
        const isRaw = params.query['every'] === undefined;
        return { data: { points, next: isRaw ? 'more' : null }, response: { ok: true } };
      },
    };
    const found = await readMoment(api, { device: 'd', property: 'temperature', at });
    expect(found).toMatchObject({ isAveraged: true, from: at - 30 * minute, to: at + 30 * minute });
    expect(asked).toMatchObject([{ limit: 2_000 }, { every: '12s', fn: 'avg' }]);
  });

  it('is drawn as a line of numbers, or as steps of words', () => {
    expect(levelsOf([{ at, value: 1 }])).toBeNull();
    expect(levelsOf([{ at, value: true }])).toEqual([false, true]);
    expect(
      levelsOf([
        { at, value: 'open' },
        { at, value: 'ajar' },
        { at, value: 'open' },
      ]),
    ).toEqual(['ajar', 'open']);
    expect(
      pointsOf([
        { at: '2026-01-01T04:00:00Z', value: null },
        { at: '2026-01-01T04:00:00Z', value: 3 },
      ]),
    ).toEqual([{ at, value: 3 }]);
  });

  it('holds a state until now, and tints the time in which the alarm stood', () => {
    const points = [
      { at: at - minute, value: false },
      { at, value: true },
    ];
    const standing = optionOf(points);
    expect(standing.xAxis.max).toBe(at + 5 * minute);
    expect(standing.series[0]).toMatchObject({
      step: 'end',
      data: [
        [at - minute, 0],
        [at, 1],
        [at + 5 * minute, 1],
      ],
      markArea: { data: [[{ xAxis: at }, { xAxis: at + 5 * minute }]] },
    });
    expect(optionOf(points, { until: at + 2 * minute }).series[0]?.markArea?.data).toEqual([
      [{ xAxis: at }, { xAxis: at + 2 * minute }],
    ]);
    expect(optionOf(points, { until: at }).series[0]).not.toHaveProperty('markArea');
  });

  it('writes no HTML that a device said', () => {
    const { tooltip } = optionOf([{ at, value: '<img src=x onerror=alert(1)>' }]);
    expect(tooltip.formatter([{ dataIndex: 0 }])).not.toContain('<img');
  });
});
