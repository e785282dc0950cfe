import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

export interface HostOptions {
  readonly directory: string;
  readonly threads: 1 | 2;
  /** Bound of each thread's young generation; null: V8's own. */
  readonly youngMb: number | null;
  /** Work that holds the engine's thread for so long, once a second; 0: none. */
  readonly blockMs: number;
}

/** Broker, inbox and engine in a process of their own, without API and history. */
export class HostProcess implements AsyncDisposable {
  readonly pid: number;
  readonly mqtt: number;
  readonly #child: ChildProcess;

  private constructor(child: ChildProcess, mqtt: number) {
    this.#child = child;
    this.pid = child.pid ?? 0;
    this.mqtt = mqtt;
  }

  /** Rejects when it ends before it serves. */
  static async start(options: HostOptions): Promise<HostProcess> {
    const entry = fileURLToPath(new URL('host.ts', import.meta.url));
    const child = fork(entry, [JSON.stringify(options)], { stdio: 'inherit' });
    const ended = once(child, 'exit').then(([code]) => {
      throw new Error(`the host of the layout ended with ${code}`);
    });
    const [{ mqtt }] = (await Promise.race([once(child, 'message'), ended])) as [{ mqtt: number }];
    ended.catch(() => undefined);
    return new HostProcess(child, mqtt);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const ended = once(this.#child, 'exit');
    this.#child.disconnect();
    await ended;
  }
}
