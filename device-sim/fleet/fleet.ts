import {
  type CommunityFile,
  type Device,
  type Place,
  type PlaceKind,
  type Resident,
  timezoneOf,
} from '#model/community.ts';

/** A community file that can be asked: the tree of places, who lives where, which device hangs where. */
export class Fleet {
  readonly file: CommunityFile;
  /** In order of id. */
  readonly devices: readonly Device[];
  readonly residents: readonly Resident[];
  readonly #places: ReadonlyMap<string, Place>;
  readonly #devicesOf: ReadonlyMap<string, readonly Device[]>;
  readonly #residentsOf: ReadonlyMap<string, readonly Resident[]>;

  constructor(file: CommunityFile) {
    this.file = file;
    this.devices = (file.devices ?? []).map(withoutToken).toSorted(byId);
    this.residents = (file.residents ?? []).toSorted(byId);
    this.#places = new Map((file.places ?? []).map((place) => [place.id, place]));
    this.#devicesOf = Map.groupBy(this.devices, ({ place }) => place);
    this.#residentsOf = Map.groupBy(this.residents, ({ place }) => place);
  }

  get timezone(): string {
    return timezoneOf(this.file.community);
  }

  place(id: string): Place | undefined {
    return this.#places.get(id);
  }

  places(): Iterable<Place> {
    return this.#places.values();
  }

  device(id: string): Device | undefined {
    return this.devices.find((device) => device.id === id);
  }

  /** Of the place itself, without those of the places in it. */
  devicesAt(place: string): readonly Device[] {
    return this.#devicesOf.get(place) ?? [];
  }

  residentsAt(place: string): readonly Resident[] {
    return this.#residentsOf.get(place) ?? [];
  }

  /** The place and everything above it, smallest first; ends with the community's id. */
  path(id: string): readonly string[] {
    const path: string[] = [];
    let next: string | undefined = id;
    while (next !== undefined && !path.includes(next)) {
      path.push(next);
      next = this.#places.get(next)?.parent;
    }
    return path;
  }

  isWithin(id: string, ancestor: string): boolean {
    return this.path(id).includes(ancestor);
  }

  /** The nearest place of that kind at or above `id`. */
  enclosing(id: string, kind: PlaceKind): string | undefined {
    return this.path(id).find((place) => this.#places.get(place)?.kind === kind);
  }
}

const byId = (one: { readonly id: string }, other: { readonly id: string }): number =>
  one.id < other.id ? -1 : 1;

function withoutToken(device: Device & { readonly token?: string }): Device {
  const { token: _, ...rest } = device;
  return rest;
}
