import { setTimeout as pause } from 'node:timers/promises';
import { type BrokerAddress, DeviceConnection } from '#device-sim/load/device-connection.ts';
import { Latencies } from '#device-sim/load/latencies.ts';
import type { Payload } from '#device-sim/load/payloads.ts';
import type { ConnectOrder, ConnectReport, CountsReport } from '#device-sim/load/protocol.ts';
import { PublishFrame } from '#device-sim/load/publish-frame.ts';
import { stopwatch } from '#model/clock.ts';

/** As a device does that is not let in: it comes again. */
const mostAttempts = 10;
const retryAfterMs = 2_000;

/** Devices that are connected by the clock and stay connected. */
export class Fleet {
  readonly connections: DeviceConnection[] = [];
  #pinging: NodeJS.Timeout | null = null;
  #target: BrokerAddress & { readonly keepAliveS: number } = { host: '', port: 0, keepAliveS: 60 };
  /** Of our addresses the one that each comes from, also when it comes again; absent: the system's choice. */
  readonly #addresses = new Map<DeviceConnection, string>();

  /** All of them publish this, but for those that have a payload of their own. */
  async connect(order: ConnectOrder, payload: Payload): Promise<ConnectReport> {
    const { accounts, host = '127.0.0.1', keepAliveS, perSecond, port, sourceAddresses = 1 } = order;
    this.#target = { host, port, keepAliveS };
    const connack = new Latencies();
    const beganMs = stopwatch();
    let reason: string | null = null;
    let retries = 0;
    const attempts = accounts.map(async (account, index) => {
      const dueMs = beganMs + (index * 1_000) / perSecond;
      await pause(Math.max(0, dueMs - stopwatch()));
      const connection = new DeviceConnection(
        account,
        new PublishFrame(account.topic, account.payload ?? payload),
      );
      if (sourceAddresses > 1) this.#addresses.set(connection, `127.0.0.${1 + (index % sourceAddresses)}`);
      for (let attempt = 1; !connection.isOpen; attempt++) {
        try {
          await this.#open(connection);
        } catch (error) {
          reason ??= error instanceof Error ? error.message : String(error);
          if (attempt === mostAttempts) return;
          retries += 1;
          await pause(retryAfterMs);
        }
      }
      connack.record(stopwatch() - dueMs);
      this.connections.push(connection);
    });
    await Promise.all(attempts);
    this.#keepAlive();
    const connected = connack.summary().count;
    return {
      connected,
      refused: accounts.length - connected,
      retries,
      reason,
      seconds: (stopwatch() - beganMs) / 1_000,
      connack: connack.summary(),
    };
  }

  /** Each pings twice in its time, not all in the same second. */
  #keepAlive(): void {
    const everyS = Math.floor(this.#target.keepAliveS / 2);
    let second = 0;
    if (this.#pinging !== null) return;
    this.#pinging = setInterval(() => {
      second = (second + 1) % everyS;
      this.connections.forEach((connection, index) => {
        if (index % everyS === second) connection.ping();
      });
    }, 1_000);
  }

  /** One attempt; whether it is connected again. */
  async reconnect(connection: DeviceConnection): Promise<boolean> {
    await this.#open(connection).catch(() => undefined);
    return connection.isOpen;
  }

  #open(connection: DeviceConnection): Promise<void> {
    const localAddress = this.#addresses.get(connection);
    return connection.connect({ ...this.#target, ...(localAddress === undefined ? {} : { localAddress }) });
  }

  counts(): CountsReport {
    const sum = (value: (connection: DeviceConnection) => number): number =>
      this.connections.reduce((total, connection) => total + value(connection), 0);
    return {
      sent: sum(({ sent }) => sent),
      acknowledged: sum(({ acknowledged }) => acknowledged),
      open: sum(({ isOpen }) => (isOpen ? 1 : 0)),
      pings: sum(({ pings }) => pings),
      pongs: sum(({ pongs }) => pongs),
    };
  }

  acknowledgedByDevice(): Readonly<Record<string, number>> {
    return Object.fromEntries(
      this.connections.map(({ account, acknowledged }) => [account.id, acknowledged]),
    );
  }

  /** Cuts every line; `politely`: each says goodbye before. */
  hangUp(politely: boolean): void {
    for (const connection of this.connections) {
      if (politely) connection.leave();
      else connection.destroy();
    }
  }
}
