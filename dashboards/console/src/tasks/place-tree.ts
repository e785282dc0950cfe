interface TreePlace {
  readonly id: string;
  readonly parent: string;
}

/** Each place right after what it lies in, by how deep it lies; one whose surroundings are not known stands at the top. */
export function placesInOrder<Place extends TreePlace>(
  places: readonly Place[],
  community: string | undefined,
): readonly { readonly place: Place; readonly depth: number }[] {
  const known = new Set(places.map(({ id }) => id));
  const within = new Map<string, Place[]>();
  const tops: Place[] = [];
  for (const place of places) {
    if (place.parent === community || !known.has(place.parent)) tops.push(place);
    else within.set(place.parent, [...(within.get(place.parent) ?? []), place]);
  }
  const walk = (place: Place, depth: number): { place: Place; depth: number }[] => [
    { place, depth },
    ...(within.get(place.id) ?? []).flatMap((inner) => walk(inner, depth + 1)),
  ];
  return tops.flatMap((place) => walk(place, 0));
}
