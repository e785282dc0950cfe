import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';

interface DemoReady {
  readonly pid: number;
  readonly http: number;
}

/** `gridbell demo` in a process of its own, on free ports; ended when the test lets go of it. */
export class RunningDemo implements AsyncDisposable {
  readonly ready: DemoReady;
  /** What a visitor reads, and complaints. */
  readonly out: readonly string[];
  readonly err: readonly string[];
  readonly #child: ChildProcess;
  readonly #closed: Promise<unknown>;

  private constructor(child: ChildProcess, ready: DemoReady, out: readonly string[], err: readonly string[]) {
    this.#child = child;
    this.ready = ready;
    this.out = out;
    this.err = err;
    this.#closed =
      child.exitCode === null && child.signalCode === null ? once(child, 'close') : Promise.resolve();
  }

  static async start(dataDir: string, args: readonly string[]): Promise<RunningDemo> {
    const child = demoProcess(dataDir, args);
    const [out, err]: string[][] = [[], []];
    const ready = Promise.withResolvers<DemoReady>();
    createInterface({ input: child.stderr }).on('line', (line) => err?.push(line));
    createInterface({ input: child.stdout }).on('line', (line) => {
      out?.push(line);
      if (line.includes('"msg":"ready"')) ready.resolve(JSON.parse(line) as DemoReady);
    });
    child.on('close', (code) => ready.reject(new Error(`the demo ended (${code}): ${err?.join('\n')}`)));
    return new RunningDemo(child, await ready.promise, out ?? [], err ?? []);
  }

  /** The exit code, when it ends by itself and all that it said has been read. */
  async ended(): Promise<number | null> {
    await this.#closed;
    return this.#child.exitCode;
  }

  async stop(): Promise<number | null> {
    this.#child.kill('SIGTERM');
    return await this.ended();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#child.exitCode === null) await this.stop();
  }
}

/** The bare process, for a demo that is not expected to become ready. */
export const demoProcess = (dataDir: string, args: readonly string[], env: Record<string, string> = {}) =>
  spawn(process.execPath, ['cli/gridbell.js', 'demo', ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: {
      PATH: process.env['PATH'],
      GRIDBELL_DATA_DIR: dataDir,
      GRIDBELL_HTTP_PORT: '0',
      GRIDBELL_MQTT_PORT: '0',
      GRIDBELL_MQTT_WS_PORT: '0',
      GRIDBELL_DISK_RESERVE: '1MB',
      ...env,
    },
  });
