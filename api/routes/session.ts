import { type Static, Type } from 'typebox';
import { type Authenticator, sessionCookie } from '#api/authentication/authenticator.ts';
import { SignInThrottle } from '#api/authentication/sign-in-throttle.ts';
import { open, own } from '#api/authorization/access.ts';
import { type Caller, callerOf } from '#api/caller.ts';
import type { Api, ApiContext } from '#api/context.ts';
import { answers, closed, Instant, NoContent, nullable, oneOf } from '#api/schemas.ts';
import { type EpochMs, hour, plus } from '#model/brand.ts';
import { iso } from '#model/clock.ts';
import type { Configuration } from '#model/configuration.ts';
import { GridbellError } from '#model/errors.ts';
import { roles } from '#model/role.ts';
import { hashSecret, newSecret, verifyPassword } from '#model/secrets.ts';
import { LocalText } from '#model/text.ts';

/** A working day and a little more: who starts a shift signs in once. */
const sessionMs = 12 * hour;

const User = Type.Object({
  id: Type.String(),
  role: oneOf(roles),
  person: nullable(Type.String()),
  name: Type.Optional(
    Type.Union([Type.String(), LocalText], { description: 'As the community file has it' }),
  ),
  places: nullable(Type.Array(Type.String(), { description: 'null: everywhere' })),
});
const ClockSchema = Type.Object({ kind: oneOf(['system', 'data']), now: Instant });
const CommunitySchema = Type.Object({
  id: Type.String(),
  name: Type.Optional(Type.Union([Type.String(), LocalText])),
  timezone: Type.String({ description: 'IANA zone; times are shown in it' }),
});
const WhoAmI = Type.Object({
  user: User,
  expiresAt: nullable(Instant),
  clock: ClockSchema,
  community: nullable(CommunitySchema),
});
const SignedIn = Type.Object({ ...WhoAmI.properties, token: Type.String() });

export interface SessionRouteOptions {
  readonly authenticator: Authenticator;
  /** Told when somebody has signed out. */
  readonly onSignedOut: () => void;
}

export function sessionRoutes(
  app: Api,
  context: ApiContext,
  { authenticator, onSignedOut }: SessionRouteOptions,
): void {
  const throttle = new SignInThrottle(context.wallClock);
  const cookie = (isSecure: boolean) =>
    ({ path: '/', httpOnly: true, sameSite: 'strict', secure: isSecure }) as const;

  app.post(
    '/session',
    {
      config: { access: open, rateLimit: { max: 300, timeWindow: 60_000 } },
      schema: {
        tags: ['session'],
        summary: 'Sign in; sets the session cookie and answers with the same token for Authorization: Bearer',
        body: closed({
          username: Type.String({ minLength: 1, maxLength: 200 }),
          password: Type.String({ minLength: 1, maxLength: 512 }),
        }),
        response: answers({ 200: SignedIn }),
      },
    },
    async (request, reply): Promise<Static<typeof SignedIn>> => {
      const { username, password } = request.body;
      const address = request.ip || 'socket';
      const wait = throttle.waitMs(address, username);
      if (wait > 0) {
        reply.header('retry-after', Math.ceil(wait / 1_000));
        throw new GridbellError('too-many-requests', 'Too many attempts to sign in; wait and try again.');
      }
      throttle.begin(address, username);
      const account = context.reader.account(username);
      if (!(await verifyPassword(password, account?.passwordHash)) || !account)
        throw new GridbellError('wrong-credentials', 'User name or password is wrong.');
      throttle.succeed(address, username);
      const token = newSecret();
      const session = { tokenHash: hashSecret(token), expiresAt: plus(context.wallClock.now(), sessionMs) };
      const caller = authenticator.ofAccount(account, 'bearer', session);
      await context.execute(caller, { name: 'open-session', account: account.id, ...session });
      reply.setCookie(sessionCookie, token, {
        ...cookie(request.protocol === 'https'),
        maxAge: sessionMs / 1_000,
      });
      return { token, ...whoAmI(caller, context) };
    },
  );

  app.get(
    '/session',
    {
      config: { access: { roles: 'signed-in', scope: own } },
      schema: {
        tags: ['session'],
        summary: 'Who am I, until when, and which clock counts',
        response: answers({ 200: WhoAmI }),
      },
    },
    async (request) => whoAmI(callerOf(request), context),
  );

  app.delete(
    '/session',
    {
      config: { access: { roles: 'signed-in', scope: own } },
      schema: { tags: ['session'], summary: 'Sign out', response: answers({ 204: NoContent }) },
    },
    async (request, reply) => {
      const caller = callerOf(request);
      if (caller.session)
        await context.execute(caller, { name: 'close-session', tokenHash: caller.session.tokenHash });
      onSignedOut();
      return reply
        .clearCookie(sessionCookie, cookie(request.protocol === 'https'))
        .code(204)
        .send(null);
    },
  );
}

function whoAmI(caller: Caller, { configuration, platform }: ApiContext): Static<typeof WhoAmI> {
  const name = caller.person === null ? undefined : configuration.person(caller.person)?.name;
  const expiresAt: EpochMs | undefined = caller.session?.expiresAt;
  return {
    user: {
      id: caller.actor.id,
      role: caller.role,
      person: caller.person,
      ...(name === undefined ? {} : { name }),
      places: caller.places === null ? null : [...caller.places],
    },
    expiresAt: expiresAt === undefined ? null : iso(expiresAt),
    clock: { kind: platform.clock, now: iso(platform.now()) },
    community: sessionCommunity(configuration),
  };
}

function sessionCommunity({
  communityId,
  community,
  timezone,
}: Configuration): Static<typeof WhoAmI>['community'] {
  if (communityId === undefined) return null;
  const name = community?.name;
  return { id: communityId, ...(name === undefined ? {} : { name }), timezone };
}
