import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { freePort } from '#bench/server/free-port.ts';
import { type FlowNode, type NodeRedOptions, RunningNodeRed } from '#tests/support/node-red.ts';
import { RawMqtt } from '#tests/support/raw-mqtt.ts';
import { temporaryDirectory } from '#tests/support/temporary-directory.ts';
import { ApiClient, until } from './api-client.ts';
import { community, tokens } from './community.ts';
import { RunningPlatform } from './running-platform.ts';

/** A community on a platform, and beside it a stock Node-RED that reaches it as from anywhere: by its address and a token. */
export class FlowStage implements AsyncDisposable {
  /** Another one after `restartPlatform`, and so is `admin`. */
  platform: RunningPlatform;
  admin: ApiClient;
  readonly nodeRed: RunningNodeRed;
  readonly token: string;
  readonly #dataDir: string;
  readonly #stack: AsyncDisposableStack;
  #messages = 0;

  private constructor(parts: {
    readonly platform: RunningPlatform;
    readonly admin: ApiClient;
    readonly nodeRed: RunningNodeRed;
    readonly token: string;
    readonly dataDir: string;
    readonly stack: AsyncDisposableStack;
  }) {
    this.platform = parts.platform;
    this.admin = parts.admin;
    this.nodeRed = parts.nodeRed;
    this.token = parts.token;
    this.#dataDir = parts.dataDir;
    this.#stack = parts.stack;
  }

  static async open(options: NodeRedOptions = {}, role = 'property-manager'): Promise<FlowStage> {
    await using stack = new AsyncDisposableStack();
    const directory = stack.use(temporaryDirectory());
    // A port to which it comes back after `killPlatform`.
    const env = { GRIDBELL_HTTP_PORT: String(await freePort()) };
    const platform = await RunningPlatform.start({ dataDir: directory.path, env });
    stack.defer(() => platform.kill());
    const admin = await ApiClient.signIn(platform);
    await admin.post('/api/v1/import', withSiren);
    const { body } = await admin.post<{ token: string }>('/api/v1/tokens', { name: 'flows', role });
    const nodeRed = stack.use(await RunningNodeRed.start(options));
    const { path: dataDir } = directory;
    return new FlowStage({ platform, admin, nodeRed, token: body.token, dataDir, stack: stack.move() });
  }

  get url(): string {
    return `http://127.0.0.1:${this.platform.ready.http}`;
  }

  /** The connection that the nodes of a test name as `server`. */
  get server(): FlowNode {
    return {
      id: 'server',
      type: 'gridbell-server',
      where: 'elsewhere',
      url: this.url,
      credentials: { token: this.token },
    };
  }

  /** Deploys nodes in a tab, and resolves when all sources among them have their place. */
  async deploy(nodes: readonly FlowNode[], how?: 'full' | 'flows' | 'nodes'): Promise<void> {
    const tab = { id: 'tab', type: 'tab', label: 'Test' };
    const placed = nodes.map((node, index) => ({ x: 100 + index, y: 100, z: 'tab', wires: [], ...node }));
    await this.nodeRed.deploy([tab, this.server, ...placed], how);
  }

  /** Ends the platform as a power cut would; `restart` begins it again at the same address. */
  async killPlatform(): Promise<{ restart(): Promise<void> }> {
    const { http } = this.platform.ready;
    await this.platform.kill();
    return {
      restart: async () => {
        const env = { GRIDBELL_HTTP_PORT: String(http) };
        const platform = await RunningPlatform.start({ dataDir: this.#dataDir, env });
        this.#stack.defer(() => platform.kill());
        this.platform = platform;
        this.admin = await ApiClient.signIn(platform);
      },
    };
  }

  /** What a source keeps. Resolves when it has a place: what is published from then on it will get. */
  place(node: string): Promise<{ readonly next: string; readonly unfinished: readonly string[] }> {
    const file = join(this.nodeRed.userDir, 'gridbell', `${node}.json`);
    return until(
      async () => JSON.parse(await readFile(file, 'utf8').catch(() => 'null')),
      (place) => place !== null,
    );
  }

  /** Nodes that write down what comes to `id`: the property of the message as JSON, a line each. */
  sink(id: string, property = 'payload'): readonly FlowNode[] {
    const func = `return { payload: JSON.stringify(msg.${property}) };`;
    const filename = join(this.nodeRed.userDir, `${id}.txt`);
    return [
      { id, type: 'function', func, outputs: 1, wires: [[`${id}-file`]] },
      {
        id: `${id}-file`,
        type: 'file',
        filename,
        filenameType: 'str',
        appendNewline: true,
        overwriteFile: 'false',
      },
    ];
  }

  /** What was written down there; resolves when it is so many. */
  async written<T>(id: string, count = 1): Promise<T[]> {
    const filename = join(this.nodeRed.userDir, `${id}.txt`);
    const lines = async () =>
      // What is behind the last line end is written in part.
      (await readFile(filename, 'utf8').catch(() => '')).split('\n').slice(0, -1);
    const all = await until(lines, (found) => found.length >= count);
    return all.map((line) => JSON.parse(line) as T);
  }

  /** One message of a device; resolves when the platform acknowledged it. */
  async publish(device: keyof typeof deviceTokens, values: Readonly<Record<string, unknown>>): Promise<void> {
    using client = await RawMqtt.connect({
      port: this.platform.ready.mqtt,
      username: device,
      password: deviceTokens[device],
    });
    this.#messages += 1;
    await client.publishAcknowledged({
      topic: `gridbell/lianfang-1/${device}/telemetry`,
      payload: JSON.stringify(values),
      messageId: this.#messages,
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#stack.disposeAsync();
  }
}

/** Beside the small community's, a device that takes commands. */
const withSiren = {
  ...community,
  devices: [...community.devices, { id: 'siren-b3', kind: 'siren', place: 'b3', token: 'siren-token-1234' }],
};

const deviceTokens = {
  'siren-b3': 'siren-token-1234',
  'smoke-b3-05': tokens.smoke,
  'sos-0502': tokens.sos,
  'climate-b3': tokens.climate,
} as const;
