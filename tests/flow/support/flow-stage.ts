import { type FlowNode, type NodeRedOptions, RunningNodeRed } from '#tests/support/node-red.ts';
import { RawMqtt } from '#tests/support/raw-mqtt.ts';
import { temporaryDirectory } from '#tests/support/temporary-directory.ts';
import { ApiClient } from './api-client.ts';
import { community, tokens } from './community.ts';
import { RunningPlatform } from './running-platform.ts';

/** A community on a platform, and beside it a stock Node-RED that reaches it as from anywhere: by its address and a token. */
export class FlowStage implements AsyncDisposable {
  readonly platform: RunningPlatform;
  readonly admin: ApiClient;
  readonly nodeRed: RunningNodeRed;
  readonly token: string;
  readonly #stack: AsyncDisposableStack;
  #messages = 0;

  private constructor(parts: {
    readonly platform: RunningPlatform;
    readonly admin: ApiClient;
    readonly nodeRed: RunningNodeRed;
    readonly token: string;
    readonly stack: AsyncDisposableStack;
  }) {
    this.platform = parts.platform;
    this.admin = parts.admin;
    this.nodeRed = parts.nodeRed;
    this.token = parts.token;
    this.#stack = parts.stack;
  }

  static async open(options: NodeRedOptions = {}, role = 'property-manager'): Promise<FlowStage> {
    await using stack = new AsyncDisposableStack();
    const directory = stack.use(temporaryDirectory());
    const platform = stack.use(await RunningPlatform.start({ dataDir: directory.path }));
    const admin = await ApiClient.signIn(platform);
    await admin.post('/api/v1/import', community);
    const { body } = await admin.post<{ token: string }>('/api/v1/tokens', { name: 'flows', role });
    const nodeRed = stack.use(await RunningNodeRed.start(options));
    return new FlowStage({ platform, admin, nodeRed, token: body.token, stack: stack.move() });
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

  /** One message of a device; resolves when the platform acknowledged it. */
  async publish(device: keyof typeof deviceTokens, values: Readonly<Record<string, unknown>>): Promise<void> {
    using client = await RawMqtt.connect({
      port: this.platform.ready.mqtt,
      username: device,
      password: deviceTokens[device],
    });
    this.#messages += 1;
    await client.publishAcknowledged(
      {
        topic: `gridbell/lianfang-1/${device}/telemetry`,
        payload: JSON.stringify(values),
        messageId: this.#messages,
      },
      10_000,
    );
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#stack.disposeAsync();
  }
}

const deviceTokens = {
  'smoke-b3-05': tokens.smoke,
  'sos-0502': tokens.sos,
  'climate-b3': tokens.climate,
} as const;
