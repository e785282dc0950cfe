import type { FleetMember } from '#api/overview/board.ts';
import { isMoreSevere, type Severity } from '#model/alarm.ts';
import type { PlaceId } from '#model/brand.ts';
import type { Place } from '#model/community.ts';
import type { Configuration } from '#model/configuration.ts';
import type { StandingAlarm } from '#store/ops/board-rows.ts';
import type { TaskHead } from '#store/ops/task-list.ts';

/** Counts of what stands at a place and everywhere below it. */
export interface Tile {
  readonly place: Place;
  /** The tile in which it lies; null: it lies in none that is shown. */
  readonly within: PlaceId | null;
  worst: Severity | null;
  alarms: number;
  unacknowledged: number;
  tasks: number;
  overdue: number;
  devices: number;
  silent: number;
  unprotected: number;
}

/** Scoped to the caller already. */
export interface TileContent {
  readonly alarms: readonly StandingAlarm[];
  readonly tasks: readonly TaskHead[];
  readonly fleet: readonly FleetMember[];
  readonly isOverdue: (task: TaskHead) => boolean;
}

/**
 * The community as people know it: grids, the buildings in them, and the areas that are in no building; by id.
 * `isShown`: the caller may look there.
 */
export function tilesOf(
  configuration: Configuration,
  content: TileContent,
  isShown: (place: PlaceId) => boolean,
): readonly Tile[] {
  const tiles = emptyTiles(configuration, isShown);
  const around = (place: PlaceId): readonly Tile[] =>
    configuration.path(place).flatMap((id) => tiles.get(id) ?? []);
  for (const alarm of content.alarms) for (const tile of around(alarm.place)) countAlarm(tile, alarm);
  for (const task of content.tasks)
    for (const tile of around(task.place)) {
      tile.tasks += 1;
      tile.overdue += content.isOverdue(task) ? 1 : 0;
    }
  for (const member of content.fleet)
    for (const tile of around(member.device.place)) countDevice(tile, member);
  return [...tiles.values()].sort((a, b) => (a.place.id < b.place.id ? -1 : 1));
}

function countAlarm(tile: Tile, { ack, severity }: StandingAlarm): void {
  tile.alarms += 1;
  tile.unacknowledged += ack ? 0 : 1;
  if (tile.worst === null || isMoreSevere(severity, tile.worst)) tile.worst = severity;
}

function countDevice(tile: Tile, member: FleetMember): void {
  tile.devices += 1;
  tile.silent += isUnheard(member) ? 1 : 0;
  tile.unprotected += member.isUnprotected ? 1 : 0;
}

/** It should be heard and is not; what is under maintenance is meant to be quiet. */
const isUnheard = ({ health: { state } }: FleetMember): boolean =>
  state === 'silent' || state === 'offline' || state === 'never-seen';

function emptyTiles(
  configuration: Configuration,
  isShown: (place: PlaceId) => boolean,
): ReadonlyMap<PlaceId, Tile> {
  const places = [...configuration.places()].filter(
    (place) => isShown(place.id) && isTile(place, configuration),
  );
  const ids = new Set(places.map(({ id }) => id));
  return new Map(
    places.map((place) => {
      const [, ...above] = configuration.path(place.id);
      const within = above.find((id) => ids.has(id)) ?? null;
      const none = {
        alarms: 0,
        unacknowledged: 0,
        tasks: 0,
        overdue: 0,
        devices: 0,
        silent: 0,
        unprotected: 0,
      };
      return [place.id, { place, within, worst: null, ...none }];
    }),
  );
}

function isTile(place: Place, configuration: Configuration): boolean {
  switch (place.kind) {
    case 'grid':
    case 'building':
      return true;
    case 'area':
      return !configuration
        .path(place.parent)
        .some((id) => ['building', 'area'].includes(configuration.place(id)?.kind ?? ''));
    default:
      return false;
  }
}
