import type { Scenario } from '#device-sim/scenarios/scenario.ts';
import type { EpochMs } from '#model/brand.ts';
import type { CommunityFile, Device } from '#model/community.ts';

/** One MQTT message of a simulated device, as it is published to `gridbell/{community}/{device}/{topic}`. */
export interface SimMessage {
  /** When it is published. A message that the radio lost comes again: its `ts` is then older. */
  readonly at: EpochMs;
  readonly device: string;
  readonly topic: 'telemetry' | 'status';
  /** The text as published: `{"ts":…,"values":{…}}`, or `online` and `offline` at `status`. */
  readonly payload: string;
}

/** What is said in one second, in order of time. Never empty. */
export interface SimSecond {
  /** The second's beginning. */
  readonly at: EpochMs;
  readonly messages: readonly SimMessage[];
}

/** Times `from` ≤ t < `to`. */
export interface TimeRange {
  readonly from: EpochMs;
  readonly to: EpochMs;
}

/** An alarm that a scenario announces. It must come, once, and what is not announced must not. */
export interface ExpectedAlarm {
  readonly scenario: string;
  readonly rule: string;
  /** The alarm's key: a device id. */
  readonly key: string;
  /** It starts (`startedAt`) at `from` ≤ t ≤ `to`. */
  readonly from: EpochMs;
  readonly to: EpochMs;
  /** A task holds it: opened by it, or open already and joined. */
  readonly task: boolean;
}

/** A scenario that is put on: what is not given is chosen by the seed. */
export interface Staging {
  readonly scenario: Scenario;
  /** When it begins; else at some moment of the 24 hours after the world's start, within the scenario's `hours`. */
  readonly at?: EpochMs | undefined;
  /** A place's id: everything happens there, or below it. */
  readonly place?: string | undefined;
  /** A device's id: it has one of the roles. */
  readonly device?: string | undefined;
}

/** A scenario that was put on. */
export interface Staged {
  readonly scenario: string;
  readonly from: EpochMs;
  readonly to: EpochMs;
  /** Ids by the name of the role. */
  readonly cast: ReadonlyMap<string, readonly string[]>;
  readonly expected: readonly ExpectedAlarm[];
}

/**
 * A community that lives: what its devices say is a function of the seed, the community file and the scenarios that were
 * put on. No clock, no I/O: whoever asks for a second decides when it happens.
 */
export interface World {
  /** As `/import` takes it; without tokens, every device tagged `simulated` (of a file that is given: as it was). */
  readonly community: CommunityFile;
  /** Those that speak. */
  readonly devices: readonly Device[];
  /** What the scenarios announce, those put on later included; in order of `from`. */
  readonly expected: readonly ExpectedAlarm[];
  /**
   * Seconds in which something is said, in order; lazy. The same messages whatever the ranges in which they are asked
   * for (a second that a range cuts comes in two parts). Cheap when ranges follow each other; going back, or to another
   * day, plays that day again from its 04:00.
   */
  seconds(range: TimeRange): Iterable<SimSecond>;
  /**
   * Puts a scenario on, which should lie ahead: what was read already is not said again. Throws StagingError when nobody
   * can play a role.
   */
  play(staging: Staging): Staged;
}
