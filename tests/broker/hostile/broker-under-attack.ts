import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Measured, Said } from '#tests/broker/hostile/broker-process.ts';

export interface Ports {
  readonly mqtt: number;
  readonly mqttWs: number;
  readonly mqtts: number;
}

/** A broker in a process of its own, with an inbox on disk, on free ports of all addresses. */
export class BrokerUnderAttack implements AsyncDisposable {
  /** Where its inbox stands, until it is disposed. */
  readonly inboxDirectory: string;
  /** What it logged above `info`. */
  readonly log: Extract<Said, { kind: 'log' }>[] = [];
  readonly #root: string;
  readonly #child: ChildProcess;
  readonly #serving = Promise.withResolvers<Ports>();
  readonly #exited = Promise.withResolvers<string>();
  readonly #measured: ((measured: Measured) => void)[] = [];
  #errors = '';
  #ended: string | null = null;

  private constructor({ openFiles }: { readonly openFiles?: number }) {
    this.#root = mkdtempSync(join(tmpdir(), 'gridbell-hostile-'));
    this.inboxDirectory = join(this.#root, 'inbox');
    const key = join(this.#root, 'key.pem');
    const cert = join(this.#root, 'cert.pem');
    const request = ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];
    const files = ['-keyout', key, '-out', cert, '-days', '2', '-subj', '/CN=localhost'];
    execFileSync('openssl', [...request, ...files], { stdio: 'ignore' });
    const entry = fileURLToPath(new URL('./broker-process.ts', import.meta.url));
    // A young generation of 128 MB, as Node chooses it on a large machine, would hide what grows.
    const options = ['--expose-gc', '--max-semi-space-size=8'];
    const limit = openFiles === undefined ? '' : `ulimit -n ${openFiles}; `;
    this.#child = spawn(
      'sh',
      ['-c', `${limit}exec "$0" "$@"`, process.execPath, ...options, entry, this.inboxDirectory, key, cert],
      {
        stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
      },
    );
    this.#child.stderr?.on('data', (chunk) => {
      this.#errors += String(chunk);
    });
    this.#child.on('message', (said: Said) => this.#hear(said));
    this.#child.once('exit', (code, signal) => {
      this.#ended = `the broker's process ended (${code ?? signal}):\n${this.#errors}`;
      this.#exited.resolve(this.#ended);
      this.#serving.reject(new Error(this.#ended));
    });
  }

  /** `openFiles`: how many its process may have. */
  static async start(
    options: { readonly openFiles?: number } = {},
  ): Promise<{ readonly broker: BrokerUnderAttack; readonly ports: Ports }> {
    const broker = new BrokerUnderAttack(options);
    return { broker, ports: await broker.#serving.promise };
  }

  /** Why its process ended; null while it lives. */
  get ended(): string | null {
    return this.#ended;
  }

  /** What it wrote to stderr: nothing, unless something in it went wrong that nobody took care of. */
  get errors(): string {
    return this.#errors;
  }

  /** Files and sockets that its process has open; 0 where the system does not tell (elsewhere than on Linux). */
  openFiles(): number {
    const directory = `/proc/${this.#child.pid ?? 0}/fd`;
    return existsSync(directory) ? readdirSync(directory).length : 0;
  }

  /** Rejects when the process has ended. */
  async measure(): Promise<Measured> {
    const measured = new Promise<Measured>((resolve) => this.#measured.push(resolve));
    if (this.#ended === null) this.#child.send('measure');
    const ended = this.#exited.promise.then((why) => Promise.reject(new Error(why)));
    return Promise.race([measured, ended]);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#ended === null) this.#child.kill('SIGKILL');
    await this.#exited.promise;
    rmSync(this.#root, { recursive: true, force: true });
  }

  #hear(said: Said): void {
    switch (said.kind) {
      case 'serving':
        this.#serving.resolve(said);
        break;
      case 'log':
        this.log.push(said);
        break;
      case 'measured':
        this.#measured.shift()?.(said);
        break;
    }
  }
}
