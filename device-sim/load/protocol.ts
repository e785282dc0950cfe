import type { Account } from '#device-sim/load/device-connection.ts';
import type { LatencySummary, SpectrumPoint } from '#device-sim/load/latencies.ts';
import type { PayloadName } from '#device-sim/load/payloads.ts';
import type { StreamAddress } from '#device-sim/load/task-stream.ts';

export interface ConnectOrder {
  /** Default: 127.0.0.1. */
  readonly host?: string;
  readonly port: number;
  readonly accounts: readonly Account[];
  /** New connections a second; opened side by side, so that one slow answer holds back nobody. */
  readonly perSecond: number;
  readonly keepAliveS: number;
  /** More than one: connections are spread over so many addresses of 127.0.0.0/8. */
  readonly sourceAddresses?: number;
  /** What senders say; default: small. Detectors say that they sound. */
  readonly payload?: PayloadName;
}

export interface ConnectReport {
  readonly connected: number;
  /** Not connected in the end. */
  readonly refused: number;
  /** Attempts that were made again, 2 s later. */
  readonly retries: number;
  /** Why the first one was. */
  readonly reason: string | null;
  readonly seconds: number;
  /** From its turn to CONNACK, all attempts included. */
  readonly connack: LatencySummary;
}

interface Timed {
  /** Not measured. */
  readonly warmUpS: number;
  /** Measured. */
  readonly seconds: number;
}

/** Messages leave by the clock, whatever became of those before. */
export interface OpenLoopOrder extends Timed {
  /** Messages a second, over all devices in turn. */
  readonly rate: number;
}

/** Each device keeps this many unacknowledged and sends the next one at once. */
export interface ClosedLoopOrder extends Timed {
  readonly window: number;
}

/** Each device writes as fast as its socket takes, up to so many unacknowledged. */
export interface TorrentOrder extends Timed {
  readonly inFlight: number;
}

/** One second of a load, warm-up included. */
export interface LoadSecond {
  /** Seconds since the load began, at the end of this one. */
  readonly elapsedS: number;
  /** How long it was: a timer that came late closed a longer one. */
  readonly lengthS: number;
  readonly isWarmUp: boolean;
  readonly sent: number;
  readonly acknowledged: number;
  /** From when a message was due, of those acknowledged in this second. */
  readonly puback: LatencySummary;
  /** Sent and not acknowledged at its end. */
  readonly inFlight: number;
  /** Connections that ended in it. */
  readonly closed: number;
}

export interface LoadReport {
  /** Due, warm-up included: sent, but for those of `withoutConnection`. */
  readonly sent: number;
  /** Due while their device was not connected. */
  readonly withoutConnection: number;
  readonly acknowledged: number;
  /** Acknowledged in the measured seconds, for one second. */
  readonly perSecond: number;
  readonly seconds: readonly LoadSecond[];
  /** From when a message was due to its PUBACK. */
  readonly puback: LatencySummary;
  readonly spectrum: readonly SpectrumPoint[];
  /** From when a message was sent to its PUBACK: what is not corrected for what could not be sent in time. */
  readonly service: LatencySummary;
  readonly serviceSpectrum: readonly SpectrumPoint[];
  /** From when a message was due until it was sent: what the generator itself adds. */
  readonly lateness: LatencySummary;
  /** Still without acknowledgement when the phase was over and no more came for 15 s. */
  readonly unacknowledged: number;
  readonly closed: number;
  /** Of this process, a core = 1. */
  readonly generatorCpu: number;
}

export interface WitnessOrder extends Timed {
  readonly perSecond: number;
  /** How long a task may take before it counts as missing. */
  readonly waitS: number;
}

/** One second of a witness. */
export interface WitnessSecond {
  readonly elapsedS: number;
  readonly sounded: number;
  /** From when a detector was due to sound, of the tasks that came in this second. */
  readonly task: LatencySummary;
}

export interface WitnessReport {
  readonly sounded: number;
  readonly acknowledged: number;
  /** Smoke that no task followed. */
  readonly missing: number;
  /** From when a detector was due to sound to its task on the stream. */
  readonly task: LatencySummary;
  /** Of each task, in the order in which they came, ms: for who adds several reports up. */
  readonly tasksMs: readonly number[];
  readonly spectrum: readonly SpectrumPoint[];
  readonly puback: LatencySummary;
  readonly seconds: readonly WitnessSecond[];
}

export interface CountsReport {
  readonly sent: number;
  readonly acknowledged: number;
  readonly open: number;
  readonly pings: number;
  readonly pongs: number;
}

/** What the generator's process does: order and report of each. */
export interface GeneratorJobs {
  /** Devices that send readings. */
  connect(order: ConnectOrder): Promise<ConnectReport>;
  /** Smoke detectors, each in a building of its own: each sounds once. */
  connectDetectors(order: ConnectOrder): Promise<ConnectReport>;
  watchTasks(order: StreamAddress): Promise<null>;
  openLoop(order: OpenLoopOrder): Promise<LoadReport>;
  closedLoop(order: ClosedLoopOrder): Promise<LoadReport>;
  torrent(order: TorrentOrder): Promise<LoadReport>;
  soundDetectors(order: WitnessOrder): Promise<WitnessReport>;
  /** What runs ends now and reports as if its time were over. */
  stop(order: null): Promise<null>;
  ping(order: null): Promise<null>;
  counts(order: null): Promise<CountsReport>;
  /** Since they exist, by device. */
  acknowledged(order: null): Promise<Readonly<Record<string, number>>>;
  /** Ends every line; `politely`: with a DISCONNECT. */
  hangUp(order: { readonly politely: boolean }): Promise<null>;
}

export type JobName = keyof GeneratorJobs;
export type OrderOf<Name extends JobName> = Parameters<GeneratorJobs[Name]>[0];
export type ReportOf<Name extends JobName> = Awaited<ReturnType<GeneratorJobs[Name]>>;

export interface JobMessage {
  readonly id: number;
  readonly job: JobName;
  readonly order: unknown;
}

export interface JobAnswer {
  readonly id: number;
  readonly report: unknown;
  readonly error: string | null;
}

/** What a generator tells unasked, once a second. */
export type Progress =
  | { readonly kind: 'load'; readonly second: LoadSecond }
  | { readonly kind: 'witness'; readonly second: WitnessSecond };
