import type { DeviceId, EpochMs, Position } from '#model/brand.ts';

/** Why something did not become a reading. docs/quarantine.md says of each what to do. */
export const quarantineReasons = [
  'malformed', // not JSON, not the dialect's shape
  'too-large', // more than 64 KiB from a device (4 MiB from a gateway closes the connection)
  'unknown-topic', // nobody knows what is said there
  'unknown-device', // named in the payload, not known here
  'empty', // nothing in it that could be a reading
  'unknown-property', // neither number nor boolean, and not in the catalogue
  'wrong-type', // the catalogue wants another type
  'out-of-range', // beyond the catalogue's bounds
  'not-finite', // NaN, infinite, or a number that no double holds
  'bad-time', // a time that is no time
  'text-too-long',
  'not-stored', // a reading that history can never store: rules and latest values had it
  'fault', // Gridbell failed at it: nothing is wrong with the message as far as anybody knows
] as const;
export type QuarantineReason = (typeof quarantineReasons)[number];

/** A message, or one value of a message, that was acknowledged and kept but is no reading. */
export interface Quarantined {
  readonly device: DeviceId;
  readonly receivedAt: EpochMs;
  readonly position: Position;
  readonly topic: string;
  readonly dialect: string;
  readonly reason: QuarantineReason;
  /** The property, where one value is meant and not the whole message. */
  readonly property: string | null;
  /** For people: what was expected, what came (no personal data). */
  readonly detail: string;
  /**
   * What is decoded again at a replay: the whole message as it came, or for one value a native telemetry message that
   * holds just it: `{"ts":…,"values":{"temperature":"warm"}}`. Of `not-stored` a list of such, each with the `flags` of its reading.
   */
  readonly payload: Uint8Array;
}
