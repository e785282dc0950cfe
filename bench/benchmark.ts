/** One thing that was measured in one run. */
export interface Figure {
  /** Which part of the run, for example a rate. */
  readonly part: string;
  readonly name: string;
  readonly unit: string;
  readonly value: number;
  /** Null: neither; said for the reader. */
  readonly better: 'higher' | 'lower' | null;
}

/** Other servers that some benchmarks measure beside Gridbell. */
export type Peer = 'mosquitto' | 'influxd';

/** What is measured: a checkout of Gridbell, or another server beside it for comparison. */
export type Subject =
  | { readonly kind: 'gridbell'; readonly label: string; readonly root: string }
  | { readonly kind: Peer; readonly label: string };

export interface BenchOption {
  readonly default: number;
  readonly what: string;
}

export interface RunOptions {
  /** By the benchmark's own names. */
  readonly numbers: Readonly<Record<string, number>>;
  /** Where the platform's threads leave their CPU profiles; null: none are taken. */
  readonly profileTo: string | null;
  say(line: string): void;
}

/**
 * A benchmark: one run of it gives figures, the runner repeats, interleaves and compares. Of the platform it uses what
 * docs/contract.md promises and nothing else, so that it measures older and newer ones alike.
 */
export interface Benchmark {
  readonly name: string;
  readonly what: string;
  readonly options: Readonly<Record<string, BenchOption>>;
  readonly repeats: number;
  /** Other servers that it can measure. */
  readonly peers: readonly Peer[];
  /** The one of them that is measured when nothing else is said; default: none. */
  readonly usualPeer?: Peer;
  run(subject: Subject, options: RunOptions): Promise<Figure[]>;
}

/** Seconds until the platform is warm; short runs have a short one. */
export const warmUpOf = (seconds: number): number => Math.min(3, seconds);

/** The option's number; a name that the benchmark does not have is a mistake of ours. */
export function numberOf(options: RunOptions, name: string): number {
  const value = options.numbers[name];
  if (value === undefined) throw new Error(`no option ${name}`);
  return value;
}
