import type { RouteLocationRaw } from 'vue-router';
import type { Severity } from '../../api/types.ts';
import type { Overview } from './overview.ts';

export type Tile = Overview['places'][number];

/** A grid with what stands in it; `grid` null: what lies in no grid that is shown. */
export interface Block {
  readonly grid: Tile | null;
  readonly tiles: readonly Tile[];
}

/** Names count in words (第一, 第二), which no alphabet sorts; ids count in figures, b2 before b10. */
const order = new Intl.Collator('en', { numeric: true });
const byId = (a: Tile, b: Tile): number => order.compare(a.id, b.id);

/** Grids in the order of their ids, each with its buildings before its areas. */
export function blocksOf(tiles: readonly Tile[]): readonly Block[] {
  const grids = tiles.filter(({ kind }) => kind === 'grid').sort(byId);
  const known = new Set(grids.map(({ id }) => id));
  const others = tiles.filter(({ kind }) => kind !== 'grid');
  const within = (grid: string | null) =>
    others
      .filter((tile) =>
        grid === null ? tile.within === null || !known.has(tile.within) : tile.within === grid,
      )
      .sort((a, b) => Number(a.kind === 'area') - Number(b.kind === 'area') || byId(a, b));
  const homeless = within(null);
  return [
    ...grids.map((grid) => ({ grid, tiles: within(grid.id) })),
    ...(homeless.length === 0 ? [] : [{ grid: null, tiles: homeless }]),
  ];
}

/** A large community: its places are cells rather than houses. */
const mostHouses = 30;
export const isDense = (tiles: readonly Tile[]): boolean => tiles.length > mostHouses;

export const isCalm = (tile: Tile): boolean => ['well', 'empty'].includes(tileState(tile));

/** What is said of a place: the gravest that is wrong there. */
export type TileState = Severity | 'late' | 'silent' | 'well' | 'empty';

export function tileState({ devices, overdue, silent, tasks, worst }: Tile): TileState {
  if (worst !== null) return worst;
  if (overdue > 0) return 'late';
  if (silent > 0) return 'silent';
  return devices === 0 && tasks === 0 ? 'empty' : 'well';
}

/** Where one acts on it. */
export function tileTarget(tile: Tile): RouteLocationRaw {
  const place = tile.id;
  if (tile.alarms > 0) return { path: '/alarms', query: { place, state: 'standing' } };
  if (tile.overdue > 0) return { path: '/tasks', query: { place, overdue: 'true' } };
  return { path: '/devices', query: { place } };
}
