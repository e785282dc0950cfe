import { type AuthenticationRefusal, authenticationRefusals } from '#broker/authentication.ts';
import { type GuardRefusal, guardRefusals } from '#broker/guards/guards.ts';
import type { BrokerLog } from '#broker/ports.ts';
import { type TopicRefusal, topicRefusals } from '#broker/topic-rights.ts';
import type { Clock } from '#model/clock.ts';

const ownRefusals = [
  'protocol-version',
  'client-id-missing', // empty, and a session that outlives the connection
  'too-many-sessions', // of one device, all connected
  'too-many-subscriptions', // of one connection
  'will-refused',
  'store-unavailable', // the look-ups failed
  'inbox-refused', // not on disk
  'not-connected', // a message of nobody
  'closing',
] as const;

/** Every reason for which the broker refuses a connection, a message or a subscription. */
export type Refusal = GuardRefusal | AuthenticationRefusal | TopicRefusal | (typeof ownRefusals)[number];
const refusals: readonly Refusal[] = [
  ...new Set([...guardRefusals, ...authenticationRefusals, ...topicRefusals, ...ownRefusals]),
];

export type RefusalCounts = Readonly<Partial<Record<Refusal, number>>>;

const quietMs = 60_000;
/** So that strangers who come from ever new addresses cannot fill the memory. */
const mostRemembered = 10_000;

/** Counts refusals by reason and logs them, of each device (or address) at most once in a minute. */
export class Refusals {
  readonly #clock: Clock;
  readonly #log: BrokerLog;
  readonly #counts = new Map<Refusal, number>(refusals.map((reason) => [reason, 0]));
  readonly #loggedAt = new Map<string, number>();

  constructor(clock: Clock, log: BrokerLog) {
    this.#clock = clock;
    this.#log = log;
  }

  /** `who`: the device, or the address of somebody unknown. */
  count(reason: Refusal, who: string, details: object = {}): void {
    this.#counts.set(reason, (this.#counts.get(reason) ?? 0) + 1);
    const now = this.#clock.now();
    const last = this.#loggedAt.get(who);
    if (last !== undefined && now - last < quietMs && now >= last) return;
    if (this.#loggedAt.size >= mostRemembered) this.#loggedAt.clear();
    this.#loggedAt.set(who, now);
    this.#log.warn({ reason, who, ...details }, 'refused');
  }

  /** How often each reason was given since the start, also those that never were: a metric that is there can be watched. */
  get counts(): RefusalCounts {
    return Object.fromEntries(this.#counts);
  }
}
