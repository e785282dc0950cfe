import { type Static, Type } from 'typebox';
import { everywhere } from '#api/authorization/access.ts';
import { admins } from '#api/authorization/role-groups.ts';
import { callerOf } from '#api/caller.ts';
import type { Api, ApiContext } from '#api/context.ts';
import { pageById } from '#api/paging.ts';
import { knownIn, unknownReference } from '#api/references.ts';
import { answers, closed, Id, IdParams, NoContent, oneOf, pageFields, pageOf } from '#api/schemas.ts';
import type { ApiToken } from '#model/command.ts';
import { GridbellError } from '#model/errors.ts';
import { roles } from '#model/role.ts';
import { hashSecret, newSecret } from '#model/secrets.ts';

const Token = Type.Object({
  id: Type.String(),
  name: Type.String(),
  role: oneOf(roles),
  places: Type.Array(Type.String(), { description: 'Where it may act; empty: everywhere' }),
});
const tokenView = ({ id, name, role, places }: ApiToken): Static<typeof Token> => ({
  id,
  name,
  role,
  places: [...places],
});

/** API tokens for programs: a role and places of their own, no password, no end. */
export function tokenRoutes(app: Api, context: ApiContext): void {
  const access = { roles: admins, scope: everywhere };
  const tags = ['tokens'];

  app.get(
    '/tokens',
    {
      config: { access },
      schema: {
        tags,
        summary: 'All API tokens, without their secrets',
        querystring: closed(pageFields),
        response: answers({ 200: pageOf(Token) }),
      },
    },
    async (request) => pageById(context.reader.apiTokens(), request.query, tokenView),
  );

  app.post(
    '/tokens',
    {
      config: { access },
      schema: {
        tags,
        summary: 'Create an API token; its secret is shown once',
        body: closed({
          name: Type.String({ minLength: 1, maxLength: 200 }),
          role: oneOf(roles),
          places: Type.Optional(Type.Array(Id, { maxItems: 1_000 })),
        }),
        response: answers({ 201: Type.Object({ ...Token.properties, token: Type.String() }) }),
      },
    },
    async (request, reply) => {
      const { name, role, places = [] } = request.body;
      const known = knownIn(context.configuration);
      const issues = places.flatMap((place, index) =>
        known.hasPlace(place) ? [] : [{ path: `places[${index}]`, message: `there is no place ${place}` }],
      );
      if (issues.length > 0) throw unknownReference(issues);
      const token = newSecret();
      const tokenHash = hashSecret(token);
      // Named after its hash: unique, and says nothing.
      const body: ApiToken = { id: `token-${tokenHash.slice(0, 12)}`, name, role, places, tokenHash };
      await context.change(callerOf(request), {
        expect: 'absent',
        changes: [{ op: 'put', resource: 'api-token', id: body.id, body }],
        reason: `create API token ${name}`,
      });
      return reply.code(201).send({ ...tokenView(body), token });
    },
  );

  app.delete(
    '/tokens/:id',
    {
      config: { access },
      schema: {
        tags,
        summary: 'Delete an API token; it ends at once',
        params: IdParams,
        response: answers({ 204: NoContent }),
      },
    },
    async (request, reply) => {
      const { id } = request.params;
      if (!context.reader.apiTokens().some((token) => token.id === id))
        throw new GridbellError('not-found', `There is no API token ${id}.`);
      await context.change(callerOf(request), {
        expect: 'present',
        changes: [{ op: 'delete', resource: 'api-token', id }],
        reason: `delete API token ${id}`,
      });
      return reply.code(204).send(null);
    },
  );
}
