import type { Memories } from '#ingest/device-memory.ts';
import type { CustomDialects } from '#ingest/dialects/custom.ts';
import type { About } from '#ingest/dialects/dialect.ts';
import type { LocalOffsets } from '#ingest/local-offsets.ts';
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
  readonly offsets: LocalOffsets;
  readonly memories: Memories;
  readonly customs: CustomDialects;
  /** Adds a device that a gateway carries and nobody knows; undefined where it may not. */
  readonly newcomers: Newcomers | undefined;
}

/** What a gateway tells of one that it carries. */
export interface Told extends About {
  readonly address: string;
  /** What it says now or said before, by the names of the catalogue. */
  readonly properties: ReadonlySet<string>;
  /** It says just now that somebody is in danger: smoke, gas, a fall, a call. */
  readonly isDanger: boolean;
}

/** What makes devices of those that gateways tell of for the first time. */
export interface Newcomers {
  /** The device that it is from now on; or, in words, why it becomes none. */
  welcome(gateway: Device, told: Told): Device | string;
  /** It said something new: as it is known from now on. */
  regard(unclaimed: Device, told: Told): Device;
  /** Their gateway has other names for these. */
  readdress(moves: readonly Readdressed[]): void;
}

/** A device that its gateway carries under another name from now on. */
export interface Readdressed {
  readonly device: Device;
  readonly to: string;
  /** What was heard under that name before is its word. */
  readonly isHeard: boolean;
}

/** One step of a message's way; answers whether it goes on. */
export type Stage = (work: Work, around: Surroundings) => boolean;
