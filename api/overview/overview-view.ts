import { Type } from 'typebox';
import { visiblePlaces } from '#api/authorization/access.ts';
import { maySeeTask } from '#api/authorization/task-concern.ts';
import type { ApiContext } from '#api/context.ts';
import { type Board, type Day, hoursShown } from '#api/overview/board.ts';
import { LateSchema, lateView } from '#api/overview/late.ts';
import { SilentSchema, silentView } from '#api/overview/silent.ts';
import { type Tile, tilesOf } from '#api/overview/tiles.ts';
import { UnsafeSchema, unsafeView } from '#api/overview/unsafe.ts';
import { Instant, nullable, oneOf } from '#api/schemas.ts';
import type { TaskReader } from '#api/views/task-view.ts';
import { severities } from '#model/alarm.ts';
import { hour, type PlaceId, plus } from '#model/brand.ts';
import { iso } from '#model/clock.ts';
import { LocalText } from '#model/text.ts';
import type { TaskHead } from '#store/ops/task-list.ts';
import { isOverdue } from '#tasks/overdue.ts';

export const OverviewSchema = Type.Object(
  {
    now: Instant,
    clock: oneOf(['system', 'data']),
    unsafe: UnsafeSchema,
    late: LateSchema,
    silent: SilentSchema,
    places: Type.Array(
      Type.Object({
        id: Type.String(),
        kind: oneOf(['grid', 'building', 'area']),
        name: Type.Optional(Type.Union([Type.String(), LocalText])),
        within: nullable(Type.String({ description: 'The grid in which it lies' })),
        worst: nullable(oneOf(severities)),
        alarms: Type.Integer(),
        unacknowledged: Type.Integer(),
        tasks: Type.Integer(),
        overdue: Type.Integer(),
        devices: Type.Integer(),
        silent: Type.Integer({ description: 'Devices that are silent, offline or were never seen' }),
        unprotected: Type.Integer(),
      }),
      {
        description:
          'Grids, buildings, and areas outside of buildings, by id; each counts what lies below it, too',
      },
    ),
    hours: Type.Array(
      Type.Object({
        from: Instant,
        critical: Type.Integer(),
        major: Type.Integer(),
        minor: Type.Integer(),
        warning: Type.Integer(),
      }),
      {
        description: 'Alarms that began in each of the last 24 hours, which begin as in the community’s zone',
      },
    ),
  },
  { title: 'Overview' },
);

/** What of the board this caller may see, at `place` and below when one is given. */
export function overviewView(
  board: Board,
  { caller, language, place }: TaskReader & { readonly place: string | undefined },
  context: ApiContext,
) {
  const { configuration, platform } = context;
  const now = platform.now();
  const places = visiblePlaces(caller, place, context);
  const shown = places === undefined ? undefined : new Set<PlaceId>(places);
  const isShown = (at: PlaceId): boolean => shown === undefined || shown.has(at);

  const alarms = board.alarms.filter((alarm) => isShown(alarm.place));
  const tasks = board.tasks.filter((task) => isShown(task.place) && maySeeTask(task, caller, context));
  const fleet = board.fleet.filter(({ device }) => isShown(device.place));
  const content = { alarms, tasks, fleet, isOverdue: (task: TaskHead) => isOverdue(task, now) };
  return {
    now: iso(now),
    clock: platform.clock,
    unsafe: unsafeView(alarms, caller, context),
    late: lateView(tasks, { caller, language }, context),
    silent: silentView(fleet),
    places: tilesOf(configuration, content, isShown).map(tileView),
    hours: hoursView(board.day, isShown),
  };
}

const tileView = ({ place, ...counts }: Tile) => ({
  id: place.id,
  kind: place.kind,
  ...(place.name === undefined ? {} : { name: place.name }),
  ...counts,
});

/** Each of the 24 hours until the end of this one, those without an alarm included. */
function hoursView({ from, started }: Day, isShown: (place: PlaceId) => boolean) {
  const hours = Array.from({ length: hoursShown }, (_, index) => ({
    from: iso(plus(from, index * hour)),
    critical: 0,
    major: 0,
    minor: 0,
    warning: 0,
  }));
  for (const { count, hour: index, place, severity } of started) {
    // A reading may be up to five minutes ahead of us, and with it an alarm.
    const bar = hours[Math.min(index, hoursShown - 1)];
    if (bar !== undefined && isShown(place)) bar[severity] += count;
  }
  return hours;
}
