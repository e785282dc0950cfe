import { type Static, Type } from 'typebox';
import { nullable } from '#api/schemas.ts';
import type { PersonId, PlaceId } from '#model/brand.ts';
import type { Configuration } from '#model/configuration.ts';
import { LocalText } from '#model/text.ts';

/** What stands beside the id of a rule. */
export const RuleName = nullable(LocalText);

const Name = Type.Union([Type.String(), LocalText], { description: 'As the community file has it' });

/** What stands beside the id of a place, so that who may not list places still reads where something is. */
export const PlacePath = Type.Array(
  Type.Object({ id: Type.String(), kind: Type.String(), name: Type.Optional(Name) }),
  { description: 'The place and what lies around it, smallest first, without the community' },
);

/** The names of people, by id. */
export const PeopleNames = Type.Record(Type.String(), Name, {
  description: 'The names of the people that this names by id, as far as they have one',
});

export function placePath(configuration: Configuration, id: PlaceId): Static<typeof PlacePath> {
  return configuration.path(id).flatMap((step) => {
    const place = configuration.place(step);
    if (!place) return [];
    const { kind, name } = place;
    return [{ id: step, kind, ...(name === undefined ? {} : { name }) }];
  });
}

export function peopleNames(configuration: Configuration, ids: Iterable<string>): Static<typeof PeopleNames> {
  const names: Static<typeof PeopleNames> = {};
  for (const id of new Set(ids)) {
    const name = configuration.person(id as PersonId)?.name;
    if (name !== undefined) names[id] = name;
  }
  return names;
}
