import type { RunOptions, Subject } from '#bench/benchmark.ts';
import { benchCommunity } from '#bench/community.ts';
import type { LoadCommunity } from '#device-sim/load/community.ts';
import { GeneratorProcess } from '#device-sim/load/generator-process.ts';
import type { ConnectOrder } from '#device-sim/load/protocol.ts';
import { MosquittoProcess } from './mosquitto-process.ts';
import { PlatformProcess } from './platform-process.ts';
import type { Server } from './server.ts';

const keepAliveS = 60;

/** A server under test, a process that loads it, and one that bears witness beside the load. */
export class TestStand implements AsyncDisposable {
  readonly server: Server;
  /** Null: the subject is a broker alone. */
  readonly platform: PlatformProcess | null;
  readonly community: LoadCommunity;
  readonly load = new GeneratorProcess();
  readonly witness = new GeneratorProcess();

  private constructor(server: Server, platform: PlatformProcess | null, community: LoadCommunity) {
    this.server = server;
    this.platform = platform;
    this.community = community;
  }

  /** The platform knows the community then; nobody is connected yet. `env`: settings of its own. */
  static async open(
    subject: Subject,
    counts: { readonly senders: number; readonly detectors: number },
    options: RunOptions,
    env: Readonly<Record<string, string>> = {},
  ): Promise<TestStand> {
    const community = benchCommunity(counts);
    if (subject.kind === 'mosquitto') return new TestStand(await MosquittoProcess.start(), null, community);
    if (subject.kind !== 'gridbell') throw new Error(`${subject.kind} takes no messages of devices`);
    const { profileTo } = options;
    const platform = await PlatformProcess.start({ root: subject.root, profileTo, env });
    const stand = new TestStand(platform, platform, community);
    try {
      await platform.api.send('POST', '/api/v1/import', community.file);
    } catch (error) {
      await stand[Symbol.asyncDispose]();
      throw error;
    }
    return stand;
  }

  /** Where and how a fleet connects; `perSecond` new connections. */
  connecting(perSecond: number): Omit<ConnectOrder, 'accounts'> {
    return { port: this.server.mqtt, perSecond, keepAliveS };
  }

  /** The detectors' lines and the stream; of a broker alone there is nothing to see. */
  async openWitness(): Promise<void> {
    if (!this.platform) return;
    const { api, http } = this.platform;
    const { detectors } = this.community;
    const { refused, reason } = await this.witness.ask('connectDetectors', {
      ...this.connecting(300),
      accounts: detectors,
    });
    if (refused > 0) throw new Error(`${refused} detectors could not connect: ${reason}`);
    await this.witness.ask('watchTasks', { http, token: api.token });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all([this.load[Symbol.asyncDispose](), this.witness[Symbol.asyncDispose]()]);
    await this.server[Symbol.asyncDispose]();
  }
}
