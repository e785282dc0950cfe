import type { PlaceId, ResidentId } from '#model/brand.ts';
import type { Device, Mode } from '#model/community.ts';
import type { Configuration } from '#model/configuration.ts';
import type { KeyName } from '#rules/engine/key-state.ts';

/** The modes that are set now, and for whom they count: looked up once for everybody. */
export class ModesSet {
  readonly #configuration: Configuration;
  readonly #byTarget: ReadonlyMap<string, readonly Mode[]>;

  constructor(configuration: Configuration) {
    this.#configuration = configuration;
    this.#byTarget = Map.groupBy(configuration.modes(), ({ target }) => target);
  }

  /** Those of its place and all around it, and of its resident. */
  ofDevice({ place, resident }: Device): readonly Mode[] {
    return this.#at(() => [...this.#configuration.path(place), resident ?? '']);
  }

  /** Those of the resident and the home, or of the place and all around it. `member`: any of its devices. */
  ofKey({ kind, id }: KeyName, member: Device): readonly Mode[] {
    return this.#at(() => {
      if (kind === 'resident') {
        const home = this.#configuration.resident(id as ResidentId)?.place;
        return [...(home === undefined ? [] : this.#configuration.path(home)), id];
      }
      const path = this.#configuration.path(member.place);
      return path.slice(path.indexOf(id as PlaceId));
    });
  }

  #at(targets: () => readonly string[]): readonly Mode[] {
    return this.#byTarget.size === 0 ? [] : targets().flatMap((target) => this.#byTarget.get(target) ?? []);
  }
}
