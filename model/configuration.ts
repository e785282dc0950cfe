import type { CommunityId, DeviceId, EpochMs, PersonId, PlaceId, ResidentId } from '#model/brand.ts';
import { type CompleteCategory, completeCategory } from '#model/category.ts';
import type { ResourceChange, ResourceName, Resources } from '#model/command.ts';
import {
  type Community,
  type Device,
  type Person,
  type Place,
  type PlaceKind,
  type Resident,
  type Roster,
  timezoneOf,
} from '#model/community.ts';
import { unlistedCategory } from '#model/default-categories.ts';
import type { Mapping } from '#model/mapping.ts';
import { isUnclaimed } from '#model/probation.ts';

/** A resource as stored: its body and how often it was changed. */
export interface Stored<Name extends ResourceName = ResourceName> {
  readonly resource: Name;
  readonly id: string;
  readonly version: number;
  readonly body: Resources[Name];
  readonly updatedAt: EpochMs;
}

/**
 * The community as the engine sees it: resources by id, the tree of places. One writer (the engine) changes it by
 * `apply`; everybody else only asks. Secrets (accounts, tokens, credentials) are not in here.
 */
export class Configuration {
  #community: Community | undefined;
  readonly #places = new Map<PlaceId, Place>();
  readonly #people = new Map<PersonId, Person>();
  readonly #residents = new Map<ResidentId, Resident>();
  readonly #rosters = new Map<string, Roster>();
  readonly #devices = new Map<DeviceId, Device>();
  /** By gateway and address. */
  readonly #carried = new Map<string, DeviceId>();
  /** By gateway, how many it brought that nobody has claimed or retired. */
  readonly #unclaimed = new Map<DeviceId, number>();
  readonly #modes = new Map<string, Resources['mode']>();
  readonly #silences = new Map<string, Resources['silence']>();
  readonly #preferences = new Map<string, Resources['preference']>();
  readonly #categories = new Map<string, CompleteCategory>();
  readonly #mappings = new Map<string, Mapping>();
  readonly #paths = new Map<PlaceId, readonly PlaceId[]>();
  #placesVersion = 0;

  get community(): Community | undefined {
    return this.#community;
  }
  get communityId(): CommunityId | undefined {
    return this.#community?.id;
  }
  /** IANA zone of the community. */
  get timezone(): string {
    return timezoneOf(this.#community);
  }

  /** Another one after each change of the tree of places: what was worked out from it is old then. */
  get placesVersion(): number {
    return this.#placesVersion;
  }

  place(id: PlaceId): Place | undefined {
    return this.#places.get(id);
  }
  person(id: PersonId): Person | undefined {
    return this.#people.get(id);
  }
  resident(id: ResidentId): Resident | undefined {
    return this.#residents.get(id);
  }
  device(id: DeviceId): Device | undefined {
    return this.#devices.get(id);
  }
  /** The device that a gateway carries under a name of its own. */
  carried(gateway: DeviceId, address: string): Device | undefined {
    const id = this.#carried.get(carriedKey(gateway, address));
    return id === undefined ? undefined : this.#devices.get(id);
  }
  /** The same, or else the one that it had under that name before: a label that was printed then means it. */
  everCarried(gateway: DeviceId, address: string): Device | undefined {
    const carried = this.carried(gateway, address);
    if (carried !== undefined) return carried;
    for (const device of this.#devices.values())
      if (device.gateway === gateway && device.formerAddresses?.includes(address)) return device;
    return undefined;
  }
  /** How many devices a gateway brought that nobody has claimed or retired. */
  unclaimedOf(gateway: DeviceId): number {
    return this.#unclaimed.get(gateway) ?? 0;
  }
  places(): Iterable<Place> {
    return this.#places.values();
  }
  people(): Iterable<Person> {
    return this.#people.values();
  }
  residents(): Iterable<Resident> {
    return this.#residents.values();
  }
  rosters(): Iterable<Roster> {
    return this.#rosters.values();
  }
  devices(): Iterable<Device> {
    return this.#devices.values();
  }
  modes(): Iterable<Resources['mode']> {
    return this.#modes.values();
  }
  /** Also those whose time is over. */
  silences(): Iterable<Resources['silence']> {
    return this.#silences.values();
  }
  preference(person: PersonId): Resources['preference'] | undefined {
    return this.#preferences.get(person);
  }
  /** What counts for tasks with that code, also where no category stands for it. */
  category(code: string): CompleteCategory {
    return this.#categories.get(code) ?? unlistedCategory(code);
  }
  /** Who allows that who handled a task of the category verifies it; null: nobody. */
  selfVerifyBy(code: string): 'category' | 'community' | null {
    const { selfVerify } = this.category(code);
    if (selfVerify !== null) return selfVerify ? 'category' : null;
    return this.community?.selfVerify === true ? 'community' : null;
  }
  mapping(id: string): Mapping | undefined {
    return this.#mappings.get(id);
  }
  /** Those that stand. */
  categories(): Iterable<CompleteCategory> {
    return this.#categories.values();
  }

  /**
   * The place and everything above it, smallest first; ends with the community's own id. A place whose parent is
   * missing ends where the tree ends; a cycle is cut.
   */
  path(id: PlaceId): readonly PlaceId[] {
    const known = this.#paths.get(id);
    if (known) return known;
    const path: PlaceId[] = [];
    let next: PlaceId | undefined = id;
    while (next !== undefined && !path.includes(next)) {
      path.push(next);
      next = this.#places.get(next)?.parent;
    }
    this.#paths.set(id, path);
    return path;
  }

  /** True when `id` is `ancestor` or lies below it. */
  isWithin(id: PlaceId, ancestor: PlaceId): boolean {
    return this.path(id).includes(ancestor);
  }

  /** The nearest place of that kind at or above `id`. */
  enclosing(id: PlaceId, kind: PlaceKind): PlaceId | undefined {
    return this.path(id).find((place) => this.#places.get(place)?.kind === kind);
  }

  /** The modes in force at `at` for a device: those of its place, of every place above, and of its resident. */
  modesOf(device: Device, at: EpochMs): ReadonlySet<Resources['mode']['mode']> {
    const targets: ReadonlySet<string> = new Set([
      ...this.path(device.place),
      ...(device.resident ? [device.resident] : []),
    ]);
    const found = new Set<Resources['mode']['mode']>();
    for (const mode of this.#modes.values()) {
      if (targets.has(mode.target) && (mode.until === undefined || Date.parse(mode.until) > at))
        found.add(mode.mode);
    }
    return found;
  }

  #applyOfNotifications(change: ResourceChange & { readonly resource: 'silence' | 'preference' }): void {
    if (change.op === 'delete')
      (change.resource === 'silence' ? this.#silences : this.#preferences).delete(change.id);
    else if (change.resource === 'silence') this.#silences.set(change.id, change.body);
    else this.#preferences.set(change.id, change.body);
  }

  #applyDevice(id: DeviceId, body: Device | undefined): void {
    const before = this.#devices.get(id);
    this.#countUnclaimed(before, -1);
    this.#countUnclaimed(body, 1);
    if (before?.gateway !== undefined && before.address !== undefined) {
      const key = carriedKey(before.gateway, before.address);
      if (this.#carried.get(key) === id) this.#carried.delete(key);
    }
    if (body?.gateway !== undefined && body.address !== undefined)
      this.#carried.set(carriedKey(body.gateway, body.address), id);
    set(this.#devices, id, body);
  }

  #countUnclaimed(device: Device | undefined, by: number): void {
    if (device?.gateway === undefined || !isUnclaimed(device)) return;
    this.#unclaimed.set(device.gateway, this.unclaimedOf(device.gateway) + by);
  }

  /** Takes one change over. Accounts, tokens, credentials and rules are kept elsewhere and pass by. */
  apply(change: ResourceChange): void {
    const isPut = change.op === 'put';
    switch (change.resource) {
      case 'community':
        this.#community = isPut ? change.body : undefined;
        break;
      case 'place':
        this.#paths.clear();
        this.#placesVersion += 1;
        set(this.#places, change.id as PlaceId, isPut ? change.body : undefined);
        break;
      case 'person':
        set(this.#people, change.id as PersonId, isPut ? change.body : undefined);
        break;
      case 'resident':
        set(this.#residents, change.id as ResidentId, isPut ? change.body : undefined);
        break;
      case 'roster':
        set(this.#rosters, change.id, isPut ? change.body : undefined);
        break;
      case 'device':
        this.#applyDevice(change.id as DeviceId, isPut ? change.body : undefined);
        break;
      case 'mode':
        set(this.#modes, change.id, isPut ? change.body : undefined);
        break;
      case 'category':
        set(this.#categories, change.id, isPut ? completeCategory(change.body) : undefined);
        break;
      case 'mapping':
        set(this.#mappings, change.id, isPut ? change.body : undefined);
        break;
      case 'silence':
      case 'preference':
        this.#applyOfNotifications(change);
        break;
      case 'rule':
      case 'account':
      case 'api-token':
      case 'credential':
        break;
    }
  }
}

const carriedKey = (gateway: DeviceId, address: string): string => `${gateway} ${address}`;

function set<K, V>(map: Map<K, V>, key: K, value: V | undefined): void {
  if (value === undefined) map.delete(key);
  else map.set(key, value);
}
