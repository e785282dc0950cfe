import type { DeviceId } from '#model/brand.ts';
import type { Quarantined } from '#model/quarantine.ts';
import type { Observation } from '#model/reading.ts';

/** A device said of itself that it is there or gone. */
export interface PresenceSaid {
  readonly device: DeviceId;
  readonly online: boolean;
}

/** A device gives times that cannot be, or gives right ones again. */
export interface ClockSaid {
  readonly device: DeviceId;
  readonly isWrong: boolean;
}

/** What a device answered to a command. */
export interface CommandReply {
  readonly device: DeviceId;
  /** `{"id":"…","ok":true}` and what else it says. */
  readonly payload: Readonly<Record<string, unknown>>;
}

/** What one message came to. Never all empty, `clock` aside: what is in no other list is in `quarantined`, or counted in `repeats`. */
export interface Ingested {
  /** Sorted by time; one for each time. */
  readonly observations: readonly Observation[];
  readonly quarantined: readonly Quarantined[];
  readonly presence: readonly PresenceSaid[];
  /** Null: nothing new is known of the device's clock. */
  readonly clock: ClockSaid | null;
  /** Readings that are known already, or 1 for a whole message that came again. */
  readonly repeats: number;
  /** The whole message came again and was dropped. */
  readonly isResend: boolean;
  /** Who read it; null: nobody had to, or could. */
  readonly dialect: string | null;
  readonly replies: readonly CommandReply[];
}
