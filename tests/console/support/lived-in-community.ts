import { readFileSync } from 'node:fs';
import mqtt from 'mqtt';
import { parse } from 'yaml';
import { freePort } from '#bench/server/free-port.ts';
import { ApiClient } from '#tests/flow/support/api-client.ts';
import { RunningPlatform } from '#tests/flow/support/running-platform.ts';
import { buildConsole } from '#tests/support/browser/built-console.ts';
import type { Account } from '#tests/support/browser/visitor.ts';
import { sayAs } from '#tests/support/said-over-mqtt.ts';
import { temporaryDirectory } from '#tests/support/temporary-directory.ts';

/** Who signs in, all of the first grid; on duty at every hour, so that no test depends on when it runs. */
export const cast = {
  'property-manager': 'm-wu',
  'grid-worker': 'w-zhou',
  'care-staff': 'c-lin',
  'grid-leader': 'l-zhao',
  'community-duty': 'd-feng',
  auditor: 'x-lu',
  admin: 'a-yao',
} as const;
export type Part = keyof typeof cast;
export const parts = Object.keys(cast) as readonly Part[];

const password = 'a password of tests';
export const accountOf = (part: Part): Account => ({ username: cast[part], password });

interface Shift {
  readonly days: string;
  readonly from: string;
  readonly to: string;
  readonly person: string;
}
interface CommunityText {
  readonly community: { readonly id: string };
  readonly people: readonly { readonly id: string }[];
  readonly rosters: readonly { readonly shifts: readonly Shift[] }[];
  readonly devices: readonly { readonly id: string }[];
}

export const tokenOf = (device: string): string => `token-of-${device}`;
const isCast = (id: string): boolean => Object.values(cast).some((member) => member === id);

/** The demo's community, with accounts and tokens that a test knows. */
function castCommunity(): CommunityText {
  const file = parse(readFileSync('examples/demo-community.yaml', 'utf8')) as CommunityText;
  return {
    ...file,
    people: file.people.map((person) => (isCast(person.id) ? { ...person, account: { password } } : person)),
    rosters: file.rosters.map((roster) => ({
      ...roster,
      shifts: roster.shifts.slice(0, 1).map((shift) => ({ ...shift, from: '00:00', to: '24:00' })),
    })),
    devices: file.devices.map((device) => ({ ...device, token: tokenOf(device.id) })),
  };
}

/** A real platform with the demo's community, whose devices speak when the test lets them. */
export class LivedInCommunity implements AsyncDisposable {
  readonly #directory: ReturnType<typeof temporaryDirectory>;
  #platform: RunningPlatform;
  readonly admin: ApiClient;

  private constructor(
    directory: ReturnType<typeof temporaryDirectory>,
    platform: RunningPlatform,
    admin: ApiClient,
  ) {
    this.#directory = directory;
    this.#platform = platform;
    this.admin = admin;
  }

  static async start(env: Readonly<Record<string, string>> = {}): Promise<LivedInCommunity> {
    await buildConsole();
    const directory = temporaryDirectory();
    const ports = {
      GRIDBELL_HTTP_PORT: String(await freePort()),
      GRIDBELL_MQTT_PORT: String(await freePort()),
      GRIDBELL_MQTT_WS_PORT: String(await freePort()),
    };
    const platform = await RunningPlatform.start({ dataDir: directory.path, env: { ...ports, ...env } });
    const admin = await ApiClient.signIn(platform);
    const { body, status } = await admin.post('/api/v1/import', castCommunity());
    if (status !== 200) throw new Error(`the community was refused: ${JSON.stringify(body)}`);
    return new LivedInCommunity(directory, platform, admin);
  }

  get platform(): RunningPlatform {
    return this.#platform;
  }

  get base(): string {
    return `http://127.0.0.1:${this.#platform.ready.http}`;
  }

  /** One message of a device, as itself, over MQTT; resolves when the platform has it on disk. */
  async publish(
    device: string,
    payload: object,
    topic = `gridbell/lianfang-1/${device}/telemetry`,
  ): Promise<void> {
    const client = await mqtt.connectAsync(`mqtt://127.0.0.1:${this.#platform.ready.mqtt}`, {
      username: device,
      password: tokenOf(device),
      clientId: device,
      reconnectPeriod: 0,
    });
    await client.publishAsync(topic, JSON.stringify(payload), { qos: 1 });
    await client.endAsync();
  }

  /** What a gateway of the demo's says at topics of its own; resolves when the platform has it on disk. */
  async publishAs(gateway: string, messages: Readonly<Record<string, object>>): Promise<void> {
    const port = this.#platform.ready.mqtt;
    await sayAs({ port, username: gateway, password: tokenOf(gateway) }, messages);
  }

  /** As a power cut ends it. */
  async crash(): Promise<void> {
    await this.#platform.kill();
  }

  /** Starts it again where it was: the same data, the same ports. */
  async startAgain(): Promise<void> {
    const { http, mqtt: mqttPort, mqttWs } = this.#platform.ready;
    this.#platform = await RunningPlatform.start({
      dataDir: this.#directory.path,
      env: {
        GRIDBELL_HTTP_PORT: String(http),
        GRIDBELL_MQTT_PORT: String(mqttPort),
        GRIDBELL_MQTT_WS_PORT: String(mqttWs),
      },
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#platform.kill();
    this.#directory[Symbol.dispose]();
  }
}
