import type { PlaceKind, Resident } from '#model/community.ts';

/** What a condition may ask of the device: `device.id`, `device.kind`, `device.tags`. */
export class DeviceFacts {
  readonly id: string;
  readonly kind: string;
  readonly tags: readonly string[];

  constructor(id: string, kind: string, tags: readonly string[]) {
    this.id = id;
    this.kind = kind;
    this.tags = tags;
  }
}

/** The device's place: `place.path` begins with the place itself and ends with the community. */
export class PlaceFacts {
  readonly id: string;
  readonly kind: PlaceKind;
  readonly path: readonly string[];

  constructor(id: string, kind: PlaceKind, path: readonly string[]) {
    this.id = id;
    this.kind = kind;
    this.path = path;
  }
}

/**
 * The resident whom the device belongs to. What is not known of the person is undefined: missing data. Limits of one's own are
 * different: whoever has none has an empty map, so that a rule can fall back on its own.
 */
export class ResidentFacts {
  readonly livesAlone: boolean | undefined;
  readonly limits: NonNullable<Resident['limits']>;
  readonly #birthYear: number | undefined;
  /** The calendar year of the reading that is judged; the engine sets it before each look. */
  year = 0;

  constructor(resident: Pick<Resident, 'livesAlone' | 'limits' | 'birthYear'>) {
    this.livesAlone = resident.livesAlone;
    this.limits = resident.limits ?? {};
    this.#birthYear = resident.birthYear;
  }

  /** Full years at the end of the calendar year: only the year of birth is known. */
  get age(): number | undefined {
    return this.#birthYear === undefined ? undefined : this.year - this.#birthYear;
  }
}

/** Of a device that belongs to nobody: no limits of one's own, everything else unknown. */
export const nobody: ResidentFacts = new ResidentFacts({});
