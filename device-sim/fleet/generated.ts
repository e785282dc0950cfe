import { Chance } from '#device-sim/chance/chance.ts';
import { communityPlan } from '#device-sim/fleet/community-plan.ts';
import { flats, promises, shortName, throughGateway } from '#device-sim/fleet/equipment.ts';
import { nameFor } from '#device-sim/fleet/names.ts';
import { staffOf } from '#device-sim/fleet/staff.ts';
import type { DeviceId, PlaceId, ResidentId } from '#model/brand.ts';
import type { Community, CommunityFile, Device, Place, Resident } from '#model/community.ts';

export interface GeneratedOptions {
  readonly devices: number;
  readonly seed: number;
  /** A community that stands already; else one of its own. */
  readonly community?: Community;
}

/** Begins every generated id, so that nothing real is overwritten. */
const prefix = 'sim-';
/** The year in which everybody's age is counted: the same file whenever it is made. */
const year = 2026;

/**
 * An invented community with so many devices, as `/import` takes it: grids, buildings, units, flats, residents of whom
 * some live alone, workers and rosters. One with fewer devices of the same seed is a part of it.
 */
export function generatedCommunity({ devices: wanted, seed, community }: GeneratedOptions): CommunityFile {
  const own = community ?? {
    id: `sim-${seed}` as Community['id'],
    name: { zh: `模拟社区 ${seed}`, en: `Simulated community ${seed}` },
    timezone: 'Asia/Shanghai',
  };
  const places: Place[] = [];
  const residents: Resident[] = [];
  const devices: Device[] = [];
  for (const spot of communityPlan(seed)) {
    if (devices.length >= wanted) break;
    places.push(placeOf(spot, own.id));
    const people = spot.flat === undefined ? [] : residentsOf(seed, spot.id, spot.flat);
    residents.push(...people);
    const kinds = spot.flat === undefined ? spot.kinds : flats[spot.flat];
    for (const kind of kinds) {
      if (devices.length >= wanted) break;
      const count = devices.filter(
        (device) => device.place === prefix + spot.id && device.kind === kind,
      ).length;
      devices.push(deviceOf(kind, spot, { before: count, resident: people[0] }));
    }
  }
  const grids = places.filter(({ kind }) => kind === 'grid').map(({ id }) => id);
  return {
    community: own,
    places,
    residents,
    ...mutable(staffOf({ seed, community: own.id, grids, prefix })),
    devices,
  };
}

type Spot = ReturnType<typeof communityPlan> extends Iterable<infer T> ? T : never;

const placeOf = ({ id, kind, zh, en, parent }: Spot, community: string): Place => ({
  id: (prefix + id) as PlaceId,
  kind,
  name: { zh, en },
  parent: (parent === null ? community : prefix + parent) as PlaceId,
});

/** `before`: how many of that kind the spot has already. */
function deviceOf(
  kind: string,
  spot: Spot,
  { before, resident }: { readonly before: number; readonly resident: Resident | undefined },
): Device {
  const number = before === 0 ? '' : `-${before + 1}`;
  const isPersonal = kind !== 'smoke-detector' && kind !== 'gas-detector' && kind !== 'water-leak';
  const via = spot.building !== null && throughGateway.has(kind) ? [`via:${prefix}gw-${spot.building}`] : [];
  return {
    id: `${prefix}${shortName(kind)}-${spot.id}${number}` as DeviceId,
    kind,
    place: (prefix + spot.id) as PlaceId,
    ...(resident && isPersonal && { resident: resident.id }),
    expectEvery: promises[kind] ?? '1h',
    tags: ['simulated', ...via],
  };
}

function residentsOf(seed: number, place: string, flat: keyof typeof flats): Resident[] {
  const chance = new Chance(seed, 'flat', place);
  const isAlone = flat === 'alone' || flat === 'frail';
  const count = isAlone ? 1 : flat === 'couple' ? 2 : chance.whole(2, 4);
  const oldest = flat === 'frail' ? 1930 : flat === 'family' ? 1968 : 1936;
  const youngest = flat === 'family' ? 1998 : 1954;
  return Array.from({ length: count }, (_, index): Resident => {
    const isChild = flat === 'family' && index > 1;
    const birthYear = isChild ? chance.whole(year - 17, year - 4) : chance.whole(oldest, youngest);
    return {
      id: `${prefix}r-${place}${index === 0 ? '' : `-${index + 1}`}` as ResidentId,
      place: (prefix + place) as PlaceId,
      name: nameFor(birthYear, chance),
      birthYear,
      livesAlone: isAlone,
    };
  });
}

const mutable = ({ people, rosters }: ReturnType<typeof staffOf>) => ({
  people: [...people],
  rosters: [...rosters],
});
