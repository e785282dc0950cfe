import { type Static, Type } from 'typebox';
import { everywhere } from '#api/authorization/access.ts';
import { admins } from '#api/authorization/role-groups.ts';
import { callerOf } from '#api/caller.ts';
import type { Api, ApiContext } from '#api/context.ts';
import { mergeFresh } from '#api/fresh-merge.ts';
import { pageById } from '#api/paging.ts';
import { Password } from '#api/person-account.ts';
import { unknownReference } from '#api/references.ts';
import {
  answers,
  closed,
  Id,
  IdParams,
  NoContent,
  nullable,
  oneOf,
  pageFields,
  pageOf,
} from '#api/schemas.ts';
import type { PersonId } from '#model/brand.ts';
import type { Account } from '#model/command.ts';
import type { Stored } from '#model/configuration.ts';
import { GridbellError } from '#model/errors.ts';
import { roles } from '#model/role.ts';
import { hashPassword } from '#model/secrets.ts';

const UserId = Type.String({ pattern: '^[A-Za-z0-9_-]{1,64}$' });
const User = Type.Object({
  id: Type.String(),
  role: oneOf(roles),
  person: nullable(Type.String()),
  hasPassword: Type.Boolean(),
});
const userView = (account: Account): Static<typeof User> => ({
  id: account.id,
  role: account.role,
  person: account.person ?? null,
  hasPassword: account.passwordHash !== undefined,
});

/** Accounts: who may sign in, as what. An account without a person is bound to no place. */
export function userRoutes(app: Api, context: ApiContext): void {
  const access = { roles: admins, scope: everywhere };
  const tags = ['users'];
  const stored = (id: string): Stored<'account'> => {
    const account = context.reader.get('account', id);
    if (!account) throw new GridbellError('not-found', `There is no user ${id}.`);
    return account;
  };
  const required = (id: string): Account => stored(id).body;
  const put = (account: Account) =>
    ({ op: 'put', resource: 'account', id: account.id, body: account }) as const;
  const checkPerson = (person: string | undefined): void => {
    if (person !== undefined && !context.configuration.person(person as PersonId))
      throw unknownReference([{ path: 'person', message: `there is no person ${person}` }]);
  };
  /** Nobody could mend an installation without an admin, except at the machine itself. */
  const keepAnAdmin = (without: string): void => {
    const others = context.reader.accounts().some((each) => each.role === 'admin' && each.id !== without);
    if (!others && context.reader.account(without)?.role === 'admin')
      throw new GridbellError('wrong-state', `${without} is the last admin.`);
  };

  app.get(
    '/users',
    {
      config: { access },
      schema: {
        tags,
        summary: 'All accounts, by id',
        querystring: closed(pageFields),
        response: answers({ 200: pageOf(User) }),
      },
    },
    async (request) => pageById(context.reader.accounts(), request.query, userView),
  );

  app.get(
    '/users/:id',
    {
      config: { access },
      schema: { tags, summary: 'One account', params: IdParams, response: answers({ 200: User }) },
    },
    async (request) => userView(required(request.params.id)),
  );

  app.post(
    '/users',
    {
      config: { access },
      schema: {
        tags,
        summary: 'Create an account',
        body: closed({
          id: UserId,
          role: oneOf(roles),
          person: Type.Optional(Id),
          password: Type.Optional(Password),
        }),
        response: answers({ 201: User }),
      },
    },
    async (request, reply) => {
      const { id, role, person, password } = request.body;
      checkPerson(person);
      const alreadyExists = (cause?: unknown) => {
        const standing = context.reader.account(id);
        return new GridbellError('already-exists', `The user ${id} stands already.`, {
          cause,
          extra: standing ? { standing: userView(standing) } : {},
        });
      };
      if (context.reader.account(id)) throw alreadyExists();
      const account: Account = {
        id,
        role,
        ...(person === undefined ? {} : { person }),
        ...(password === undefined ? {} : { passwordHash: await hashPassword(password) }),
      };
      try {
        await context.change(callerOf(request), {
          expect: 'absent',
          changes: [put(account)],
          reason: `create user ${id}`,
        });
      } catch (error) {
        throw error instanceof GridbellError && error.code === 'already-exists'
          ? alreadyExists(error)
          : error;
      }
      return reply.code(201).header('location', `/api/v1/users/${id}`).send(userView(account));
    },
  );

  app.patch(
    '/users/:id',
    {
      config: { access },
      schema: {
        tags,
        summary: 'Change role, person or password of an account',
        params: IdParams,
        body: closed({
          role: Type.Optional(oneOf(roles)),
          person: Type.Optional(nullable(Id)),
          password: Type.Optional(Password),
        }),
        response: answers({ 200: User }),
      },
    },
    async (request) => {
      const { id } = request.params;
      const { role, person, password } = request.body;
      return mergeFresh(async () => {
        const { body: standing, version } = stored(id);
        if (role !== undefined && role !== 'admin') keepAnAdmin(id);
        const wanted = person === undefined ? standing.person : (person ?? undefined);
        checkPerson(wanted);
        const passwordHash = password === undefined ? standing.passwordHash : await hashPassword(password);
        const account: Account = {
          id,
          role: role ?? standing.role,
          ...(wanted === undefined ? {} : { person: wanted }),
          ...(passwordHash === undefined ? {} : { passwordHash }),
        };
        await context.change(callerOf(request), {
          expect: 'present',
          changes: [put(account)],
          versions: { [`account ${id}`]: version },
          reason: `change user ${id}`,
        });
        return userView(account);
      });
    },
  );

  app.delete(
    '/users/:id',
    {
      config: { access },
      schema: {
        tags,
        summary: 'Delete an account; its sessions end',
        params: IdParams,
        response: answers({ 204: NoContent }),
      },
    },
    async (request, reply) => {
      const { id } = request.params;
      required(id);
      keepAnAdmin(id);
      await context.change(callerOf(request), {
        expect: 'present',
        changes: [{ op: 'delete', resource: 'account', id }],
        reason: `delete user ${id}`,
      });
      return reply.code(204).send(null);
    },
  );
}
