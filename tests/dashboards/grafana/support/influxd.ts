import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';
import { stopwatch } from '#model/clock.ts';
import { temporaryDirectory } from '#tests/support/temporary-directory.ts';

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (address === null || typeof address === 'string') throw new Error('no port');
  return address.port;
}

/** One series of an answer. */
export interface Series {
  readonly name: string;
  readonly tags?: Readonly<Record<string, string>>;
  readonly columns: readonly string[];
  readonly values: readonly (readonly unknown[])[];
}

interface Answer {
  readonly error?: string;
  readonly results?: readonly { readonly error?: string; readonly series?: readonly Series[] }[];
}

/** Debian's InfluxDB (1.6) on free ports with data of its own; gone when the test lets go of it. */
export class Influxd implements AsyncDisposable {
  readonly database = 'gridbell';
  readonly #url: string;
  readonly #child: ChildProcess;
  readonly #directory: Disposable;

  private constructor(url: string, child: ChildProcess, directory: Disposable) {
    this.#url = url;
    this.#child = child;
    this.#directory = directory;
  }

  /** Resolves when it answers; rejects when it does not within 30 s. */
  static async start(): Promise<Influxd> {
    const directory = temporaryDirectory();
    const [http, rpc] = [await freePort(), await freePort()];
    const child = spawn('influxd', ['run', '-config', '/dev/null'], {
      stdio: ['ignore', 'ignore', 'ignore'],
      env: {
        PATH: process.env['PATH'] ?? '',
        HOME: directory.path,
        INFLUXDB_REPORTING_DISABLED: 'true',
        INFLUXDB_BIND_ADDRESS: `127.0.0.1:${rpc}`,
        INFLUXDB_HTTP_BIND_ADDRESS: `127.0.0.1:${http}`,
        INFLUXDB_META_DIR: `${directory.path}/meta`,
        INFLUXDB_DATA_DIR: `${directory.path}/data`,
        INFLUXDB_DATA_WAL_DIR: `${directory.path}/wal`,
        INFLUXDB_MONITOR_STORE_ENABLED: 'false',
      },
    });
    const influxd = new Influxd(`http://127.0.0.1:${http}`, child, directory);
    const began = stopwatch();
    for (;;) {
      const isUp = await fetch(`${influxd.#url}/ping`).then(
        ({ ok }) => ok,
        () => false,
      );
      if (isUp) break;
      if (stopwatch() - began > 30_000 || child.exitCode !== null) {
        await influxd[Symbol.asyncDispose]();
        throw new Error('influxd does not answer');
      }
      await wait(50);
    }
    await influxd.query(`CREATE DATABASE ${influxd.database}`);
    return influxd;
  }

  /** Lines of line protocol, in ms. Rejects with what it says when it takes not all of them. */
  async write(lines: readonly string[]): Promise<void> {
    for (let from = 0; from < lines.length; from += 5_000) {
      const response = await fetch(`${this.#url}/write?db=${this.database}&precision=ms`, {
        method: 'POST',
        body: lines.slice(from, from + 5_000).join('\n'),
      });
      if (!response.ok) throw new Error(await response.text());
    }
  }

  /** Rejects with what it says of a query that it does not take. */
  async query(text: string): Promise<readonly Series[]> {
    const response = await fetch(`${this.#url}/query?db=${this.database}&epoch=ms`, {
      method: 'POST',
      body: new URLSearchParams({ q: text }),
    });
    const { error, results = [] } = (await response.json()) as Answer;
    const failure = error ?? results.find((result) => result.error !== undefined)?.error;
    if (failure !== undefined) throw new Error(`${failure}: ${text}`);
    return results.flatMap(({ series = [] }) => series);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#child.exitCode === null && this.#child.signalCode === null) {
      this.#child.kill('SIGTERM');
      await once(this.#child, 'exit');
    }
    this.#directory[Symbol.dispose]();
  }
}
