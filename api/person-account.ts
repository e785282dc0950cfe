import { Type } from 'typebox';
import type { Account, ResourceChange } from '#model/command.ts';
import type { Person } from '#model/community.ts';
import { GridbellError } from '#model/errors.ts';
import { hashPassword, verifyPassword } from '#model/secrets.ts';

export const Password = Type.String({
  minLength: 1,
  maxLength: 512,
  description: 'Goes in only; kept as its scrypt hash',
});
/** What a person's account takes: an empty object makes one that cannot sign in until it has a password. */
export const PersonAccount = Type.Object(
  { password: Type.Optional(Password) },
  { additionalProperties: false },
);

/**
 * What has to change so that the person has the account that is wanted: nothing when it has it already, the same
 * password included. The role of the account is the person's. `wanted` undefined: no account is asked for; one that
 * stands follows the person's role.
 */
export async function accountChange(
  person: Pick<Person, 'id' | 'role'>,
  wanted: unknown,
  standing: Account | undefined,
): Promise<readonly ResourceChange[]> {
  const isPersons = standing?.person === person.id;
  if (wanted === undefined && !isPersons) return [];
  if (standing && !isPersons)
    throw new GridbellError(
      'already-exists',
      `The account ${person.id} stands already and is not this person's.`,
    );
  const password = passwordOf(wanted);
  const keepsPassword =
    password === undefined ||
    (standing?.passwordHash !== undefined && (await verifyPassword(password, standing.passwordHash)));
  if (standing && keepsPassword && standing.role === person.role) return [];
  const passwordHash = keepsPassword ? standing?.passwordHash : await hashPassword(password);
  const body: Account = {
    id: person.id,
    role: person.role,
    person: person.id,
    ...(passwordHash === undefined ? {} : { passwordHash }),
  };
  return [{ op: 'put', resource: 'account', id: person.id, body }];
}

function passwordOf(account: unknown): string | undefined {
  if (typeof account !== 'object' || account === null || !('password' in account)) return undefined;
  return typeof account.password === 'string' ? account.password : undefined;
}
