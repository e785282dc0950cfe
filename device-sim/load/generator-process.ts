import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type {
  JobAnswer,
  JobMessage,
  JobName,
  OrderOf,
  Progress,
  ReportOf,
} from '#device-sim/load/protocol.ts';

/** A process that makes load or bears witness, so that what it costs is not the platform's. */
export class GeneratorProcess implements AsyncDisposable {
  readonly #child: ChildProcess;
  readonly #waiting = new Map<number, (answer: JobAnswer) => void>();
  #id = 0;

  /** `onProgress`: once a second while a load runs. */
  constructor(onProgress: (progress: Progress) => void = () => undefined) {
    this.#child = fork(fileURLToPath(new URL('main.ts', import.meta.url)), { stdio: 'inherit' });
    this.#child.on('message', (message: JobAnswer | Progress) => {
      if ('kind' in message) onProgress(message);
      else this.#waiting.get(message.id)?.(message);
    });
    this.#child.on('exit', (code, signal) => {
      for (const [id, settle] of this.#waiting)
        settle({ id, report: null, error: `the generator ended with ${code ?? signal}` });
    });
  }

  /** Rejects with what failed there. */
  async ask<Name extends JobName>(job: Name, order: OrderOf<Name>): Promise<ReportOf<Name>> {
    if (!this.#child.connected) throw new Error(`${job}: the generator has ended`);
    const id = this.#id++;
    const answered = new Promise<JobAnswer>((resolve) => this.#waiting.set(id, resolve));
    const message: JobMessage = { id, job, order };
    this.#child.send(message);
    const { error, report } = await answered;
    this.#waiting.delete(id);
    if (error !== null) throw new Error(`${job}: ${error}`);
    return report as ReportOf<Name>;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    const ended = once(this.#child, 'exit');
    if (this.#child.connected) this.#child.disconnect();
    await ended;
  }
}
