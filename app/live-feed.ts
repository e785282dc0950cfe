import type { ConfigurationCache } from '#api/configuration-cache.ts';
import type { LiveEvent } from '#api/ports.ts';
import { messageOf } from '#model/errors.ts';
import type { Log } from '#model/log.ts';
import type { Reading } from '#model/reading.ts';
import type { StreamEvent } from '#model/stream.ts';

type Listener = (event: LiveEvent) => void;

/** Hands what was committed to everybody who follows live. Readings cross the threads only while somebody follows. */
export class LiveFeed {
  readonly #listeners = new Set<Listener>();
  readonly #followers = new Set<(event: StreamEvent) => void>();
  readonly #wakers = new Set<() => void>();
  readonly #wantReadings: (wanted: boolean) => void;
  readonly #configuration: ConfigurationCache;
  readonly #log: Log;
  #lastReading = 0;

  constructor(parts: {
    readonly configuration: ConfigurationCache;
    readonly wantReadings: (wanted: boolean) => void;
    readonly log: Log;
  }) {
    this.#configuration = parts.configuration;
    this.#wantReadings = parts.wantReadings;
    this.#log = parts.log;
  }

  /** Told that readings are committed; which, the ops store says. */
  whenFed(waker: () => void): () => void {
    this.#wakers.add(waker);
    return () => this.#wakers.delete(waker);
  }

  fed(): void {
    for (const waker of this.#wakers) waker();
  }

  subscribe(listener: Listener): () => void {
    this.#listeners.add(listener);
    if (this.#listeners.size === 1) this.#wantReadings(true);
    return () => this.#unsubscribe(listener);
  }

  /** Alarms, tasks and commands only: readings need not cross the threads for this one. */
  follow(follower: (event: StreamEvent) => void): () => void {
    this.#followers.add(follower);
    return () => this.#followers.delete(follower);
  }

  #unsubscribe(listener: Listener): void {
    if (this.#listeners.delete(listener) && this.#listeners.size === 0) this.#wantReadings(false);
  }

  events(events: readonly StreamEvent[]): void {
    for (const event of events) {
      this.#tell(event);
      this.#follow(event);
    }
  }

  readings(readings: readonly Reading[]): void {
    if (this.#listeners.size === 0) return;
    const configuration = this.#configuration.current();
    for (const { at, device, property, value } of readings) {
      const place = configuration.device(device)?.place;
      this.#lastReading += 1;
      if (place)
        this.#tell({ topic: 'readings', seq: this.#lastReading, at, place, device, property, value });
    }
  }

  #follow(event: StreamEvent): void {
    for (const follower of this.#followers) {
      try {
        follower(event);
      } catch (error) {
        this.#log.error({ error: messageOf(error) }, 'a part that follows events failed at one');
      }
    }
  }

  #tell(event: LiveEvent): void {
    for (const listener of this.#listeners) {
      try {
        listener(event);
      } catch (error) {
        // One stream that fails is not followed any more; the others go on.
        this.#unsubscribe(listener);
        this.#log.error({ error: messageOf(error) }, 'a live stream failed and was dropped');
      }
    }
  }
}
