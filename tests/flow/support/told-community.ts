import { RawMqtt } from '#tests/support/raw-mqtt.ts';
import { type ApiClient, until } from './api-client.ts';
import { caughtUp } from './caught-up.ts';
import { community } from './community.ts';

const places = ['b3', 'b3-0502'] as const;
export const climates = ['climate-1', 'climate-2', 'climate-3', 'climate-4'] as const;

/** The small community with a few devices that measure temperature and humidity. */
export const withClimates = {
  ...community,
  devices: [
    ...community.devices,
    ...climates.map((id, index) => ({
      id,
      kind: 'environment',
      place: places[index % 2],
      token: `token-of-${id}`,
    })),
  ],
};

/** What a device says, epoch ms. */
export interface Said {
  readonly device: string;
  readonly at: number;
  readonly values: Readonly<Record<string, number | boolean>>;
}

/** Says things one after the other, each acknowledged before the next, so that order is the order of receipt. */
export class Speakers implements Disposable {
  readonly #senders = new Map<string, RawMqtt>();
  readonly #admin: ApiClient;
  #lastId = 0;

  private constructor(admin: ApiClient) {
    this.#admin = admin;
  }

  static async connect(port: number, admin: ApiClient): Promise<Speakers> {
    const speakers = new Speakers(admin);
    for (const id of climates) {
      const client = await RawMqtt.connect({ port, username: id, password: `token-of-${id}` });
      speakers.#senders.set(id, client);
    }
    return speakers;
  }

  /** Resolves when the platform's clock has reached the last of them, and history has them all. */
  async say(list: readonly Said[]): Promise<void> {
    for (const { at, device, values } of list) {
      const sender = this.#senders.get(device);
      if (!sender) throw new Error(`nobody is called ${device}`);
      this.#lastId = (this.#lastId % 65_535) + 1;
      const payload = JSON.stringify({ ts: at, values });
      const topic = `gridbell/lianfang-1/${device}/telemetry`;
      await sender.publishAcknowledged({ topic, payload, messageId: this.#lastId });
    }
    const newest = Math.max(...list.map(({ at }) => at));
    await until(
      () => this.#admin.get<{ now: string }>('/api/v1/clock'),
      ({ body }) => Date.parse(body.now) >= newest,
    );
    await caughtUp(this.#admin);
  }

  [Symbol.dispose](): void {
    for (const sender of this.#senders.values()) sender[Symbol.dispose]();
  }
}
