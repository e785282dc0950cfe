import { loadTags } from '#device-sim/load/community.ts';
import type { LoadedPlatform } from '#device-sim/load/platform.ts';
import { standingOn } from '#device-sim/platform/standing.ts';

/** What a load left in the configuration, by id, in the order in which it may be deleted. */
export interface Leftovers {
  readonly devices: readonly string[];
  readonly rosters: readonly string[];
  readonly people: readonly string[];
  readonly buildings: readonly string[];
  /** They hold the buildings. */
  readonly grids: readonly string[];
}

/** At once: the engine takes changes that come together in one transaction. */
const deletedAtOnce = 32;
const perPage = 500;

/** Everything that a load made and that stands; with `prefix` that of one run. Tags tell it from what others made. */
export async function leftoversOf(platform: LoadedPlatform, prefix = ''): Promise<Leftovers> {
  const file = await standingOn(platform);
  const isOurs = ({ id, tags = [] }: { readonly id: string; readonly tags?: readonly string[] }): boolean =>
    id.startsWith(prefix) && loadTags.every((tag) => tags.includes(tag));
  const places = (file?.places ?? []).filter(isOurs);
  const ids = new Set(places.map(({ id }) => id));
  return {
    devices: (file?.devices ?? []).filter(isOurs).map(({ id }) => id),
    rosters: (file?.rosters ?? [])
      .filter(({ place }) => ids.has(place))
      .map(({ place, role }) => `${place}.${role}`),
    people: (file?.people ?? [])
      .filter((person) => person.places.length > 0 && person.places.every((place) => ids.has(place)))
      .map(({ id }) => id),
    buildings: places.filter(({ parent }) => ids.has(parent)).map(({ id }) => id),
    grids: places.filter(({ parent }) => !ids.has(parent)).map(({ id }) => id),
  };
}

/** How many things these are. */
export const countOf = (leftovers: Leftovers): number =>
  Object.values(leftovers).reduce((sum, ids) => sum + ids.length, 0);

/**
 * Voids the tasks that lie in the load's places, so that nobody waits for them, and deletes what it made. `onDeleted` is
 * told how many are gone: the platform goes through all devices for each, so that many thousands take minutes.
 */
export async function tidyUp(
  platform: LoadedPlatform,
  leftovers: Leftovers,
  onDeleted: (deleted: number) => void = () => undefined,
): Promise<{ readonly voided: number }> {
  let voided = 0;
  for (const grid of leftovers.grids) voided += await voidTasks(platform, grid);
  let deleted = 0;
  const deleteAll = (resource: string, ids: readonly string[]): Promise<void> =>
    inParallel(ids, async (id) => {
      await platform.call('DELETE', `/api/v1/${resource}/${encodeURIComponent(id)}`);
      deleted += 1;
      onDeleted(deleted);
    });
  await deleteAll('devices', leftovers.devices);
  await deleteAll('rosters', leftovers.rosters);
  await deleteAll('people', leftovers.people);
  await deleteAll('places', leftovers.buildings);
  await deleteAll('places', leftovers.grids);
  return { voided };
}

async function voidTasks(platform: LoadedPlatform, place: string): Promise<number> {
  const path = `/api/v1/tasks?state=dispatched&place=${place}&limit=${perPage}`;
  for (let voided = 0; ; ) {
    const page = (await platform.call('GET', path)) as {
      readonly items: readonly { readonly id: string; readonly version: number }[];
    };
    const before = voided;
    await inParallel(page.items, async ({ id, version }) => {
      const { status } = await platform.request('POST', `/api/v1/tasks/${id}/void`, {
        body: { version, comment: 'load test' },
      });
      // Somebody may have taken it meanwhile; then it is theirs.
      if (status < 300) voided += 1;
    });
    if (voided === before) return voided;
  }
}

async function inParallel<T>(items: readonly T[], work: (item: T) => Promise<void>): Promise<void> {
  const waiting = items.values();
  const worker = async (): Promise<void> => {
    for (const item of waiting) await work(item);
  };
  await Promise.all(Array.from({ length: deletedAtOnce }, worker));
}
