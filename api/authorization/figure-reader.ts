import { includes, ruleReaders } from '#api/authorization/role-groups.ts';
import type { Caller } from '#api/caller.ts';
import type { ApiReader } from '#api/ports.ts';
import type { PersonId, PlaceId } from '#model/brand.ts';
import type { Configuration } from '#model/configuration.ts';

export interface FigureReaderParts {
  readonly reader: Pick<ApiReader, 'accounts'>;
  readonly configuration: Configuration;
}

/**
 * A person as the caller that they would be, signed in now: with role and places as they stand. undefined: they have no account
 * that may read figures. Of several accounts the first by id.
 */
export function figureReader(
  person: PersonId,
  { configuration, reader }: FigureReaderParts,
): Caller | undefined {
  const known = configuration.person(person);
  const account = reader
    .accounts()
    .filter((each) => each.person === person && includes(ruleReaders, each.role))
    .sort((a, b) => (a.id < b.id ? -1 : 1))[0];
  if (!known || !account) return undefined;
  const isEverywhere =
    account.role === 'admin' || known.places.some((place) => place === String(configuration.communityId));
  return {
    actor: { kind: 'account', id: account.id, person },
    role: account.role,
    person,
    places: isEverywhere ? null : known.places,
    via: 'bearer',
    session: null,
  };
}

/** Whether a person may read figures of all of these places as things stand; null: of everything. */
export function mayReadFigures(
  person: PersonId,
  places: readonly PlaceId[] | null,
  parts: FigureReaderParts,
): boolean {
  const caller = figureReader(person, parts);
  if (!caller || places?.length === 0) return false;
  const { places: own } = caller;
  if (own === null) return true;
  return places?.every((place) => own.some((each) => parts.configuration.isWithin(place, each))) ?? false;
}
