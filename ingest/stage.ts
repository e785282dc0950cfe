import type { Carried } from '#ingest/carried.ts';
import type { Memories } from '#ingest/device-memory.ts';
import type { Names } from '#ingest/names.ts';
import type { Work } from '#ingest/work.ts';
import type { ClockKind } from '#model/clock.ts';
import type { Device } from '#model/community.ts';
import type { Configuration } from '#model/configuration.ts';
import type { Retention } from '#model/retention.ts';

/** What the stages know beside the message. */
export interface Surroundings {
  readonly configuration: Configuration;
  clock: ClockKind;
  /** Older than what is kept is implausible; undefined: there is no limit but 2020. */
  readonly retention: Retention | undefined;
  readonly pseudonymKey: Uint8Array;
  readonly names: Names;
  readonly memories: Memories;
  /** Adds a device that a gateway carries and nobody knows; undefined where it may not. */
  readonly newcomers: Newcomers | undefined;
}

/** What makes a device of one that a gateway tells of for the first time. */
export type Newcomers = (gateway: Device, carried: Carried) => Device | undefined;

/** One step of a message's way; answers whether it goes on. */
export type Stage = (work: Work, around: Surroundings) => boolean;
