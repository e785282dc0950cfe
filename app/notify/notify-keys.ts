import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { GridbellError, messageOf } from '#model/errors.ts';

/** What signs links and web pushes. Lost, links in messages that are out are void and browsers have to allow pushes anew. */
export interface NotifyKeys {
  /** 32 bytes. */
  readonly link: Uint8Array;
  /** RFC 8292, base64url: the uncompressed point and the scalar of a P-256 pair. */
  readonly vapid: { readonly publicKey: string; readonly privateKey: string };
}

/** Reads the file, or makes it where there is none. Throws GridbellError `invalid-input` for one that is damaged. */
export function notifyKeys(path: string): NotifyKeys {
  if (!existsSync(path)) make(path);
  try {
    const { link, vapid } = JSON.parse(readFileSync(path, 'utf8')) as {
      readonly link: string;
      readonly vapid: NotifyKeys['vapid'];
    };
    const key = Buffer.from(link, 'base64url');
    const sizes = [
      key,
      Buffer.from(vapid.publicKey, 'base64url'),
      Buffer.from(vapid.privateKey, 'base64url'),
    ];
    if (sizes.map(({ length }) => length).join() !== '32,65,32') throw new Error('a key has another length');
    return { link: key, vapid };
  } catch (error) {
    throw new GridbellError(
      'invalid-input',
      `${path} is damaged (${messageOf(error)}): put it back from a copy of the data directory, or delete it, and browsers that allowed notifications are asked again`,
      { cause: error },
    );
  }
}

function make(path: string): void {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const { x = '', y = '' } = publicKey.export({ format: 'jwk' });
  const { d = '' } = privateKey.export({ format: 'jwk' });
  const point = Buffer.concat([Buffer.from([4]), Buffer.from(x, 'base64url'), Buffer.from(y, 'base64url')]);
  const keys = {
    link: randomBytes(32).toString('base64url'),
    vapid: { publicKey: point.toString('base64url'), privateKey: d },
  };
  // Whole or not at all, and never for others to read.
  writeFileSync(`${path}.new`, JSON.stringify(keys), { mode: 0o600, flush: true });
  renameSync(`${path}.new`, path);
}
