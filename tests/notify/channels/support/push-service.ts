import { createDecipheriv, createECDH, createPublicKey, hkdfSync, randomBytes, verify } from 'node:crypto';
import type { PushSubscription } from '#notify/channel.ts';

/** A browser's side of web push, written from RFC 8291 and RFC 8188 alone. */
export interface PushKeys {
  readonly privateKey: Buffer;
  /** 65 bytes, uncompressed. */
  readonly publicKey: Buffer;
  readonly auth: Buffer;
}

export function newPushKeys(): PushKeys {
  const ecdh = createECDH('prime256v1');
  const publicKey = ecdh.generateKeys();
  return { privateKey: ecdh.getPrivateKey(), publicKey, auth: randomBytes(16) };
}

export const subscriptionOf = ({ auth, publicKey }: PushKeys, endpoint: string): PushSubscription => ({
  endpoint,
  keys: { p256dh: publicKey.toString('base64url'), auth: auth.toString('base64url') },
});

/** The plain text of an `aes128gcm` body of one record. Throws when it was not meant for these keys. */
export function decryptPush(body: Buffer, { auth, privateKey, publicKey }: PushKeys): Buffer {
  // RFC 8188 §2.1: salt (16), record size (4), key length (1), key; then the record.
  const salt = body.subarray(0, 16);
  const recordSize = body.readUInt32BE(16);
  const keyLength = body.readUInt8(20);
  const senderKey = body.subarray(21, 21 + keyLength);
  const record = body.subarray(21 + keyLength);
  if (record.length > recordSize) throw new Error('more than one record');
  const ecdh = createECDH('prime256v1');
  ecdh.setPrivateKey(privateKey);
  const shared = ecdh.computeSecret(senderKey);
  const info = Buffer.concat([Buffer.from('WebPush: info\0'), publicKey, senderKey]);
  const material = Buffer.from(hkdfSync('sha256', shared, auth, info, 32));
  const key = hkdfSync('sha256', material, salt, 'Content-Encoding: aes128gcm\0', 16);
  const nonce = hkdfSync('sha256', material, salt, 'Content-Encoding: nonce\0', 12);
  const decipher = createDecipheriv('aes-128-gcm', Buffer.from(key), Buffer.from(nonce));
  decipher.setAuthTag(record.subarray(-16));
  const padded = Buffer.concat([decipher.update(record.subarray(0, -16)), decipher.final()]);
  const end = padded.lastIndexOf(2);
  if (end < 0 || padded.subarray(end + 1).some((byte) => byte !== 0))
    throw new Error('no end of the last record');
  return padded.subarray(0, end);
}

/** The claims of an `Authorization: vapid t=…, k=…` (RFC 8292 §3). Throws when the signature is not of the key. */
export function vapidClaims(authorization: string): {
  readonly key: string;
  readonly claims: Readonly<Record<string, unknown>>;
} {
  const [, token = '', key = ''] = /^vapid t=([\w.-]+), ?k=([\w-]+)$/.exec(authorization) ?? [];
  const [header = '', claims = '', signature = ''] = token.split('.');
  const point = Buffer.from(key, 'base64url');
  const publicKey = createPublicKey({
    format: 'jwk',
    key: {
      kty: 'EC',
      crv: 'P-256',
      x: point.subarray(1, 33).toString('base64url'),
      y: point.subarray(33).toString('base64url'),
    },
  });
  const isSigned = verify(
    'sha256',
    Buffer.from(`${header}.${claims}`),
    { key: publicKey, dsaEncoding: 'ieee-p1363' },
    Buffer.from(signature, 'base64url'),
  );
  const { alg } = JSON.parse(Buffer.from(header, 'base64url').toString()) as { alg: string };
  if (!isSigned || alg !== 'ES256') throw new Error('not signed by its key');
  return { key, claims: JSON.parse(Buffer.from(claims, 'base64url').toString()) as Record<string, unknown> };
}
