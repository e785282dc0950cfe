import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from '#bench/server/free-port.ts';

/** A real influxd of its own, on free ports, with its data in a folder that goes with it. */
export interface RunningInflux extends AsyncDisposable {
  readonly url: string;
  readonly folder: string;
  /** As `influxd version` says. */
  readonly version: string;
  /** Ends the process; what it holds stays. */
  stop(signal?: NodeJS.Signals): Promise<void>;
  /** Begins again on the same port with the same data; `settings` are lines of the section of its configuration, and stay. */
  start(settings?: InfluxSettings): Promise<void>;
}

/** Lines of sections of its configuration. */
export interface InfluxSettings {
  readonly data?: string;
  readonly http?: string;
}

const configuration = (folder: string, http: number, rpc: number, more: InfluxSettings): string => `
reporting-disabled = true
bind-address = "127.0.0.1:${rpc}"
[meta]
  dir = "${folder}/meta"
[data]
  dir = "${folder}/data"
  wal-dir = "${folder}/wal"
  index-version = "inmem"
  query-log-enabled = false
  ${more.data ?? ''}
[monitor]
  store-enabled = false
[http]
  bind-address = "127.0.0.1:${http}"
  log-enabled = false
  ${more.http ?? ''}
[logging]
  level = "error"
`;

const answers = async (url: string, isGone: () => boolean): Promise<void> => {
  for (;;) {
    if (isGone()) throw new Error('influxd ended while it started');
    const response = await fetch(`${url}/ping`).catch(() => null);
    if (response?.status === 204) return;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
};

export async function startInflux(settings: InfluxSettings = {}): Promise<RunningInflux> {
  const folder = await mkdtemp(join(tmpdir(), 'gridbell-influx-'));
  const [http, rpc] = [await freePort(), await freePort()];
  const file = join(folder, 'influxdb.conf');
  const url = `http://127.0.0.1:${http}`;
  let running: ChildProcess | null = null;
  const start = async (more?: InfluxSettings): Promise<void> => {
    if (more) await writeFile(file, configuration(folder, http, rpc, more));
    const child = spawn('influxd', ['run', '-config', file], { stdio: 'ignore' });
    running = child;
    await answers(url, () => child.exitCode !== null || child.signalCode !== null);
  };
  const stop = async (signal: NodeJS.Signals = 'SIGTERM'): Promise<void> => {
    const child = running;
    running = null;
    if (child === null || child.exitCode !== null || child.signalCode !== null) return;
    child.kill(signal);
    await once(child, 'exit');
  };
  await start(settings);
  const version = (await fetch(`${url}/ping`)).headers.get('x-influxdb-version') ?? 'unknown';
  return {
    url,
    folder,
    version,
    start,
    stop,
    async [Symbol.asyncDispose]() {
      await stop('SIGKILL');
      await rm(folder, { recursive: true, force: true });
    },
  };
}
