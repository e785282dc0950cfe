import type { EpochMs, PlaceId } from '#model/brand.ts';

/** An alarm, a task or a command to a device that changed: durable, for streams that resume. */
export interface StreamEvent {
  /** Rises, with gaps where a transaction was rolled back; what a client resumes by. */
  readonly seq: number;
  readonly topic: 'alarms' | 'tasks' | 'device-commands';
  readonly at: EpochMs;
  readonly place: PlaceId;
  /**
   * What it was: of an alarm `AlarmChange`s, of a task the actions of its history that came with this; absent: it is not known. A state that came
   * by nothing of these has none.
   */
  readonly changes?: readonly string[];
  /** The Alarm, Task or DeviceCommand as it was then. */
  readonly body: unknown;
}
