import { createHash, randomBytes } from 'node:crypto';
import type { Credential } from '#model/command.ts';
import type { Device } from '#model/community.ts';
import { Seal } from '#model/seal.ts';
import { derivedKey, hashDeviceToken, newSecret } from '#model/secrets.ts';

/** Dialects whose devices push their events over HTTP. */
const pushed: ReadonlySet<string> = new Set(['hikvision']);
export const isPushed = ({ dialect }: Pick<Device, 'dialect'>): boolean =>
  dialect !== undefined && pushed.has(dialect);

/** What devices show to people who enter a password, and what HTTP digest is computed with (RFC 7616 §3.3). */
export const pushRealm = 'gridbell';

/**
 * A new token. Those that push over HTTP take passwords of 8 to 16 characters: 96 random bits in 16; all others 256 random
 * bits.
 */
export const newDeviceToken = (device: Pick<Device, 'dialect'>): string =>
  isPushed(device) ? randomBytes(12).toString('base64url') : newSecret();

/** What is kept of a device's token. `key`: the installation's key for device tokens. */
export function deviceCredential(
  device: Pick<Device, 'id' | 'dialect'>,
  token: string,
  key: Uint8Array,
): Credential {
  const { id } = device;
  const credential = { device: id, tokenHash: hashDeviceToken(key, id, token) };
  if (!isPushed(device)) return credential;
  const digest = createHash('md5').update(`${id}:${pushRealm}:${token}`).digest();
  return { ...credential, digest: sealOf(key).seal(digest, id).toString('base64url') };
}

/** H(A1) of HTTP digest with MD5, in hexadecimal; undefined: it was not kept of this token, or was sealed with another key. */
export function digestSecret(
  { device, digest }: { readonly device: string; readonly digest: string | null | undefined },
  key: Uint8Array,
): string | undefined {
  if (typeof digest !== 'string') return undefined;
  try {
    return sealOf(key).open(Buffer.from(digest, 'base64url'), device).toString('hex');
  } catch {
    return undefined;
  }
}

/** As good as the token itself to who has it: kept under a key that is not in the store. */
const sealOf = (key: Uint8Array): Seal => new Seal(derivedKey(key, 'http digest'), 'http digest');
