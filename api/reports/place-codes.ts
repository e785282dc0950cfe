import { codeFrom, readCode } from '#api/reports/spoken-code.ts';
import type { PlaceId } from '#model/brand.ts';
import type { Configuration } from '#model/configuration.ts';
import { keyedHash } from '#model/secrets.ts';

const length = 8;

/**
 * The codes of places that stand on printed labels. They follow from the place's id and the installation's key: nothing is
 * stored, a label holds as long as its place, and nobody finds the others from one.
 */
export class PlaceCodes {
  readonly #key: Uint8Array;
  readonly #known = new WeakMap<Configuration, ReadonlyMap<string, PlaceId>>();

  constructor(key: Uint8Array) {
    this.#key = key;
  }

  of(place: string): string {
    return codeFrom(keyedHash(this.#key, 'place', place), length);
  }

  /** The place of an id or of a label's code; undefined: there is none. */
  find(text: string, configuration: Configuration): PlaceId | undefined {
    const id = text as PlaceId;
    if (configuration.place(id) || String(configuration.communityId) === text) return id;
    const code = readCode(text, length);
    return code === null ? undefined : this.#codesOf(configuration).get(code);
  }

  #codesOf(configuration: Configuration): ReadonlyMap<string, PlaceId> {
    let known = this.#known.get(configuration);
    if (!known) {
      known = new Map([...configuration.places()].map(({ id }) => [this.of(id), id]));
      this.#known.set(configuration, known);
    }
    return known;
  }
}
