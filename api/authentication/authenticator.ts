import type { FastifyRequest } from 'fastify';
import type { Caller } from '#api/caller.ts';
import type { ConfigurationCache } from '#api/configuration-cache.ts';
import type { ApiReader } from '#api/ports.ts';
import type { PersonId, PlaceId } from '#model/brand.ts';
import type { Clock } from '#model/clock.ts';
import type { Account } from '#model/command.ts';
import { hashSecret } from '#model/secrets.ts';

/** The console's session; the name says whose it is when several things run on one host. */
export const sessionCookie = 'gridbell-session';

export interface AuthenticatorParts {
  readonly reader: Pick<ApiReader, 'account' | 'session' | 'apiToken'>;
  readonly configuration: ConfigurationCache;
  readonly wallClock: Clock;
  /** Every request is the operator's: only for the socket in the data directory. */
  readonly trustedOperator: boolean;
}

/** Finds who asks: a bearer token (session or API token), else the session cookie. */
export class Authenticator {
  readonly #parts: AuthenticatorParts;

  constructor(parts: AuthenticatorParts) {
    this.#parts = parts;
  }

  /** Null when nobody is signed in; a token that does not count is as good as none. */
  identify(request: FastifyRequest): Caller | null {
    if (this.#parts.trustedOperator) return operator;
    const bearer = /^Bearer +(\S+)$/i.exec(request.headers.authorization ?? '')?.[1];
    if (bearer !== undefined) {
      const hash = hashSecret(bearer);
      return this.#ofSession(hash, 'bearer') ?? this.#ofApiToken(hash);
    }
    const cookie = request.cookies[sessionCookie];
    return cookie === undefined ? null : this.#ofSession(hashSecret(cookie), 'cookie');
  }

  /** The caller that a fresh session of this account has. */
  ofAccount(account: Account, via: 'cookie' | 'bearer', session: Caller['session']): Caller {
    const person = account.person === undefined ? null : (account.person as PersonId);
    return {
      actor: {
        kind: 'account',
        id: account.id,
        ...(account.person === undefined ? {} : { person: account.person }),
      },
      role: account.role,
      person,
      places: this.#placesOf(account),
      via,
      session,
    };
  }

  /** An account that stands for a person works where the person does; one without a person, and an admin, everywhere. */
  #placesOf(account: Account): readonly PlaceId[] | null {
    if (account.role === 'admin' || account.person === undefined) return null;
    return this.#bounds(this.#parts.configuration.current().person(account.person as PersonId)?.places ?? []);
  }

  /** Who is bound to the community is bound to nothing: it is the whole installation. */
  #bounds(places: readonly PlaceId[]): readonly PlaceId[] | null {
    const community: string | undefined = this.#parts.configuration.current().communityId;
    return places.some((place) => place === community) ? null : places;
  }

  #ofSession(tokenHash: string, via: 'cookie' | 'bearer'): Caller | null {
    const session = this.#parts.reader.session(tokenHash);
    if (!session || session.expiresAt <= this.#parts.wallClock.now()) return null;
    const account = this.#parts.reader.account(session.account);
    return account ? this.ofAccount(account, via, { tokenHash, expiresAt: session.expiresAt }) : null;
  }

  #ofApiToken(tokenHash: string): Caller | null {
    const token = this.#parts.reader.apiToken(tokenHash);
    if (!token) return null;
    return {
      actor: { kind: 'token', id: token.id },
      role: token.role,
      person: null,
      places: token.places.length === 0 ? null : this.#bounds(token.places.map((place) => place as PlaceId)),
      via: 'bearer',
      session: null,
    };
  }
}

const operator: Caller = {
  actor: { kind: 'operator', id: 'operator' },
  role: 'admin',
  person: null,
  places: null,
  via: 'socket',
  session: null,
};
