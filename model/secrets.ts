import {
  createHash,
  createHmac,
  hkdfSync,
  randomBytes,
  type ScryptOptions,
  scrypt,
  timingSafeEqual,
} from 'node:crypto';

/** A new secret for a device, an API token or a session: 256 random bits, URL-safe. */
export const newSecret = (): string => randomBytes(32).toString('base64url');

/** How API tokens and sessions are kept: they have 256 random bits, so a plain hash cannot be guessed back. */
export const hashSecret = (secret: string): string => createHash('sha256').update(secret).digest('base64url');

/**
 * How a device's token is kept: keyed with the installation's key, since people choose short tokens, and bound to the
 * device. Fast on purpose: thousands of devices come back at once after a power cut.
 */
export const hashDeviceToken = (key: Uint8Array, device: string, token: string): string =>
  createHmac('sha256', key).update(device).update('\0').update(token).digest('base64url');

/** A key of its own for each use, made from one of the installation's keys. */
export const derivedKey = (key: Uint8Array, purpose: string): Uint8Array =>
  new Uint8Array(hkdfSync('sha256', key, '', `gridbell ${purpose}`, 32));

/** How codes are kept that people read out: too short for a plain hash, which could be tried from end to end. */
export const keyedHash = (key: Uint8Array, purpose: string, text: string): Buffer =>
  createHmac('sha256', key).update(purpose).update('\0').update(text).digest();

/** Compares two hashes in constant time. */
export function equalHashes(a: string, b: string): boolean {
  const left = Buffer.from(a);
  const right = Buffer.from(b);
  return left.length === right.length && timingSafeEqual(left, right);
}

/** OWASP's scrypt setting of 64 MiB would stall two cores: 32 MiB with p = 2 costs an attacker the same. */
const cost: ScryptOptions & { N: number; r: number; p: number } = {
  N: 2 ** 15,
  r: 8,
  p: 2,
  maxmem: 128 * 1024 * 1024,
};

const derive = (password: string, salt: Buffer, options: ScryptOptions): Promise<Buffer> =>
  new Promise((resolve, reject) => {
    scrypt(password.normalize('NFKC'), salt, 32, options, (error, key) =>
      error ? reject(error) : resolve(key),
    );
  });

/** `scrypt$N$r$p$salt$hash` in base64url. */
export async function hashPassword(password: string): Promise<string> {
  const salt = randomBytes(16);
  const key = await derive(password, salt, cost);
  return ['scrypt', cost.N, cost.r, cost.p, salt.toString('base64url'), key.toString('base64url')].join('$');
}

/**
 * Whether the password fits. Without a stored hash (no such account) it takes as long and answers false, so that the
 * time tells nobody which accounts exist.
 */
export async function verifyPassword(password: string, stored: string | undefined): Promise<boolean> {
  const [scheme, n, r, p, salt, hash] = (stored ?? '').split('$');
  if (scheme !== 'scrypt' || !salt || !hash) {
    await derive(password, Buffer.alloc(16), cost);
    return false;
  }
  const key = await derive(password, Buffer.from(salt, 'base64url'), {
    N: Number(n),
    r: Number(r),
    p: Number(p),
    maxmem: cost.maxmem ?? 0,
  });
  return equalHashes(key.toString('base64url'), hash);
}
