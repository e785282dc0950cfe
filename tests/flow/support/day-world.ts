import { readFileSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import { parse } from 'yaml';
import { type EpochMs, epochMs } from '#model/brand.ts';
import { RawMqtt } from '#tests/support/raw-mqtt.ts';
import { ApiClient } from './api-client.ts';
import type { ActStep, DayStep } from './day-of-tasks.ts';
import { type DayProgress, dayProgress } from './day-record.ts';
import { adminPassword, type PlatformOptions, RunningPlatform } from './running-platform.ts';

/** The community's own clock: its readings move the platform's time to each step. */
const clockDevice = 'air-g1-garage';
const workers = ['w-zhou', 'w-sun', 'w-he', 'c-lin', 'm-wu', 'm-jiang', 'l-zhao'] as const;
const password = 'a password of the test day';
const tokenOf = (device: string): string => `token-of-${device}`;

interface TaskSeen {
  readonly id: string;
  readonly version: number;
  readonly history: readonly { readonly at: string; readonly actor: string; readonly action: string }[];
}

/** The demo community on a platform of the data clock that may be killed at any moment, and goes on where it was. */
export class DayWorld implements AsyncDisposable {
  readonly #options: PlatformOptions;
  #platform: RunningPlatform;
  #connections = new Map<string, RawMqtt>();
  readonly #sessions = new Map<string, string>();
  #message = 0;
  #isAlive = true;

  private constructor(options: PlatformOptions, platform: RunningPlatform) {
    this.#options = options;
    this.#platform = platform;
  }

  /** `channels`: webhooks by id, in the order of the cascade, and where each goes. */
  static async begin(dataDir: string, channels: Readonly<Record<string, string>>): Promise<DayWorld> {
    const secret = `whsec_${Buffer.alloc(24, 7).toString('base64')}`;
    const hooks = Object.entries(channels).map(([id, url]) => [id, { kind: 'webhook', url, secret }]);
    const env = {
      GRIDBELL_NOTIFY_CHANNELS: JSON.stringify(Object.fromEntries(hooks)),
      GRIDBELL_NOTIFY_ALLOW_TARGETS: '127.0.0.1',
    };
    const options = { dataDir, clock: 'data', tellsOutside: true, env } as const;
    const world = new DayWorld(options, await RunningPlatform.start(options));
    const admin = await ApiClient.signIn(world.#platform);
    const community = parse(readFileSync('examples/demo-community.yaml', 'utf8'));
    for (const person of community.people) if (workers.includes(person.id)) person.account = { password };
    for (const device of community.devices) device.token = tokenOf(device.id);
    const answer = await admin.post('/api/v1/import', community);
    if (answer.status >= 300) throw new Error(JSON.stringify(answer.body));
    // Else how often the community's own clock speaks would be part of the day.
    const silent = await admin.send('DELETE', '/api/v1/rules/device-silent');
    if (silent.status >= 300) throw new Error(JSON.stringify(silent.body));
    for (const name of ['admin', ...workers]) {
      const secret = name === 'admin' ? adminPassword : password;
      const base = new ApiClient(world.#base, null);
      const { body } = await base.post<{ token: string }>('/api/v1/session', {
        username: name,
        password: secret,
      });
      world.#sessions.set(name, body.token);
    }
    return world;
  }

  get #base(): string {
    return `http://127.0.0.1:${this.#platform.ready.http}`;
  }
  #as(name: string): ApiClient {
    return new ApiClient(this.#base, this.#sessions.get(name) ?? null);
  }

  /** Does a step; a second time, after a kill, only what is not done yet. Rejects when the platform dies on the way. */
  async take(step: DayStep): Promise<void> {
    await this.#passTo(step.at);
    if ('device' in step) {
      await this.#say(step.device, step.at, step.values);
      await this.#allTold(step.at);
    } else {
      await this.#reach(step.at);
      await this.#act(step);
      await this.#allTold(step.at);
    }
  }

  /** Time passes until `at`, and stands still at each moment at which something falls due: as it would on a clock on the wall. */
  async #passTo(at: EpochMs): Promise<void> {
    for (;;) {
      const { next, now } = await this.#allTold(0);
      if (next === null || next >= at || now >= at) return;
      await this.#reach(epochMs(next));
    }
  }

  async #reach(at: EpochMs): Promise<void> {
    await this.#say(clockDevice, at, { temperature: 12 });
    await this.#allTold(at);
  }

  /** Resolves when the platform's time is `at` at least and all that was to be told until then is told, or waits for its time. */
  async #allTold(at: number): Promise<DayProgress> {
    for (;;) {
      const progress = dayProgress(this.#options.dataDir);
      if (progress.now >= at && progress.open === 0) return progress;
      if (!this.#isAlive) throw new Error('the platform is dead');
      await pause(5);
    }
  }

  async #say(device: string, at: EpochMs, values: Readonly<Record<string, unknown>>): Promise<void> {
    const connection = await this.#connect(device);
    const topic = `gridbell/lianfang-1/${device}/telemetry`;
    this.#message += 1;
    const message = { topic, payload: JSON.stringify({ ts: at, values }), messageId: this.#message };
    await connection.publishAcknowledged(message);
  }

  async #connect(device: string): Promise<RawMqtt> {
    const known = this.#connections.get(device);
    if (known && !known.socket.destroyed) return known;
    const port = this.#platform.ready.mqtt;
    const made = await RawMqtt.connect({ port, username: device, password: tokenOf(device) });
    this.#connections.set(device, made);
    return made;
  }

  async #act({ action, at, comment, place, who }: ActStep): Promise<void> {
    const { body } = await this.#as('admin').get<{ items: { id: string }[] }>(
      `/api/v1/tasks?place=${place}&limit=1`,
    );
    const id = body.items[0]?.id;
    // What never became a task is accepted by nobody.
    if (id === undefined) return;
    const { body: task } = await this.#as('admin').get<TaskSeen>(`/api/v1/tasks/${id}`);
    const time = new Date(at).toISOString();
    if (task.history.some((entry) => entry.at === time && entry.actor === who && entry.action === action))
      return;
    await this.#as(who).post(`/api/v1/tasks/${id}/${action}`, {
      version: task.version,
      ...(comment === undefined ? {} : { comment }),
    });
  }

  async kill(): Promise<void> {
    this.#isAlive = false;
    await this.#platform.kill();
  }
  /** After a kill. */
  async startAgain(): Promise<void> {
    this.#platform = await RunningPlatform.start(this.#options);
    this.#isAlive = true;
    this.#connections = new Map();
  }

  /** Time passes to the end of the day; everything is applied and closed in order. */
  async end(at: EpochMs): Promise<number | null> {
    await this.#passTo(at);
    await this.#reach(at);
    return await this.#platform.stop();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const connection of this.#connections.values()) connection[Symbol.dispose]();
    await this.#platform.kill();
  }
}
