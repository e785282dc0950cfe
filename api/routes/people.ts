import { type TProperties, Type } from 'typebox';
import { admins, maySeePhones, observers } from '#api/authorization/role-groups.ts';
import type { Caller } from '#api/caller.ts';
import type { Api, ApiContext } from '#api/context.ts';
import { accountChange, PersonAccount } from '#api/person-account.ts';
import { personIssues } from '#api/references.ts';
import type { Companions } from '#api/resource-kind.ts';
import { resourceRoutes } from '#api/resource-routes.ts';
import { Person } from '#model/community.ts';

const incoming: TProperties = { account: Type.Optional(PersonAccount) };

export const personRoutes = (app: Api, context: ApiContext): void =>
  resourceRoutes(app, context, {
    name: 'person',
    path: 'people',
    schema: Person,
    incoming,
    readers: observers,
    writers: admins,
    idOf: (person) => person.id,
    placesOf: (person) => person.places,
    mayRead: (person, caller) => caller.person === person.id || worksTogether(person, caller, context),
    view: (person, caller) => personView(person, caller),
    issues: (person, known) => personIssues(person, known),
    onPut: async (person, fields): Promise<Companions> => ({
      changes: await accountChange(person, fields['account'], context.reader.account(person.id)),
    }),
    onDelete: (id) => [
      ...(context.reader.account(id)?.person === id
        ? [{ op: 'delete', resource: 'account', id } as const]
        : []),
      ...(context.reader.get('preference', id)
        ? [{ op: 'delete', resource: 'preference', id } as const]
        : []),
    ],
  });

/** Whose places overlap with the caller's: also those who stand above, since tasks go up to them. */
const worksTogether = (person: Person, caller: Caller, { configuration }: ApiContext): boolean =>
  caller.places === null ||
  person.places.some((place) =>
    caller.places?.some((own) => configuration.isWithin(place, own) || configuration.isWithin(own, place)),
  );

function personView(person: Person, caller: Caller): Person {
  if (maySeePhones(caller.role) || caller.person === person.id) return person;
  const { addresses: _addresses, phone: _phone, ...open } = person;
  return open;
}
