import type { DeviceId, EpochMs, PlaceId } from '#model/brand.ts';
import type { Reading } from '#model/reading.ts';

/** An alarm or a task that changed: durable, numbered without gaps, for streams that resume. */
export interface StreamEvent {
  readonly seq: number;
  readonly topic: 'alarms' | 'tasks';
  readonly at: EpochMs;
  readonly place: PlaceId;
  /** The Alarm or Task as it was then. */
  readonly body: unknown;
}

/** Readings that were committed together; live only. */
export interface ReadingsEvent {
  readonly topic: 'readings';
  readonly readings: readonly (Reading & { readonly device: DeviceId })[];
}
