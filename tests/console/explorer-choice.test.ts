import { describe, expect, it } from 'vitest';
import { devicesFor } from '../../dashboards/console/src/pages/explorer/device-choice.ts';
import { firstOf, fnsOf, toldApart } from '../../dashboards/console/src/pages/explorer/heat-choices.ts';
import {
  clustersOf,
  isWithin,
  type ShownEvent,
  tasksAbout,
} from '../../dashboards/console/src/pages/explorer/shown-events.ts';

const places = new Map([
  ['g1', { parent: 'lianfang-1' }],
  ['b3', { parent: 'g1' }],
  ['b3-502', { parent: 'b3' }],
  ['loop', { parent: 'loop' }],
]);
const device = (id: string, kind: string, place: string, ...words: string[]) => ({ id, kind, place, words });

describe('devices to choose from', () => {
  const all = [
    device('smoke-1', 'smoke-detector', 'b3-502', '厨房烟感', '3-502', '烟感'),
    device('air-1', 'air-station', 'g1', '车库空气站', '地下车库', '空气站'),
    device('odd', 'air-station', 'loop', '', '', ''),
  ];
  const found = (wish: Partial<{ text: string; place: string; kind: string }>) =>
    devicesFor(all, { text: '', place: '', kind: '', ...wish }, places).map(({ id }) => id);

  it('are narrowed by kind, and by place with all that lies in it', () => {
    expect(found({})).toEqual(['smoke-1', 'air-1', 'odd']);
    expect(found({ place: 'g1' })).toEqual(['smoke-1', 'air-1']);
    expect(found({ place: 'b3' })).toEqual(['smoke-1']);
    expect(found({ place: 'g1', kind: 'air-station' })).toEqual(['air-1']);
  });

  it('are found by every word that is typed, in whatever order', () => {
    expect(found({ text: ' 3-502  烟感 ' })).toEqual(['smoke-1']);
    expect(found({ text: 'AIR 车库' })).toEqual(['air-1']);
    expect(found({ text: '车库 烟感' })).toEqual([]);
  });

  it('are not found by the end of a longer number: 2号楼 is not 12号楼', () => {
    const houses = ['2号楼', '12号楼', '3-502'].map((house) => device(house, 'door', 'g1', house));
    const found = (text: string) =>
      devicesFor(houses, { text, place: '', kind: '' }, places).map(({ id }) => id);
    expect(found('2号楼')).toEqual(['2号楼']);
    expect(found('12号')).toEqual(['12号楼']);
    expect(found('502')).toEqual(['3-502']);
  });
});

describe('what a heat map offers', () => {
  it('begins with a measurement, so that there is more to see than yes and no', () => {
    const typeOf = (property: string) => (property === 'smoke' ? 'boolean' : 'number');
    const isHousekeeping = (property: string) => property === 'battery';
    expect(firstOf(['smoke', 'battery', 'temperature'], typeOf, isHousekeeping)).toBe('temperature');
    expect(firstOf(['smoke', 'battery'], typeOf, isHousekeeping)).toBe('smoke');
    expect(firstOf([], typeOf, () => false)).toBe('');
  });

  it('is a name for each device, also where several are called alike', () => {
    const names: Record<string, string> = {
      'smoke-b1-u2-f05': '烟感',
      'smoke-b1-u2-f15': '烟感',
      door: '门磁',
    };
    const apart = toldApart(Object.keys(names), (id) => names[id] ?? id);
    expect([...apart.values()].toSorted((a, b) => (a < b ? -1 : 1))).toEqual([
      '烟感 f05',
      '烟感 f15',
      '门磁',
    ]);
    expect(toldApart(['a', 'ab'], () => 'x').get('ab')).toBe('x ab');
    expect(toldApart(['x-1', 'x-'], () => 'n').get('x-')).toBe('n x-');
  });

  it('is no mean of words', () => {
    expect(fnsOf('text')).toEqual(['count']);
    expect(fnsOf('boolean')[0]).toBe('max');
    expect(fnsOf('number')[0]).toBe('avg');
  });
});

describe('marks of alarms and tasks', () => {
  const event = (
    id: string,
    from: number,
    severity: ShownEvent['severity'],
    to: number | null = from,
  ): ShownEvent => ({
    kind: 'alarms',
    id,
    from,
    to,
    severity,
  });
  const range = { from: 1_000, to: 2_000 };

  it('that lie too close become one, of the gravest severity among them', () => {
    const events = [event('a', 1_500, 'minor'), event('b', 1_010, 'warning'), event('c', 1_510, 'critical')];
    const clusters = clustersOf(events, range, 1_000);
    expect(clusters.map(({ events: all, severity }) => [all.map(({ id }) => id), severity])).toEqual([
      [['b'], 'warning'],
      [['a', 'c'], 'critical'],
    ]);
    expect(clustersOf(events, range, 10_000)).toHaveLength(3);
  });

  it('that began before and stand still stand at the beginning; what was over by then does not', () => {
    expect(clustersOf([event('a', 500, 'minor', null)], range, 1_000)[0]?.at).toBe(0);
    expect(isWithin(event('a', 500, 'minor', null), range)).toBe(true);
    expect(isWithin(event('a', 500, 'minor', 900), range)).toBe(false);
    expect(isWithin(event('a', 2_000, 'minor'), range)).toBe(false);
  });

  it('are of tasks that came of these alarms, and of what people reported there', () => {
    const task = (id: string, alarms: string[], place: string) => ({ id, alarms, place }) as never;
    const tasks = [
      task('1', ['a'], 'far'),
      task('2', ['z'], 'b3'),
      task('3', [], 'b3'),
      task('4', [], 'far'),
    ];
    expect(tasksAbout(tasks, [{ id: 'a' }], new Set(['b3']))).toEqual([tasks[0], tasks[2]]);
  });
});
