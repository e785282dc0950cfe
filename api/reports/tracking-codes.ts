import { randomBytes } from 'node:crypto';
import { codeFrom, readCode } from '#api/reports/spoken-code.ts';
import { GridbellError } from '#model/errors.ts';
import { keyedHash } from '#model/secrets.ts';

/** Nine characters of five bits, and a check: 45 bits are not found by trying (api/reports/resident-limits.ts). */
const length = 10;

/**
 * Tracking codes of reports. Nobody keeps one but the resident: here there is a keyed hash. A client that is not sure
 * whether its report arrived sends it again with the same key of its own, and gets the same code.
 */
export class TrackingCodes {
  readonly #key: Uint8Array;

  /** 32 bytes of the installation. */
  constructor(key: Uint8Array) {
    this.#key = key;
  }

  /** A new one, or that of the client's own key (at least 16 characters that nobody guesses). */
  make(clientKey: string | undefined): string {
    return codeFrom(
      clientKey === undefined ? randomBytes(length) : keyedHash(this.#key, 'client key', clientKey),
      length,
    );
  }

  hash(code: string): string {
    return keyedHash(this.#key, 'tracking code', code).toString('base64url');
  }

  /** The hash that finds the report. Throws `not-found` for what cannot be a code, as for one that nobody has. */
  hashOf(typed: string): string {
    const code = readCode(typed, length);
    if (code === null) throw unknownCode();
    return this.hash(code);
  }
}

export const unknownCode = (): GridbellError =>
  new GridbellError('not-found', 'There is no report with this code; check it letter by letter.');
