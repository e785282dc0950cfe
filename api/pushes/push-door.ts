import type { FastifyReply, FastifyRequest } from 'fastify';
import type { ApiContext } from '#api/context.ts';
import { type Allowance, LeakyBuckets } from '#api/leaky-buckets.ts';
import { Digest, digestAnswer } from '#api/pushes/digest.ts';
import { second } from '#model/brand.ts';
import type { Device } from '#model/community.ts';
import { digestSecret, pushRealm } from '#model/device-credential.ts';
import { GridbellError } from '#model/errors.ts';
import { derivedKey, equalHashes, hashDeviceToken } from '#model/secrets.ts';

/** Wrong words for one device from one address; a device with a mistyped password tries for ever and keeps nobody else out. */
const wrong: Allowance = { burst: 20, refillMs: 10 * second };
/** Of one device: someone passes, the lock opens, the door opens and closes. */
const pushes: Allowance = { burst: 300, refillMs: 50 };
const mostKeys = 10_000;
/** Of what was said to be a device: each is remembered for a while, and a header has room for many KB. */
const longestKnown = 64;
/** Bodies that are coming in at a time: who sends slowly holds up nobody. */
const mostBodies = 64;
const mostBodiesOfDevice = 4;

/** What was said for who is there. */
type Claim =
  | { readonly kind: 'token'; readonly device: string; readonly token: string }
  | { readonly kind: 'digest'; readonly device: string }
  | { readonly kind: 'nothing' };

/**
 * Who may push events over HTTP: a device whose dialect does so, with its token, as the password of HTTP basic or digest
 * authentication or as a part of the path, for those that can do neither. Nothing of a body is read before.
 */
export class PushDoor {
  readonly #context: ApiContext;
  #known: Digest | undefined;
  readonly #used: LeakyBuckets;
  readonly #bodies = new Map<string, number>();
  #allBodies = 0;

  constructor(context: ApiContext) {
    this.#context = context;
    this.#used = new LeakyBuckets({ clock: context.wallClock, most: mostKeys });
  }

  /** Made when it is needed: the API is also described where there is no platform. */
  get #digest(): Digest {
    const { platform, wallClock: clock } = this.#context;
    this.#known ??= new Digest({ clock, key: derivedKey(platform.deviceTokenKey, 'http nonces') });
    return this.#known;
  }

  /** Throws `not-authenticated`, `not-allowed`, `too-many-requests`. */
  admit(request: FastifyRequest, reply: FastifyReply, dialect: string): Device {
    const claim = claimOf(request);
    if (claim.kind === 'nothing') throw this.#unknown(reply, false);
    const guesser = `${request.ip} ${claim.device.slice(0, longestKnown)}`;
    this.#pace(guesser, wrong);
    const device = this.#context.configuration.device(claim.device as Device['id']);
    const verdict = this.#judge(claim, request);
    if (verdict === 'stale') throw this.#unknown(reply, true);
    if (verdict === 'wrong' || device === undefined) {
      this.#used.use(guesser, wrong);
      throw this.#unknown(reply, false);
    }
    this.#used.forget(guesser);
    if (device.dialect !== dialect)
      throw new GridbellError(
        'not-allowed',
        `${device.id} is no gateway of the dialect ${dialect}: set its dialect, and give it a new token.`,
      );
    this.#pace(`device ${device.id}`, pushes);
    this.#used.use(`device ${device.id}`, pushes);
    return device;
  }

  /** A body of the device comes in; call what is answered when it has. Throws `too-many-requests`. */
  begin({ id }: Device): () => void {
    const own = this.#bodies.get(id) ?? 0;
    if (own >= mostBodiesOfDevice || this.#allBodies >= mostBodies)
      throw tooMany('Too many of its messages are still coming in; wait for their answers.', second);
    this.#bodies.set(id, own + 1);
    this.#allBodies += 1;
    return () => {
      this.#allBodies -= 1;
      const left = (this.#bodies.get(id) ?? 1) - 1;
      if (left > 0) this.#bodies.set(id, left);
      else this.#bodies.delete(id);
    };
  }

  #judge(claim: Exclude<Claim, { kind: 'nothing' }>, request: FastifyRequest): 'right' | 'wrong' | 'stale' {
    const { platform, reader } = this.#context;
    const stored = reader.credential(claim.device);
    const key = platform.deviceTokenKey;
    if (claim.kind === 'token') {
      const isRight = equalHashes(
        stored?.tokenHash ?? nobodysHash,
        hashDeviceToken(key, claim.device, claim.token),
      );
      return isRight && stored !== undefined ? 'right' : 'wrong';
    }
    const answer = digestAnswer(request.headers.authorization ?? '', request.url);
    const secret = digestSecret({ device: claim.device, digest: stored?.digest }, key);
    if (answer === undefined) return 'wrong';
    const verdict = this.#digest.judge(answer, secret ?? nobodysDigest, request.method);
    return secret === undefined ? 'wrong' : verdict;
  }

  #pace(key: string, allowance: Allowance): void {
    const waitMs = this.#used.waitMs(key, allowance);
    if (waitMs > 0) throw tooMany('Too many requests; wait and come again.', waitMs);
  }

  #unknown(reply: FastifyReply, isStale: boolean): GridbellError {
    reply.header('www-authenticate', [
      this.#digest.challenge(isStale),
      `Basic realm="${pushRealm}", charset="UTF-8"`,
    ]);
    return new GridbellError(
      'not-authenticated',
      'Say which device it is: its id and its token, by HTTP digest or basic authentication, or in the path.',
    );
  }
}

const nobodysHash = 'A'.repeat(43);
const nobodysDigest = '0'.repeat(32);

const tooMany = (detail: string, waitMs: number): GridbellError =>
  new GridbellError('too-many-requests', detail, { extra: { retryAfterS: Math.ceil(waitMs / second) } });

/** The path first: what firmware adds beside it is its own business. */
function claimOf({ headers, params, url }: FastifyRequest): Claim {
  const { device, token } = params as { readonly device?: string; readonly token?: string };
  if (device !== undefined && token !== undefined) return { kind: 'token', device, token };
  const header = headers.authorization ?? '';
  const basic = /^Basic +([\w+/=-]+)$/i.exec(header)?.[1];
  if (basic !== undefined) {
    const said = Buffer.from(basic, 'base64').toString('utf8');
    const colon = said.indexOf(':');
    return colon < 1
      ? { kind: 'nothing' }
      : { kind: 'token', device: said.slice(0, colon), token: said.slice(colon + 1) };
  }
  const answer = digestAnswer(header, url);
  return answer === undefined ? { kind: 'nothing' } : { kind: 'digest', device: answer.username };
}
