import { createHmac } from 'node:crypto';
import { GridbellError } from '#model/errors.ts';

const prefix = 'whsec_';
/** Standard Webhooks asks for 24 to 64 bytes. */
const [fewestBytes, mostBytes] = [24, 64];

/** The key that a `whsec_…` stands for, or base64 without the prefix. Throws GridbellError `invalid-input`. */
export function signingKey(secret: string, setting: string): Buffer {
  const written = secret.startsWith(prefix) ? secret.slice(prefix.length) : secret;
  const key = Buffer.from(written, 'base64');
  const isBase64 = /^[A-Za-z0-9+/]+={0,2}$/.test(written);
  if (isBase64 && key.length >= fewestBytes && key.length <= mostBytes) return key;
  const how = `make one with: echo "${prefix}$(openssl rand -base64 32)"`;
  throw new GridbellError(
    'invalid-input',
    `${setting}: is no base64 of ${fewestBytes} to ${mostBytes} bytes; ${how}`,
  );
}

export interface Signed {
  /** The same at each try: the receiver tells a repeat by it. */
  readonly id: string;
  /** Of this try: the receiver refuses what is old. */
  readonly atSeconds: number;
  readonly body: string;
}

/**
 * The headers by which a receiver knows that a body is ours and fresh, as https://www.standardwebhooks.com has it: HMAC-SHA-256
 * over `id.timestamp.body`, once with each key, so that a secret can be changed without a gap.
 */
export function signatureHeaders(
  { atSeconds, body, id }: Signed,
  keys: readonly Buffer[],
): Record<string, string> {
  const timestamp = String(atSeconds);
  const signatures = keys.map(
    (key) => `v1,${createHmac('sha256', key).update(`${id}.${timestamp}.${body}`).digest('base64')}`,
  );
  return {
    'webhook-id': id,
    'webhook-timestamp': timestamp,
    'webhook-signature': signatures.join(' '),
  };
}
