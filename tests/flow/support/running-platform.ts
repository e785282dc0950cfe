import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';

export const adminPassword = 'correct horse battery';

/** Free ports and a known password; nothing of the caller's settings but where compiled sources are kept. */
export const platformEnvironment = (dataDir: string): Record<string, string> => ({
  PATH: process.env['PATH'] ?? '',
  HOME: process.env['HOME'] ?? '',
  NODE_COMPILE_CACHE: process.env['NODE_COMPILE_CACHE'] ?? '',
  GRIDBELL_DATA_DIR: dataDir,
  GRIDBELL_HTTP_PORT: '0',
  GRIDBELL_MQTT_PORT: '0',
  GRIDBELL_MQTT_WS_PORT: '0',
  GRIDBELL_ADMIN_PASSWORD: adminPassword,
  // A disk that many tests share need not hold many reserves.
  GRIDBELL_DISK_RESERVE: '1MB',
});

interface ReadyLine {
  readonly msg: string;
  readonly pid: number;
  readonly http: number;
  readonly mqtt: number;
  readonly mqttWs: number;
}

export interface PlatformOptions {
  readonly dataDir: string;
  readonly clock?: 'system' | 'data';
  readonly env?: Readonly<Record<string, string>>;
  /** On the clock of the data it tells outside, too. */
  readonly tellsOutside?: boolean;
  /** How patient it looks after flows (app/flows/restart-policy.ts). */
  readonly flowsTimings?: Readonly<Record<string, number>>;
  /** Its parts beside the engine take it to be so much later. */
  readonly aheadMs?: number;
}

/** So that a start that hangs tells what the platform said, before the test's own time limit ends it without a word. */
const readyWithinMs = 240_000;

/** The real platform in a process of its own, on free ports; killed when the test lets go of it. */
export class RunningPlatform implements AsyncDisposable {
  readonly ready: ReadyLine;
  readonly #child: ChildProcess;
  readonly #output: string[];
  readonly #exited: Promise<unknown>;

  private constructor(child: ChildProcess, ready: ReadyLine, output: string[]) {
    this.#child = child;
    this.ready = ready;
    this.#output = output;
    this.#exited =
      child.exitCode === null && child.signalCode === null ? once(child, 'exit') : Promise.resolve();
  }

  /** Resolves with its ready line; rejects with its output so far when it ends before, or is not ready within 4 min. */
  static async start({
    aheadMs,
    clock = 'system',
    dataDir,
    env = {},
    flowsTimings,
    tellsOutside = false,
  }: PlatformOptions): Promise<RunningPlatform> {
    const program = tellsOutside
      ? ['tests/flow/support/platform-telling.ts']
      : flowsTimings !== undefined
        ? ['tests/flow/support/platform-with-flows.ts', JSON.stringify(flowsTimings)]
        : aheadMs === undefined
          ? ['cli/main.ts', 'start', '--clock', clock]
          : ['tests/flow/support/platform-ahead.ts', String(aheadMs)];
    const child = spawn(process.execPath, program, {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...platformEnvironment(dataDir), ...env },
    });
    const output: string[] = [];
    const ready = Promise.withResolvers<ReadyLine>();
    const failed = (why: string): void =>
      ready.reject(new Error(`the platform ${why}:\n${output.join('\n')}`));
    child.on('error', (error) => failed(`could not be started (${error.message})`));
    child.on('close', (code, signal) => failed(`ended (${code ?? signal}) before it was ready`));
    createInterface({ input: child.stderr }).on('line', (line) => output.push(line));
    createInterface({ input: child.stdout }).on('line', (line) => {
      output.push(line);
      if (line.includes('"msg":"ready"')) ready.resolve(JSON.parse(line) as ReadyLine);
    });
    const tooLate = setTimeout(() => {
      failed(`was not ready within ${readyWithinMs / 1000} s`);
      child.kill('SIGKILL');
    }, readyWithinMs);
    try {
      return new RunningPlatform(child, await ready.promise, output);
    } finally {
      clearTimeout(tooLate);
    }
  }

  /** What it wrote to stdout and stderr, line by line. */
  get output(): readonly string[] {
    return this.#output;
  }

  /** Ends it as a power cut would. */
  async kill(): Promise<void> {
    this.#child.kill('SIGKILL');
    await this.#exited;
  }

  /** Ends it in order; answers the exit code. */
  async stop(): Promise<number | null> {
    this.#child.kill('SIGTERM');
    await this.#exited;
    return this.#child.exitCode;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.kill();
  }
}
