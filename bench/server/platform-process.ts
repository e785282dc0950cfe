import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { PlatformApi } from './platform-api.ts';
import { endWithUs, type Server } from './server.ts';

const adminPassword = 'password-of-the-bench';
const linesKept = 20;

interface Ready {
  readonly pid: number;
  readonly http: number;
  readonly mqtt: number;
}

export interface PlatformOptions {
  /** The checkout that is started. */
  readonly root: string;
  readonly profileTo: string | null;
  readonly env?: Readonly<Record<string, string>>;
}

/** `gridbell start` in a directory of its own that is gone afterwards; accounts and rule library as in any fresh one. */
export class PlatformProcess implements Server {
  readonly pid: number;
  readonly mqtt: number;
  readonly http: number;
  readonly api: PlatformApi;
  readonly dataDir: string;
  readonly #child: ChildProcess;
  readonly #directory: string;

  private constructor(child: ChildProcess, ready: Ready, api: PlatformApi, directory: string) {
    this.#child = child;
    this.#directory = directory;
    this.pid = ready.pid;
    this.mqtt = ready.mqtt;
    this.http = ready.http;
    this.api = api;
    this.dataDir = join(directory, 'data');
  }

  /** Rejects with the last lines of a platform that does not come up. */
  static async start(options: PlatformOptions): Promise<PlatformProcess> {
    const directory = await mkdtemp(join(tmpdir(), 'gridbell-bench-'));
    const profiling =
      options.profileTo === null ? {} : { NODE_OPTIONS: `--cpu-prof --cpu-prof-dir=${options.profileTo}` };
    const child = spawn(process.execPath, [join(options.root, 'cli/gridbell.js'), 'start'], {
      cwd: directory,
      stdio: ['ignore', 'pipe', 'pipe'],
      env: {
        ...process.env,
        ...profiling,
        GRIDBELL_DATA_DIR: join(directory, 'data'),
        GRIDBELL_HTTP_PORT: '0',
        GRIDBELL_MQTT_PORT: '0',
        GRIDBELL_MQTT_WS_PORT: '0',
        GRIDBELL_ADMIN_PASSWORD: adminPassword,
        ...options.env,
      },
    });
    endWithUs(child, directory);
    try {
      const ready = await readyOf(child);
      const api = await PlatformApi.signIn(ready.http, adminPassword);
      return new PlatformProcess(child, ready, api, directory);
    } catch (error) {
      child.kill('SIGKILL');
      await rm(directory, { recursive: true, force: true });
      throw error;
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#child.exitCode === null && this.#child.signalCode === null) {
      const ended = once(this.#child, 'exit');
      process.kill(this.pid, 'SIGTERM');
      await ended;
    }
    await rm(this.#directory, { recursive: true, force: true });
  }
}

/** From the line that says so; what it writes later is read and let go. */
async function readyOf(child: ChildProcess): Promise<Ready> {
  const { stderr, stdout } = child;
  if (!stdout || !stderr) throw new Error('the platform has no output');
  const last: string[] = [];
  const keep = (line: string): void => {
    last.push(line);
    if (last.length > linesKept) last.shift();
  };
  createInterface({ input: stderr }).on('line', keep);
  const lines = createInterface({ input: stdout });
  return new Promise((resolve, reject) => {
    lines.on('line', (line) => {
      keep(line);
      if (line.includes('"msg":"ready"')) resolve(JSON.parse(line) as Ready);
    });
    child.once('exit', (code) => reject(new Error(`the platform ended with ${code}:\n${last.join('\n')}`)));
  });
}
