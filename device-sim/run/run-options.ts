import type { FaultOrder } from '#device-sim/faults/fault-order.ts';
import type { FaultTally } from '#device-sim/faults/with-faults.ts';
import type { World } from '#device-sim/message.ts';
import type { Platform } from '#device-sim/platform/platform.ts';
import type { MessageLog } from '#device-sim/run/message-log.ts';
import type { Speed } from '#device-sim/run/speed.ts';
import type { EpochMs } from '#model/brand.ts';
import type { ClockKind } from '#model/clock.ts';

export interface RunOptions {
  readonly platform: Platform;
  readonly clock: ClockKind;
  readonly world: Pick<World, 'community' | 'devices' | 'seconds'>;
  readonly seed: number;
  readonly from: EpochMs;
  /** May be `Infinity`: until `signal`. */
  readonly to: number;
  readonly speed: Speed;
  readonly faults: readonly FaultOrder[];
  readonly log: MessageLog;
  readonly takeOver: boolean;
  /** One line for people. */
  readonly note: (line: string) => void;
  /** After each second. */
  readonly onProgress?: (progress: RunProgress) => void;
  /** Ends the run in order. */
  readonly signal: AbortSignal;
}

export interface RunProgress {
  /** Simulated time. */
  readonly at: EpochMs;
  readonly messages: number;
}

export interface RunSummary {
  readonly messages: number;
  readonly acknowledged: number;
  readonly reconnects: number;
  readonly faults: readonly FaultTally[];
  /** Where it ended: `to`, or earlier when it was told to. */
  readonly until: EpochMs;
  /** Of sending. */
  readonly seconds: number;
}
