import { describe, expect, it } from 'vitest';
import {
  blocksOf,
  isCalm,
  isDense,
  type Tile,
  tileState,
  tileTarget,
} from '../../dashboards/console/src/pages/overview/tiles.ts';

const tile = (id: string, changes: Partial<Tile> = {}): Tile => ({
  id,
  kind: 'building',
  within: 'g1',
  worst: null,
  alarms: 0,
  unacknowledged: 0,
  tasks: 0,
  overdue: 0,
  devices: 4,
  silent: 0,
  unprotected: 0,
  ...changes,
});
const grid = (id: string) => tile(id, { kind: 'grid', within: null });

describe('the map of places', () => {
  it('has a block for each grid, buildings before areas, counted as people count', () => {
    const blocks = blocksOf([
      tile('b10'),
      tile('a-yard', { kind: 'area' }),
      tile('b2'),
      grid('g10'),
      grid('g1'),
      tile('b7', { within: 'g10' }),
    ]);
    expect(blocks.map(({ grid: each, tiles }) => [each?.id, tiles.map(({ id }) => id)])).toEqual([
      ['g1', ['b2', 'b10', 'a-yard']],
      ['g10', ['b7']],
    ]);
  });

  it('keeps what lies in no grid that is shown', () => {
    const blocks = blocksOf([
      grid('g1'),
      tile('b1'),
      tile('b9', { within: 'g-hidden' }),
      tile('b8', { within: null }),
    ]);
    expect(blocks.at(-1)).toMatchObject({ grid: null, tiles: [{ id: 'b8' }, { id: 'b9' }] });
  });

  it('says of a place the gravest that is wrong there', () => {
    const wrong = { worst: 'minor', overdue: 1, silent: 1 } as const;
    expect(tileState(tile('b1', wrong))).toBe('minor');
    expect(tileState(tile('b1', { ...wrong, worst: null }))).toBe('late');
    expect(tileState(tile('b1', { silent: 1 }))).toBe('silent');
    expect(tileState(tile('b1'))).toBe('well');
    expect(tileState(tile('b1', { devices: 0 }))).toBe('empty');
  });

  it('is a map of houses until there are too many of them', () => {
    const many = Array.from({ length: 31 }, (_, index) => tile(`b${index}`));
    expect([isDense(many.slice(1)), isDense(many)]).toEqual([false, true]);
    expect([tile('b1'), tile('b1', { devices: 0 }), tile('b1', { silent: 1 })].map(isCalm)).toEqual([
      true,
      true,
      false,
    ]);
  });

  it('leads to where one acts', () => {
    expect(tileTarget(tile('b1', { alarms: 1, overdue: 1 }))).toEqual({
      path: '/alarms',
      query: { place: 'b1', state: 'standing' },
    });
    expect(tileTarget(tile('b1', { overdue: 1 }))).toMatchObject({
      path: '/tasks',
      query: { overdue: 'true' },
    });
    expect(tileTarget(tile('b1'))).toEqual({ path: '/devices', query: { place: 'b1' } });
  });
});
