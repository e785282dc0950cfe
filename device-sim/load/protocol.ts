import type { Account } from './device-connection.ts';
import type { LatencySummary } from './latencies.ts';

export interface ConnectOrder {
  readonly port: number;
  readonly accounts: readonly Account[];
  /** New connections a second; opened side by side, so that one slow answer holds back nobody. */
  readonly perSecond: number;
  readonly keepAliveS: number;
  /** Connections are spread over this many addresses of 127.0.0.0/8. */
  readonly sourceAddresses?: number;
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

export interface LoadReport {
  readonly sent: number;
  readonly acknowledged: number;
  /** Acknowledgements that came within the measured seconds, by the second of the phase (warm-up included). */
  readonly bySecond: readonly number[];
  readonly perSecond: number;
  /** From when a message was due to its PUBACK. */
  readonly puback: LatencySummary;
  /** From when a message was due until it was sent: what the generator itself adds. */
  readonly lateness: LatencySummary;
  /** Still without acknowledgement when the phase was over and 30 s more. */
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

export interface WitnessReport {
  readonly sounded: number;
  /** Smoke that no task followed. */
  readonly missing: number;
  /** From when a detector was due to sound to its task on the stream. */
  readonly task: LatencySummary;
  readonly puback: LatencySummary;
}

export interface CountsReport {
  readonly sent: number;
  readonly acknowledged: number;
  readonly open: number;
  readonly pings: number;
  readonly pongs: number;
}

/** What the generator's process does for the bench: order and report of each. */
export interface GeneratorJobs {
  /** Devices that send climate. */
  connect(order: ConnectOrder): Promise<ConnectReport>;
  /** Smoke detectors, each in a building of its own: each sounds once. */
  connectDetectors(order: ConnectOrder): Promise<ConnectReport>;
  watchTasks(order: { readonly http: number; readonly token: string }): Promise<null>;
  openLoop(order: OpenLoopOrder): Promise<LoadReport>;
  closedLoop(order: ClosedLoopOrder): Promise<LoadReport>;
  torrent(order: TorrentOrder): Promise<LoadReport>;
  soundDetectors(order: WitnessOrder): Promise<WitnessReport>;
  ping(order: null): Promise<null>;
  counts(order: null): Promise<CountsReport>;
  /** Since they exist, by device. */
  acknowledged(order: null): Promise<Readonly<Record<string, number>>>;
  /** Cuts every line. */
  hangUp(order: null): Promise<null>;
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
