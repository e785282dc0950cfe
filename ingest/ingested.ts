import type { SaidReply } from '#ingest/dialects/dialect.ts';
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

/** What a device answered to a command: with its id, or in the words of a gateway's dialect. */
export type CommandReply =
  | {
      readonly device: DeviceId;
      /** `{"id":"…","ok":true}` and what else it says. */
      readonly payload: Readonly<Record<string, unknown>>;
    }
  | { readonly device: DeviceId; readonly said: SaidReply };

/** What one message came to. Never all empty, `clocks` aside: what is in no other list is in `quarantined`, counted in `repeats`, or `isPassed`. */
export interface Ingested {
  /** Sorted by time; one for each device and time. */
  readonly observations: readonly Observation[];
  readonly quarantined: readonly Quarantined[];
  readonly presence: readonly PresenceSaid[];
  /** Whose clock is wrong, or right again, by this message. */
  readonly clocks: readonly ClockSaid[];
  /** Readings that are known already, or 1 for a whole message that came again. */
  readonly repeats: number;
  /** The whole message came again and was dropped. */
  readonly isResend: boolean;
  /** It is understood, and says nothing that is kept: a gateway's own news. */
  readonly isPassed: boolean;
  /** Who read it; null: nobody had to, or could. */
  readonly dialect: string | null;
  readonly replies: readonly CommandReply[];
}
