import { type CastSecrets, tokenOf } from '#device-sim/demo/cast.ts';
import type { SimMessage, World } from '#device-sim/message.ts';
import { Sender } from '#device-sim/mqtt/sender.ts';

export interface PublishersOptions {
  readonly world: World;
  readonly secrets: Pick<CastSecrets, 'secret'>;
  readonly host: string;
  readonly port: number;
  /** A device that cannot publish any more, in one line. */
  readonly onComplaint: (line: string) => void;
}

const connectedAtOnce = 8;
const patienceMs = 600_000;

/** Where a message of a simulated device is published. */
export const topicOf = (world: World, { device, topic }: Pick<SimMessage, 'device' | 'topic'>): string =>
  `gridbell/${world.community.community.id}/${device}/${topic}`;

/** A connection for each device, which publishes as itself. */
export class Publishers {
  readonly #world: World;
  readonly #senders: ReadonlyMap<string, Sender>;

  constructor({ host, onComplaint, port, secrets, world }: PublishersOptions) {
    this.#world = world;
    this.#senders = new Map(
      world.devices.map(({ id }) => {
        const target = { host, port, username: id, password: tokenOf(id, secrets), clientId: id };
        const sender = new Sender({
          target: () => Promise.resolve(target),
          inFlight: 1_000,
          patienceMs,
          refusedHint: 'see what it said before',
          onFailed: (error) => onComplaint(`${id} publishes no more: ${error.message}`),
        });
        return [id, sender];
      }),
    );
  }

  /** Some at a time, as after a power cut nobody's devices come. */
  async connect(): Promise<void> {
    const waiting = [...this.#senders.values()];
    const connectSome = async (): Promise<void> => {
      for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) await next.connect();
    };
    await Promise.all(Array.from({ length: connectedAtOnce }, connectSome));
  }

  say(message: SimMessage): void {
    const { device, payload } = message;
    this.#senders.get(device)?.post({ topic: topicOf(this.#world, message), payload });
  }

  async close(): Promise<void> {
    await Promise.all([...this.#senders.values()].map((sender) => sender.close()));
  }
}
