import type { DeviceId, EpochMs } from '#model/brand.ts';
import type { ReceivedReadings } from '#model/received.ts';

/** Whose readings a rule looks at; `properties` null: all that the device said. */
export interface WantedDevice {
  readonly device: DeviceId;
  readonly properties: readonly string[] | null;
}

/** Something beside the readings that the rules saw. */
export interface PastChange {
  readonly at: EpochMs;
  readonly kind: 'presence' | 'mode';
  /** Device id, or the mode's target. */
  readonly subject: string;
  /** `online`, `offline`; `+` or `-` and the mode, and after `+` perhaps ` until ` and a time (ISO 8601). */
  readonly state: string;
}

/** What a backtest reads of the history: from ≤ time of receipt < to, in the order of receipt. */
export interface Past {
  /** The times of the first and the last reading; null: there is none. */
  extent(): Promise<{ readonly first: EpochMs; readonly last: EpochMs } | null>;
  received(query: {
    readonly of: readonly WantedDevice[];
    readonly from: EpochMs;
    readonly to: EpochMs;
  }): Promise<{
    /** What the rows' `series` count. */
    readonly series: readonly { readonly device: DeviceId; readonly property: string }[];
    readonly batches: AsyncIterable<ReceivedReadings>;
  }>;
  context(query: {
    readonly from: EpochMs;
    readonly to: EpochMs;
    readonly kind: PastChange['kind'];
  }): Promise<readonly PastChange[]>;
}
