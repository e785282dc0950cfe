import type { ConfigurationCache } from '#api/configuration-cache.ts';
import type { LiveEvent } from '#api/ports.ts';
import type { Reading } from '#model/reading.ts';
import type { StreamEvent } from '#model/stream.ts';

type Listener = (event: LiveEvent) => void;

/** Hands what was committed to everybody who follows live. Readings cross the threads only while somebody follows. */
export class LiveFeed {
  readonly #listeners = new Set<Listener>();
  readonly #wantReadings: (wanted: boolean) => void;
  readonly #configuration: ConfigurationCache;
  #lastReading = 0;

  constructor(configuration: ConfigurationCache, wantReadings: (wanted: boolean) => void) {
    this.#configuration = configuration;
    this.#wantReadings = wantReadings;
  }

  subscribe(listener: Listener): () => void {
    this.#listeners.add(listener);
    if (this.#listeners.size === 1) this.#wantReadings(true);
    return () => {
      if (this.#listeners.delete(listener) && this.#listeners.size === 0) this.#wantReadings(false);
    };
  }

  events(events: readonly StreamEvent[]): void {
    for (const event of events) this.#tell(event);
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

  #tell(event: LiveEvent): void {
    for (const listener of this.#listeners) listener(event);
  }
}
