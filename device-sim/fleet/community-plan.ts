import { Chance } from '#device-sim/chance/chance.ts';
import type { FlatKind } from '#device-sim/fleet/equipment.ts';
import type { PlaceKind } from '#model/community.ts';

/** A place of the plan and what hangs there. Ids without the prefix. */
export interface Spot {
  readonly id: string;
  readonly kind: PlaceKind;
  readonly zh: string;
  readonly en: string;
  /** Null: the community. */
  readonly parent: string | null;
  /** The building that it belongs to. */
  readonly building: string | null;
  readonly kinds: readonly string[];
  /** Of a flat: who lives there. */
  readonly flat?: FlatKind;
}

const buildingsOfGrid = 3;
const unitNames = ['一', '二', '三'];

/** The places of a community without end, in the order in which they are equipped: grid by grid, building by building. */
export function* communityPlan(seed: number): Generator<Spot> {
  for (let grid = 1; ; grid++) {
    const id = `g${grid}`;
    yield {
      id,
      kind: 'grid',
      zh: `第${grid}网格`,
      en: `Grid ${grid}`,
      parent: null,
      building: null,
      kinds: [],
    };
    for (let index = 1; index <= buildingsOfGrid; index++) {
      yield* buildingPlan(seed, (grid - 1) * buildingsOfGrid + index, id);
      if (index === 1) yield* gridAreas(id);
    }
  }
}

function* gridAreas(grid: string): Generator<Spot> {
  const area = (name: string, zh: string, en: string, kinds: readonly string[]): Spot => {
    const id = `${grid}-${name}`;
    return { id, kind: 'area', zh, en, parent: grid, building: null, kinds };
  };
  yield area('garage', '地下车库', 'Underground garage', [
    'co-detector',
    'environment',
    'heat-detector',
    'water-leak',
    'camera',
  ]);
  yield area('garden', '中心花园', 'Garden', ['environment', 'camera']);
  yield area('lane', '消防通道', 'Fire lane', ['fire-lane-camera']);
  yield area('bikes', '电动车棚', 'E-bike shed', ['heat-detector', 'camera']);
}

function* buildingPlan(seed: number, number: number, grid: string): Generator<Spot> {
  const chance = new Chance(seed, 'building', number);
  const id = `b${number}`;
  const floors = chance.pick([6, 11, 18] as const);
  const at = { parent: grid, building: id };
  const zh = `${number}号楼`;
  const en = `Building ${number}`;
  yield { id, kind: 'building', zh, en, ...at, kinds: ['gateway', 'siren', 'camera'] };
  for (let unit = 1; unit <= 2; unit++) {
    const unitId = `${id}-u${unit}`;
    yield {
      id: unitId,
      kind: 'unit',
      zh: `${zh}${unitNames[unit - 1]}单元`,
      en: `${en}, unit ${unit}`,
      parent: id,
      building: id,
      kinds: [
        'door',
        'access-reader',
        ...(floors > 6 ? ['lift'] : []),
        ...Array.from({ length: Math.ceil(floors / 6) }, () => 'smoke-detector'),
      ],
    };
    for (const flat of watchedFlats(chance, floors)) {
      const room = `${String(flat.floor).padStart(2, '0')}0${(unit - 1) * 2 + flat.door}`;
      const name = `${number}-${flat.floor}0${(unit - 1) * 2 + flat.door}`;
      const kind = { kind: 'room', zh: name, en: name, kinds: [], flat: flat.kind } as const;
      yield { id: `${id}-${room}`, parent: unitId, building: id, ...kind };
    }
  }
}

/** Two flats on a floor; some of them are equipped. */
function watchedFlats(
  chance: Chance,
  floors: number,
): readonly { readonly floor: number; readonly door: number; readonly kind: FlatKind }[] {
  const kinds = ['alone', 'couple', 'family', 'frail', 'alone', 'family'] as const;
  const found: { floor: number; door: number; kind: FlatKind }[] = [];
  for (let floor = 1; floor <= floors && found.length < 6; floor++)
    for (const door of [1, 2])
      if (found.length < 6 && chance.happens(6 / (2 * floors) + 0.15))
        found.push({ floor, door, kind: found.length === 0 ? 'alone' : chance.pick(kinds) });
  return found;
}
