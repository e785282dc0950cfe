import type { EpochMs, PlaceId } from '#model/brand.ts';

/** An alarm or a task that changed: durable, for streams that resume. */
export interface StreamEvent {
  /** Rises, with gaps where a transaction was rolled back; what a client resumes by. */
  readonly seq: number;
  readonly topic: 'alarms' | 'tasks';
  readonly at: EpochMs;
  readonly place: PlaceId;
  /** The Alarm or Task as it was then. */
  readonly body: unknown;
}
