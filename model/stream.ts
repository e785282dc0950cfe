import type { EpochMs, PlaceId } from '#model/brand.ts';

/** An alarm or a task that changed: durable, numbered without gaps, for streams that resume. */
export interface StreamEvent {
  readonly seq: number;
  readonly topic: 'alarms' | 'tasks';
  readonly at: EpochMs;
  readonly place: PlaceId;
  /** The Alarm or Task as it was then. */
  readonly body: unknown;
}
