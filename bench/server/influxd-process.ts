import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { freePort } from './free-port.ts';
import { sizeOf } from './process-usage.ts';
import { endWithUs } from './server.ts';

/** So long without a write a shard is packed whole; InfluxDB itself waits for four hours. */
const coldAfter = '10s';
/** Its files are packed when they have been the same for so long. */
const quietSeconds = 25;

/** influxd 1.x alone, without accounts, as it comes but that it packs soon. */
export class InfluxdProcess implements AsyncDisposable {
  readonly pid: number;
  readonly url: string;
  readonly directory: string;
  readonly #child: ChildProcess;

  private constructor(child: ChildProcess, about: { pid: number; url: string; directory: string }) {
    this.#child = child;
    this.pid = about.pid;
    this.url = about.url;
    this.directory = about.directory;
  }

  /** Rejects when it is not installed (Debian's package `influxdb`). */
  static async start(): Promise<InfluxdProcess> {
    const directory = await mkdtemp(join(tmpdir(), 'gridbell-bench-'));
    const [http, rpc] = [await freePort(), await freePort()];
    const config = join(directory, 'influxdb.conf');
    await writeFile(config, configuration(directory, http, rpc));
    const child = spawn('influxd', ['run', '-config', config], { stdio: 'ignore' });
    const hasStarted = await once(child, 'spawn').then(
      () => true,
      () => false,
    );
    if (!hasStarted || child.pid === undefined)
      throw new Error('influxd cannot be started: install it (apt-get install influxdb), or say --peer none');
    endWithUs(child, directory);
    const url = `http://127.0.0.1:${http}`;
    while ((await fetch(`${url}/ping`).catch(() => null))?.status !== 204) {
      if (child.exitCode !== null) throw new Error('influxd ended while it started');
      await pause(50);
    }
    return new InfluxdProcess(child, { pid: child.pid, url, directory });
  }

  /** Resolves when it has packed what it holds. */
  async settled(): Promise<void> {
    let [size, quiet] = [-1, 0];
    while (quiet < quietSeconds) {
      await pause(1_000);
      const now = await sizeOf(this.directory);
      quiet = now === size ? quiet + 1 : 0;
      size = now;
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const ended = once(this.#child, 'exit');
    this.#child.kill('SIGKILL');
    await ended;
    await rm(this.directory, { recursive: true, force: true });
  }
}

const configuration = (directory: string, http: number, rpc: number): string => `
reporting-disabled = true
bind-address = "127.0.0.1:${rpc}"
[meta]
  dir = "${directory}/meta"
[data]
  dir = "${directory}/data"
  wal-dir = "${directory}/wal"
  query-log-enabled = false
  cache-snapshot-write-cold-duration = "${coldAfter}"
  compact-full-write-cold-duration = "${coldAfter}"
[monitor]
  store-enabled = false
[http]
  bind-address = "127.0.0.1:${http}"
  log-enabled = false
[logging]
  level = "error"
`;
