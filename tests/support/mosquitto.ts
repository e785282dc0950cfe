import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import mqtt from 'mqtt';
import { freePort } from '#bench/server/free-port.ts';

const startsWithinMs = 120_000;

/** A real Mosquitto (Debian's package) on a free port, with what it holds kept in a directory; killed when the test lets go of it. */
export class RunningMosquitto implements AsyncDisposable {
  readonly port: number;
  readonly #config: string;
  #child: ChildProcess | null = null;
  readonly #output: string[] = [];

  private constructor(port: number, config: string) {
    this.port = port;
    this.#config = config;
  }

  /** `bridges`: as they stand in its configuration. */
  static async start(directory: string, bridges: string): Promise<RunningMosquitto> {
    const port = await freePort();
    const held = join(directory, 'mosquitto');
    mkdirSync(held, { recursive: true });
    const config = join(directory, 'mosquitto.conf');
    const own = `listener ${port} 127.0.0.1
allow_anonymous true
persistence true
persistence_location ${held}/
autosave_interval 1
autosave_on_changes true
${process.getuid?.() === 0 ? 'user root' : ''}
`;
    writeFileSync(config, `${own}${bridges}`);
    const broker = new RunningMosquitto(port, config);
    await broker.restart();
    return broker;
  }

  /** What it wrote to its log. */
  get output(): string {
    return this.#output.join('');
  }

  async restart(): Promise<void> {
    const child = spawn('mosquitto', ['-c', this.#config, '-v'], { stdio: ['ignore', 'pipe', 'pipe'] });
    this.#child = child;
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', (chunk: Buffer) => this.#output.push(chunk.toString()));
    const until = Date.now() + startsWithinMs;
    for (;;) {
      try {
        const client = await mqtt.connectAsync(
          `mqtt://127.0.0.1:${this.port}`,
          { reconnectPeriod: 0 },
          false,
        );
        await client.endAsync();
        return;
      } catch {
        if (child.exitCode !== null || Date.now() > until)
          throw new Error(`Mosquitto did not start:\n${this.output}`);
        await pause(25);
      }
    }
  }

  /** Ends it as a power cut would. */
  async kill(): Promise<void> {
    const child = this.#child;
    this.#child = null;
    if (child === null || child.exitCode !== null || child.signalCode !== null) return;
    child.kill('SIGKILL');
    await once(child, 'exit');
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.kill();
  }
}
