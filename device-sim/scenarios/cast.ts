import type { Chance } from '#device-sim/chance/chance.ts';
import { devicesBehind } from '#device-sim/fleet/behind.ts';
import type { Fleet } from '#device-sim/fleet/fleet.ts';
import {
  type DeviceRole,
  isDeviceRole,
  isPlaceRole,
  type PlaceRole,
  type ResidentRole,
  type RoleSource,
  type Scenario,
} from '#device-sim/scenarios/scenario.ts';

/** Who plays which role: ids by name of the role. A role that is optional may have nobody. */
export type Cast = ReadonlyMap<string, readonly string[]>;

export interface CastingWishes {
  readonly fleet: Fleet;
  readonly chance: Chance;
  /** Everything happens in this place, or below it. */
  readonly place?: string | undefined;
  /** This device has a role. */
  readonly device?: string | undefined;
  /** Devices that another scenario has at that time. */
  readonly isBusy: (device: string) => boolean;
}

/** Binds the roles of a scenario, in their order, by chance among all that fit. Answers why it cannot. */
export function castOf(scenario: Scenario, wishes: CastingWishes): Cast | { readonly refusal: string } {
  const roles = Object.entries(scenario.source.roles);
  const [first] = roles;
  if (first === undefined) return { refusal: 'there is no role' };
  let missing: string | undefined;
  for (const anchor of shuffled(candidatesOf(first[1], new Map(), wishes), wishes.chance)) {
    const cast = new Map<string, readonly string[]>([[first[0], anchor]]);
    const lacking = roles.slice(1).find(([name, role]) => !bind(name, role, cast, wishes));
    if (lacking !== undefined) missing ??= lacking[0];
    else if (isAsWished(cast, wishes)) return cast;
  }
  return { refusal: refusalOf(scenario, missing ?? first[0], wishes) };
}

function refusalOf(scenario: Scenario, role: string, { place, device }: CastingWishes): string {
  const where = [place && ` in ${place}`, device && ` with ${device}`].filter(Boolean).join('');
  return `${scenario.id} finds nobody${where} for the role ${role} (${JSON.stringify(scenario.source.roles[role])})`;
}

function bind(
  name: string,
  role: RoleSource,
  cast: Map<string, readonly string[]>,
  wishes: CastingWishes,
): boolean {
  const [chosen] = shuffled(candidatesOf(role, cast, wishes), wishes.chance);
  if (chosen === undefined) {
    cast.set(name, []);
    return !isPlaceRole(role) && role.optional === true;
  }
  cast.set(name, chosen);
  return true;
}

/** Each that could play the role: a list of ids, of several for a role that takes all. */
function candidatesOf(role: RoleSource, cast: Cast, wishes: CastingWishes): readonly (readonly string[])[] {
  if (isPlaceRole(role)) return placesFor(role, cast, wishes);
  if (!isDeviceRole(role)) return residentsFor(role, cast, wishes);
  const devices = devicesFor(role, cast, wishes);
  if (role.all === true) return devices.length > 0 ? [devices] : [];
  const wished = devices.filter((id) => id === wishes.device);
  return (wished.length > 0 ? wished : devices).map((id) => [id]);
}

function placesFor(
  role: PlaceRole,
  cast: Cast,
  { fleet, place }: CastingWishes,
): readonly (readonly string[])[] {
  if (role.around === undefined)
    return [...fleet.places()]
      .filter(({ id, kind }) => kind === role.place && (place === undefined || fleet.isWithin(id, place)))
      .map(({ id }) => [id]);
  const [inner] = cast.get(role.around) ?? [];
  const around =
    inner === undefined ? undefined : fleet.enclosing(fleet.device(inner)?.place ?? inner, role.place);
  return around === undefined ? [] : [[around]];
}

function devicesFor(
  role: DeviceRole,
  cast: Cast,
  { fleet, place, isBusy }: CastingWishes,
): readonly string[] {
  const kinds = [role.device].flat();
  const [within] = role.in === undefined ? [place] : (cast.get(role.in) ?? []);
  const [gateway] = role.via === undefined ? [] : (cast.get(role.via) ?? []);
  const [exactly] = role.at === undefined ? [] : (cast.get(role.at) ?? []);
  const [owner] = role.of === undefined ? [] : (cast.get(role.of) ?? []);
  if ((role.via !== undefined && gateway === undefined) || (role.of !== undefined && owner === undefined))
    return [];
  const behind = gateway === undefined ? undefined : devicesBehind(fleet, gateway);
  return fleet.devices
    .filter(
      (device) =>
        (kinds.includes('any') || kinds.includes(device.kind)) &&
        (within === undefined || fleet.isWithin(device.place, within)) &&
        (exactly === undefined || device.place === exactly) &&
        (behind === undefined || behind.has(device.id)) &&
        (owner === undefined || device.resident === owner) &&
        !isBusy(device.id),
    )
    .map(({ id }) => id);
}

function residentsFor(
  role: ResidentRole,
  cast: Cast,
  { fleet }: CastingWishes,
): readonly (readonly string[])[] {
  const [within] = cast.get(role.in) ?? [];
  if (within === undefined) return [];
  return fleet.residents
    .filter(
      (resident) =>
        fleet.isWithin(resident.place, within) && (role.resident === 'any' || resident.livesAlone === true),
    )
    .map(({ id }) => [id]);
}

function isAsWished(cast: Cast, { device }: CastingWishes): boolean {
  return device === undefined || [...cast.values()].some((ids) => ids.includes(device));
}

/** Fisher and Yates' shuffle. */
function shuffled<T>(list: readonly T[], chance: Chance): T[] {
  const result = [...list];
  for (let index = result.length - 1; index > 0; index--) {
    const other = chance.whole(0, index);
    const [one, two] = [result[index], result[other]];
    if (one === undefined || two === undefined) continue;
    result[index] = two;
    result[other] = one;
  }
  return result;
}
