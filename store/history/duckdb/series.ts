import type { DuckDBConnection } from '@duckdb/node-api';

/** A series that the file does not know yet. */
export interface NewSeries {
  readonly id: number;
  readonly device: string;
  readonly property: string;
}

/** Ids of (device, property), in memory: what is here is in the file. */
export class SeriesIndex {
  readonly #ids = new Map<string, Map<string, number>>();
  #next = 1;

  static async load(connection: DuckDBConnection): Promise<SeriesIndex> {
    const index = new SeriesIndex();
    const rows = await (await connection.run('SELECT id, device, property FROM series')).getRows();
    for (const [id, device, property] of rows) {
      index.#set({ id: Number(id), device: String(device), property: String(property) });
    }
    return index;
  }

  find(device: string, property: string): number | undefined {
    return this.#ids.get(device)?.get(property);
  }

  ofDevice(device: string): readonly number[] {
    return [...(this.#ids.get(device)?.values() ?? [])];
  }

  get size(): number {
    let size = 0;
    for (const properties of this.#ids.values()) size += properties.size;
    return size;
  }

  /** Of all devices. */
  ofProperty(property: string): readonly number[] {
    return [...this.#ids.values()].flatMap((properties) => {
      const id = properties.get(property);
      return id === undefined ? [] : [id];
    });
  }

  /** Of all devices, each once. */
  properties(): readonly string[] {
    return [...new Set([...this.#ids.values()].flatMap((properties) => [...properties.keys()]))];
  }

  /** Id by property. */
  propertiesOf(device: string): ReadonlyMap<string, number> {
    return this.#ids.get(device) ?? new Map();
  }

  /** Ids for one append; `keep` them only when it is committed. */
  draft(): SeriesDraft {
    return new SeriesDraft(this, this.#next);
  }

  keep(added: readonly NewSeries[]): void {
    for (const series of added) this.#set(series);
  }

  /** Nothing is stored of these any more. */
  forget(ids: ReadonlySet<number>): void {
    for (const [device, properties] of this.#ids) {
      for (const [property, id] of properties) if (ids.has(id)) properties.delete(property);
      if (properties.size === 0) this.#ids.delete(device);
    }
  }

  #set({ id, device, property }: NewSeries): void {
    let properties = this.#ids.get(device);
    if (!properties) {
      properties = new Map();
      this.#ids.set(device, properties);
    }
    properties.set(property, id);
    this.#next = Math.max(this.#next, id + 1);
  }
}

/** The series that an append meets, new ones numbered on. */
export class SeriesDraft {
  readonly added: NewSeries[] = [];
  readonly #index: SeriesIndex;
  readonly #own = new Map<string, Map<string, number>>();
  #next: number;

  constructor(index: SeriesIndex, next: number) {
    this.#index = index;
    this.#next = next;
  }

  idOf(device: string, property: string): number {
    const known = this.#index.find(device, property) ?? this.#own.get(device)?.get(property);
    if (known !== undefined) return known;
    // The file keeps well-formed Unicode only: a lone surrogate must find the same series after a restart.
    if (!device.isWellFormed() || !property.isWellFormed()) {
      return this.idOf(device.toWellFormed(), property.toWellFormed());
    }
    const id = this.#next++;
    this.added.push({ id, device, property });
    const properties = this.#own.get(device) ?? new Map<string, number>();
    this.#own.set(device, properties.set(property, id));
    return id;
  }
}
