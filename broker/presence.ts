import type { BrokerLog, InboxAppender } from '#broker/ports.ts';
import type { DeviceId } from '#model/brand.ts';
import type { Clock } from '#model/clock.ts';
import { GridbellError, messageOf } from '#model/errors.ts';
import type { PresenceCause } from '#model/record.ts';

/**
 * Which devices have a connection. A device is online from its first connection until the last one ends; what happens in
 * between is no news, so a connection that is taken over is none either.
 */
export class Presence {
  readonly #inbox: InboxAppender;
  readonly #clock: Clock;
  readonly #log: BrokerLog;
  readonly #connections = new Map<DeviceId, number>();
  /** What could not be written; only the last of each device counts. */
  readonly #unwritten = new Map<DeviceId, { readonly online: boolean; readonly cause: PresenceCause }>();
  #isFrozen = false;

  constructor(inbox: InboxAppender, clock: Clock, log: BrokerLog) {
    this.#inbox = inbox;
    this.#clock = clock;
    this.#log = log;
  }

  get devices(): number {
    return this.#connections.size;
  }
  connectionsOf(device: DeviceId): number {
    return this.#connections.get(device) ?? 0;
  }
  isOnline(device: DeviceId): boolean {
    return this.#connections.has(device);
  }

  opened(device: DeviceId): void {
    const before = this.#connections.get(device) ?? 0;
    this.#connections.set(device, before + 1);
    if (before === 0) this.#report(device, true, 'connect');
  }

  closed(device: DeviceId, cause: PresenceCause): void {
    const left = (this.#connections.get(device) ?? 0) - 1;
    if (left > 0) {
      this.#connections.set(device, left);
      return;
    }
    if (this.#connections.delete(device)) this.#report(device, false, cause);
  }

  /** From now on nothing is recorded: that the broker stops is no device's doing. */
  freeze(): void {
    this.#isFrozen = true;
  }

  /** Writes what could not be written, with the time of now: records do not go back in time. */
  catchUp(): void {
    const unwritten = [...this.#unwritten];
    this.#unwritten.clear();
    for (const [device, { online, cause }] of unwritten) this.#report(device, online, cause);
  }

  #report(device: DeviceId, online: boolean, cause: PresenceCause): void {
    if (this.#isFrozen) return;
    this.#unwritten.delete(device);
    const failed = (error: unknown) => {
      const isLater = error instanceof GridbellError && error.code === 'disk-full';
      if (isLater && this.isOnline(device) === online) this.#unwritten.set(device, { online, cause });
      if (!isLater) this.#log.error({ device, online, error: messageOf(error) }, 'presence was not recorded');
    };
    try {
      this.#inbox.append({ type: 'presence', at: this.#clock.now(), device, online, cause }).catch(failed);
    } catch (error) {
      failed(error);
    }
  }
}
