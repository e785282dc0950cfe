import { randomBytes } from 'node:crypto';
import { GridbellError } from '#model/errors.ts';
import { equalHashes, hashDeviceToken } from '#model/secrets.ts';

export interface OperatorGrant {
  /** Begins with `operator-`; letters, digits, `-`, `_`. */
  readonly username: string;
  readonly password: string;
}

const namePattern = /^operator-[A-Za-z0-9_-]{1,64}$/;

/** Publishers that the operator lets in for a while (a replay): known in memory only, so gone with the process. */
export class Operators {
  readonly #key = randomBytes(32);
  readonly #hashes = new Map<string, string>();

  /** Throws GridbellError('invalid-input') for a name that could be a device's. */
  grant(grant: OperatorGrant): void {
    if (!namePattern.test(grant.username) || grant.password.length === 0)
      throw new GridbellError('invalid-input', "an operator's user name is operator-NAME, with a password");
    this.#hashes.set(grant.username, hashDeviceToken(this.#key, grant.username, grant.password));
  }

  knows(username: string): boolean {
    return this.#hashes.has(username);
  }

  isRight(username: string, password: string): boolean {
    const hash = this.#hashes.get(username);
    return hash !== undefined && equalHashes(hash, hashDeviceToken(this.#key, username, password));
  }
}
