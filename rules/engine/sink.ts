import type { AlarmTransition } from '#model/alarm.ts';

/** Where the transitions of a call go, and which inbox record they belong to. */
export interface Sink {
  position: number;
  readonly transitions: AlarmTransition[];
}
