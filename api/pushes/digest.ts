import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import { type EpochMs, minute } from '#model/brand.ts';
import type { Clock } from '#model/clock.ts';
import { pushRealm } from '#model/device-credential.ts';

const nonceForMs = 5 * minute;
const mostNonces = 10_000;

/** What the header of a request says of itself. */
export interface DigestAnswer {
  readonly username: string;
  readonly nonce: string;
  readonly response: string;
  readonly uri: string;
  /** Absent: as RFC 2069 had it. */
  readonly counted: { readonly count: number; readonly nc: string; readonly cnonce: string } | undefined;
}

export type DigestVerdict = 'right' | 'wrong' | 'stale';

/**
 * HTTP digest authentication with MD5 and `qop=auth` (RFC 7616), as door stations speak it. A nonce is good for five minutes,
 * and each of its counts once: who listens on the line cannot send the same again. No memory is spent on who was
 * not right.
 */
export class Digest {
  readonly #key: Uint8Array;
  readonly #clock: Clock;
  /** The highest count of nonces that were used; oldest first. */
  readonly #used = new Map<string, number>();
  #last = 0;

  constructor({ clock, key }: { readonly clock: Clock; readonly key: Uint8Array }) {
    this.#clock = clock;
    this.#key = key;
  }

  /** A value of WWW-Authenticate. */
  challenge(isStale: boolean): string {
    const nonce = this.#nonce(this.#clock.now());
    return `Digest realm="${pushRealm}", qop="auth", algorithm=MD5, nonce="${nonce}"${isStale ? ', stale=true' : ''}`;
  }

  /** `secret`: H(A1) in hexadecimal. */
  judge(answer: DigestAnswer, secret: string, method: string): DigestVerdict {
    if (!equal(answer.response, expected(answer, secret, method))) return 'wrong';
    if (!this.#isCurrent(answer.nonce)) return 'stale';
    const count = answer.counted?.count ?? 1;
    if (count <= (this.#used.get(answer.nonce) ?? 0)) return 'stale';
    this.#used.set(answer.nonce, count);
    if (this.#used.size > mostNonces) {
      const oldest = this.#used.keys().next();
      if (!oldest.done) this.#used.delete(oldest.value);
    }
    return 'right';
  }

  /** Its time and a number, so that two of a moment are two; and the proof that it is ours. */
  #nonce(at: EpochMs): string {
    this.#last += 1;
    const plain = `${at.toString(36)}.${this.#last.toString(36)}`;
    return `${plain}.${this.#proof(plain)}`;
  }

  #isCurrent(nonce: string): boolean {
    const [at = '', number = '', proof = ''] = nonce.split('.');
    if (!equal(proof, this.#proof(`${at}.${number}`))) return false;
    const age = this.#clock.now() - Number.parseInt(at, 36);
    return age >= 0 && age <= nonceForMs;
  }

  #proof(plain: string): string {
    return createHmac('sha256', this.#key).update(plain).digest('base64url').slice(0, 22);
  }
}

const md5 = (text: string): string => createHash('md5').update(text).digest('hex');

function expected({ counted, nonce, uri }: DigestAnswer, secret: string, method: string): string {
  const asked = md5(`${method}:${uri}`);
  return counted === undefined
    ? md5(`${secret}:${nonce}:${asked}`)
    : md5(`${secret}:${nonce}:${counted.nc}:${counted.cnonce}:auth:${asked}`);
}

function equal(a: string, b: string): boolean {
  const left = Buffer.from(a);
  const right = Buffer.from(b);
  return left.length === right.length && timingSafeEqual(left, right);
}

const field = /([a-z]+)\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s",]+))/gi;
const longest = 4_096;

/** Undefined: it is no answer to a challenge of ours. `url`: what was asked for. */
export function digestAnswer(header: string, url: string): DigestAnswer | undefined {
  if (!/^Digest\s/i.test(header) || header.length > longest) return undefined;
  const fields = new Map<string, string>();
  for (const [, name = '', quoted, bare = ''] of header.slice('Digest'.length).matchAll(field))
    fields.set(name.toLowerCase(), quoted === undefined ? bare : quoted.replaceAll(/\\(.)/g, '$1'));
  const of = (name: string): string => fields.get(name) ?? '';
  const isOurs =
    of('realm') === pushRealm && (!fields.has('algorithm') || of('algorithm').toUpperCase() === 'MD5');
  if (!isOurs || !isOf(of('uri'), url)) return undefined;
  const plain = {
    username: of('username'),
    nonce: of('nonce'),
    response: of('response').toLowerCase(),
    uri: of('uri'),
  };
  if (!fields.has('qop')) return { ...plain, counted: undefined };
  if (of('qop') !== 'auth' || !/^[\da-f]{8}$/i.test(of('nc'))) return undefined;
  const counted = { count: Number.parseInt(of('nc'), 16), nc: of('nc'), cnonce: of('cnonce') };
  return { ...plain, counted };
}

/** An answer for another place is none for this one. Some name the whole address. */
const isOf = (uri: string, url: string): boolean =>
  uri === url || uri.replace(/^https?:\/\/[^/]+/i, '') === url;
