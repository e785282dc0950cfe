import { type RawBuilder, sql } from 'kysely';
import type { PlaceId } from '#model/brand.ts';

/**
 * True where the column `place` is one of these. The list is bound as one JSON value. One place is looked up by its
 * index; for more the newest rows are walked (the `+` keeps the index away), since a caller with many places sees
 * most rows and sorting them all costs more than passing some by.
 */
export const atPlaces = (places: readonly PlaceId[]): RawBuilder<boolean> =>
  places.length === 1
    ? sql<boolean>`place = ${places[0]}`
    : sql<boolean>`+place in (select value from json_each(${JSON.stringify(places)}))`;
