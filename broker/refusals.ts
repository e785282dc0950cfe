import { brokerGuards, type Refusal } from '#broker/guards/broker-guards.ts';
import type { BrokerLog } from '#broker/ports.ts';
import type { Clock } from '#model/clock.ts';

export type { Refusal } from '#broker/guards/broker-guards.ts';

export type RefusalCounts = Readonly<Partial<Record<Refusal, number>>>;

const quietMs = 60_000;
/** So that strangers who come from ever new addresses cannot fill the memory. */
const mostRemembered = 10_000;

/** A stranger's words do not fill the log. */
const mostCharacters = 200;
const shortened = (details: object): object =>
  Object.fromEntries(
    Object.entries(details).map(([name, value]) => [
      name,
      typeof value === 'string' ? value.slice(0, mostCharacters) : value,
    ]),
  );

/** Counts refusals by reason and logs them, of each device (or address) at most once in a minute. */
export class Refusals {
  readonly #clock: Clock;
  readonly #log: BrokerLog;
  readonly #counts = new Map<Refusal, number>(
    brokerGuards.flatMap(({ refusals }) => refusals.map((reason) => [reason, 0])),
  );
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
    this.#log.warn({ reason, who, ...shortened(details) }, 'refused');
  }

  /** How often each reason was given since the start, also those that never were: a metric that is there can be watched. */
  get counts(): RefusalCounts {
    return Object.fromEntries(this.#counts);
  }
}
