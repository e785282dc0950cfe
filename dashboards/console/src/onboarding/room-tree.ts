interface TreePlace {
  readonly id: string;
  readonly kind: string;
  readonly parent: string;
}

const innerKinds: readonly string[] = ['unit', 'room'];

/** A grid, a building or a yard: one goes there, and then to a door. */
export const isOuter = ({ kind }: Pick<TreePlace, 'kind'>): boolean => !innerKinds.includes(kind);

/** Units and rooms that lie in the place, in whatever depth, but none of what lies in another outer one within it. */
export function roomsOf<Place extends TreePlace>(
  places: ReadonlyMap<string, Place>,
  outer: string,
): readonly Place[] {
  return [...places.values()].filter((place) => !isOuter(place) && outerOf(places, place.id) === outer);
}

/** The nearest grid, building or yard of a place: itself, where it is one; the id that it lies in, where that is not known. */
export function outerOf<Place extends TreePlace>(places: ReadonlyMap<string, Place>, id: string): string {
  const seen = new Set<string>();
  for (let at = id; ; ) {
    const place = places.get(at);
    if (place === undefined || isOuter(place) || seen.has(at)) return at;
    seen.add(at);
    at = place.parent;
  }
}
