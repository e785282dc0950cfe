import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { WebSocket } from 'ws';
import { freePort } from '#bench/server/free-port.ts';

/** A node of a flow as Node-RED's own files have it. */
export interface FlowNode {
  readonly id: string;
  readonly type: string;
  readonly [property: string]: unknown;
}

/** The light and the text beside a node. */
interface NodeLight {
  readonly fill?: string;
  readonly shape?: string;
  readonly text?: string;
}
interface LightMessage {
  readonly topic?: string;
  readonly data: NodeLight;
}
export interface Lights extends Disposable {
  of(id: string): NodeLight | undefined;
}

export interface NodeRedOptions {
  /** Where it keeps its flows; a folder of its own, removed with it, when none is given. */
  readonly userDir?: string;
  /** `checkout`: the palette as it stands in this checkout; `installed`: what is in `userDir`. Default: checkout. */
  readonly palette?: 'checkout' | 'installed';
  /** What the platform would put into the settings for its own flows. */
  readonly gridbell?: { readonly url: string; readonly token: string };
  /** More of its settings, as JavaScript. */
  readonly settings?: string;
}

const program = resolve('node_modules/node-red/red.js');
const paletteFolder = resolve('rules/node-red');
const startsWithinMs = 240_000;

const settingsText = (port: number, { gridbell, palette = 'checkout', settings = '' }: NodeRedOptions) => `
module.exports = {
  uiHost: '127.0.0.1',
  uiPort: ${port},
  flowFile: 'flows.json',
  credentialSecret: 'a secret of the tests',
  telemetry: { enabled: false, updateNotification: false },
  editorTheme: { tours: false },
  ${palette === 'checkout' ? `nodesDir: [${JSON.stringify(paletteFolder)}],` : ''}
  ${gridbell ? `gridbell: { url: ${JSON.stringify(gridbell.url)}, token: () => ${JSON.stringify(gridbell.token)} },` : ''}
  ${settings}
};
`;

/** A stock Node-RED in a process of its own, on a free port of this machine; killed when the test lets go of it. */
export class RunningNodeRed implements AsyncDisposable {
  readonly url: string;
  readonly userDir: string;
  readonly #options: NodeRedOptions;
  #child: ChildProcess | null = null;
  #output: string[] = [];

  private constructor(url: string, userDir: string, options: NodeRedOptions) {
    this.url = url;
    this.userDir = userDir;
    this.#options = options;
  }

  static async start(options: NodeRedOptions = {}): Promise<RunningNodeRed> {
    const port = await freePort();
    const userDir = options.userDir ?? (await mkdtemp(join(tmpdir(), 'gridbell-node-red-')));
    await writeFile(join(userDir, 'settings.js'), settingsText(port, options));
    const running = new RunningNodeRed(`http://127.0.0.1:${port}`, userDir, options);
    await running.restart();
    return running;
  }

  /** What it wrote since it was started last. */
  get output(): string {
    return this.#output.join('');
  }

  /** Starts it again on the same folder and port, with the flows that it has. */
  async restart(): Promise<void> {
    const child = spawn(
      process.execPath,
      [program, '--userDir', this.userDir, '--settings', join(this.userDir, 'settings.js')],
      {
        stdio: ['ignore', 'pipe', 'pipe'],
        env: {
          PATH: process.env['PATH'] ?? '',
          HOME: this.userDir,
          NODE_COMPILE_CACHE: process.env['NODE_COMPILE_CACHE'] ?? '',
        },
      },
    );
    this.#child = child;
    this.#output = [];
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', (chunk: Buffer) => this.#output.push(chunk.toString()));
    const until = Date.now() + startsWithinMs;
    while (!/Started flows|Waiting for missing types/.test(this.output)) {
      if (child.exitCode !== null || Date.now() > until)
        throw new Error(`Node-RED did not start:\n${this.output}`);
      await pause(25);
    }
  }

  /** Replaces what runs; `how` as the editor's Deploy has it. */
  async deploy(flows: readonly FlowNode[], how: 'full' | 'flows' | 'nodes' = 'full'): Promise<void> {
    const response = await fetch(`${this.url}/flows`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'node-red-deployment-type': how },
      body: JSON.stringify(flows),
    });
    if (!response.ok) throw new Error(`deploy: ${response.status} ${await response.text()}`);
  }

  /** What the editor shows beside the nodes, by id, from now on and as it is already. */
  async lights(): Promise<Lights> {
    const socket = new WebSocket(`${this.url.replace('http', 'ws')}/comms`);
    await once(socket, 'open');
    const shown = new Map<string, NodeLight>();
    socket.on('message', (data: Buffer) => {
      for (const { data: light, topic } of JSON.parse(data.toString()) as LightMessage[])
        if (topic?.startsWith('status/')) shown.set(topic.slice('status/'.length), light);
    });
    socket.send(JSON.stringify({ subscribe: 'status/#' }));
    return {
      of: (id) => shown.get(id),
      [Symbol.dispose]: () => socket.terminate(),
    };
  }

  /** Ends it as a power cut would. */
  async kill(): Promise<void> {
    await this.#end('SIGKILL');
  }

  /** Ends it in order. */
  async stop(): Promise<void> {
    await this.#end('SIGTERM');
  }

  async #end(signal: NodeJS.Signals): Promise<void> {
    const child = this.#child;
    this.#child = null;
    if (child === null || child.exitCode !== null || child.signalCode !== null) return;
    child.kill(signal);
    await once(child, 'exit');
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.kill();
    if (this.#options.userDir === undefined) await rm(this.userDir, { recursive: true, force: true });
  }
}
