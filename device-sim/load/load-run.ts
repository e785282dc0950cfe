import type { Comparison } from '#device-sim/load/agreement.ts';
import type { PayloadName } from '#device-sim/load/payloads.ts';
import type {
  ConnectReport,
  LoadReport,
  LoadSecond,
  WitnessReport,
  WitnessSecond,
} from '#device-sim/load/protocol.ts';

/** What is asked of a load. */
export interface LoadOptions {
  readonly connections: number;
  readonly seconds: number;
  readonly warmUpS: number;
  readonly payload: PayloadName;
  /** By the clock, or as fast as acknowledged: `window` unacknowledged messages of each device. */
  readonly loop:
    | { readonly kind: 'open'; readonly rate: number }
    | { readonly kind: 'closed'; readonly window: number };
  readonly alarmsPerSecond: number;
  readonly connectsPerSecond: number;
  /** The community that its devices are put into. */
  readonly community: string;
  /** What it made stays. */
  readonly keep: boolean;
  /** Files that a process may have open; null: nobody knows. */
  readonly openFiles: number | null;
}

/** What the platform cost while the load was measured. */
export interface PlatformCost {
  /** Cores; null: the platform does not tell. */
  readonly cpu: number | null;
  readonly memoryMiB: number | null;
  /** By thread: the part of the time in which it was not waiting for work. */
  readonly busy: Readonly<Record<string, number>>;
}

/** What became of what the run made. */
export interface Remains {
  /** Devices, places, people that are gone again; 0: they stay (`keep`). */
  readonly deleted: number;
  readonly voidedTasks: number;
}

/** A load from its first connection to what it left behind: the report as JSON. */
export interface LoadRun {
  /** ISO 8601. */
  readonly at: string;
  /** Every id of the run begins with it. */
  readonly prefix: string;
  readonly options: Omit<LoadOptions, 'openFiles'>;
  readonly payload: { readonly bytes: number; readonly readings: number };
  readonly machine: { readonly cores: number; readonly processor: string; readonly node: string };
  /** It was ended before its time. */
  readonly isCutShort: boolean;
  readonly connect: ConnectReport;
  readonly load: LoadReport;
  /** Null: no detector was to sound. */
  readonly witness: WitnessReport | null;
  readonly platform: PlatformCost;
  readonly comparisons: readonly Comparison[];
  /** Why this load is not to be believed, or not good; empty: all is well. */
  readonly complaints: readonly string[];
  readonly remains: Remains;
}

/** What a terminal shows while it runs. */
export interface LiveFigures {
  readonly load: LoadSecond;
  /** Sums since the load began. */
  readonly sent: number;
  readonly acknowledged: number;
  readonly closed: number;
  /** Detectors that have sounded, and tasks that followed; null: none are to sound. */
  readonly alarms: { readonly sounded: number; readonly tasks: number; readonly last: WitnessSecond } | null;
}
