import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { generate, type IConnectPacket } from 'mqtt-packet';
import { stopwatch } from '#model/clock.ts';
import type { Measured } from '#tests/broker/hostile/broker-process.ts';
import { BrokerUnderAttack, type Ports } from '#tests/broker/hostile/broker-under-attack.ts';
import { tokenOf } from '#tests/broker/hostile/community.ts';
import { WellBehaved } from '#tests/broker/hostile/well-behaved.ts';

/** Many sockets to one port, each connected or refused. Nobody reads what comes unless the caller resumes them. */
export class Crowd implements Disposable {
  readonly sockets: readonly Socket[];

  private constructor(sockets: readonly Socket[]) {
    this.sockets = sockets;
  }

  static async gather(port: number, count: number): Promise<Crowd> {
    const sockets = Array.from({ length: count }, (_, index) =>
      connect({ port, host: '127.0.0.1', localAddress: `127.0.1.${1 + (index % 200)}`, noDelay: true }),
    );
    const arrivals = sockets.map((socket) => {
      socket.on('error', () => undefined);
      return Promise.race([once(socket, 'connect'), once(socket, 'close')]);
    });
    await Promise.all(arrivals);
    return new Crowd(sockets);
  }

  /** Says something on each, made from its number. */
  say(make: (index: number) => Buffer): void {
    for (const [index, socket] of this.sockets.entries()) if (!socket.destroyed) socket.write(make(index));
  }

  resume(): void {
    for (const socket of this.sockets) socket.resume();
  }

  get open(): number {
    return this.sockets.filter((socket) => !socket.destroyed).length;
  }

  [Symbol.dispose](): void {
    for (const socket of this.sockets) socket.destroy();
  }
}

/** A CONNECT of a device, with its token unless another password is given. */
export const connectFrame = (device: string, options: Partial<IConnectPacket> = {}): Buffer =>
  generate({
    cmd: 'connect',
    protocolId: 'MQTT',
    protocolVersion: 4,
    clean: true,
    clientId: 'one of many',
    keepalive: 0,
    username: device,
    password: Buffer.from(tokenOf(device)),
    ...options,
  });

export interface Aftermath {
  readonly before: Measured;
  readonly after: Measured;
  readonly acknowledged: number;
  readonly errors: readonly string[];
  readonly inboxDirectory: string;
}

const settlesWithinMs = 20_000;
/** What may lie about afterwards. */
export const heapSlack = 16 * 2 ** 20;

/**
 * Lets `attack` do what it does to a broker beside a well-behaved client, and looks at both when the broker has let go of
 * everybody else. Rejects when the broker ends, or does not acknowledge the well-behaved one's messages.
 */
export async function besideWellBehaved(
  attack: (ports: Ports, broker: BrokerUnderAttack) => Promise<void>,
  check: (aftermath: Aftermath) => Promise<void> | void,
  options: { readonly openFiles?: number } = {},
): Promise<void> {
  const { broker, ports } = await BrokerUnderAttack.start(options);
  await using _ = broker;
  await using wellBehaved = await WellBehaved.start(ports.mqtt);
  const before = await broker.measure();
  await attack(ports, broker);
  const began = stopwatch();
  let after = await broker.measure();
  const isSettled = (): boolean =>
    after.connections <= 1 && after.devicesOnline <= 1 && after.heap - before.heap < heapSlack;
  while (!isSettled() && stopwatch() - began < settlesWithinMs) {
    await pause(100);
    after = await broker.measure();
  }
  // What they took up must not be taken still.
  await wellBehaved.goesOn(50);
  await wellBehaved.stop();
  const errors = broker.log.filter(({ level }) => level === 'error').map(({ message }) => message);
  if (broker.errors !== '') errors.push(broker.errors);
  const { acknowledged } = wellBehaved;
  await check({ before, after, acknowledged, errors, inboxDirectory: broker.inboxDirectory });
}
