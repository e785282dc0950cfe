import type { DeviceId, PlaceId } from '#model/brand.ts';
import { minute } from '#model/brand.ts';
import { stopwatch } from '#model/clock.ts';
import type { Community, Device, Place } from '#model/community.ts';
import type { Placement } from '#store/history/influxdb/lines.ts';

/** The community as the ops store has it. */
export interface PlacementSource {
  community(): Community | undefined;
  device(id: DeviceId): Device | undefined;
  place(id: PlaceId): Place | undefined;
}

/** A device that is moved says so in history after so long. */
const keptMs = minute / 6;

/** Where devices stand and alarms are, as tags: ids of places, no names, no residents. */
export class Placements {
  readonly #source: PlacementSource;
  readonly #known = new Map<DeviceId, Placement>();
  #since = stopwatch();

  constructor(source: PlacementSource) {
    this.#source = source;
  }

  of(device: DeviceId): Placement {
    if (stopwatch() - this.#since > keptMs) {
      this.#known.clear();
      this.#since = stopwatch();
    }
    const known = this.#known.get(device);
    if (known) return known;
    const found = this.#look(device);
    this.#known.set(device, found);
    return found;
  }

  /** Where a device of the community says what it measures. */
  topicOf(device: DeviceId): string {
    return `gridbell/${this.#source.community()?.id ?? 'unknown'}/${device}/telemetry`;
  }

  /** Of an alarm or a task: where, and of no kind. */
  ofPlace(id: PlaceId): Placement {
    const tags: { building?: string; grid?: string } = {};
    const seen = new Set<PlaceId>();
    for (let at: PlaceId | undefined = id; at !== undefined && !seen.has(at); ) {
      seen.add(at);
      const place: Place | undefined = this.#source.place(at);
      if (place?.kind === 'building' || place?.kind === 'grid') tags[place.kind] ??= place.id;
      at = place?.parent;
    }
    return { ...this.#whole(), ...tags, place: id };
  }

  #look(id: DeviceId): Placement {
    const device = this.#source.device(id);
    return device ? { ...this.ofPlace(device.place), kind: device.kind } : this.#whole();
  }

  #whole(): Placement {
    const community = this.#source.community()?.id;
    return community === undefined ? {} : { community };
  }
}
