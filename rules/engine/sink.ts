import type { AlarmTransition } from '#model/alarm.ts';
import type { RuleTallies } from '#rules/engine/rule-counts.ts';

/** Where the transitions of a call go, and which inbox record they belong to. */
export interface Sink {
  position: number;
  readonly transitions: AlarmTransition[];
  /** Where alarms are counted, those that nobody is told of too. */
  readonly tallies: RuleTallies;
}
