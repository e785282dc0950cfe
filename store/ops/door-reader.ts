import type { DatabaseSync } from 'node:sqlite';
import type { DeviceId, EpochMs } from '#model/brand.ts';
import type { Community, Device } from '#model/community.ts';
import { commandPayload, type DeviceCommand, isOpen } from '#model/device-command.ts';
import { connectToRead } from '#store/ops/connection.ts';
import { DeviceCommandRows } from '#store/ops/device-command-rows.ts';
import { ResourceRows } from '#store/ops/resource-rows.ts';
import { prepare, type Statement } from '#store/ops/statement.ts';

/**
 * What the broker asks of the ops store: who may come in, and what is to go out. It has a thread of its own, and does
 * not load the rest of the store: docs/decisions/170.
 */
export class DoorReader {
  readonly #connection: DatabaseSync;
  readonly #resources: ResourceRows;
  readonly #deviceCommands: DeviceCommandRows;
  readonly #credential: Statement<{ tokenHash: string }>;
  /** The newest command when this was opened: what was sent before and did not come into the store yet may be among them. */
  readonly #before: number;

  /** Throws as `connectToRead`. */
  static open(path: string): DoorReader {
    return connectToRead(path, (connection) => new DoorReader(connection));
  }

  private constructor(connection: DatabaseSync) {
    this.#connection = connection;
    this.#resources = new ResourceRows(connection);
    this.#deviceCommands = new DeviceCommandRows(connection);
    this.#before = this.#deviceCommands.last();
    this.#credential = prepare(
      connection,
      'select token_hash as tokenHash from credentials where id = ? and body is not null',
    );
  }

  close(): void {
    this.#connection.close();
  }

  /** What the device's token is checked against. */
  credential(device: string): { readonly tokenHash: string } | undefined {
    return this.#credential.get(device);
  }
  device(id: string): Device | undefined {
    return this.#resources.get('device', id)?.body;
  }
  /** The one that there is. */
  community(): Community | undefined {
    return this.#resources.all('community')[0]?.body;
  }

  /**
   * Those that are to go out over the connections of `carrier`, in order; none that has expired at `now`, and none that is sent once
   * and was there before.
   */
  openDeviceCommands(
    carrier: DeviceId,
    now: EpochMs,
  ): readonly Pick<DeviceCommand, 'device' | 'id' | 'once' | 'state'>[] {
    return this.#deviceCommands.openOf(carrier, now, this.#before);
  }
  /** What goes out, and at which topic; null: the device's own command topic. Undefined: it is over at `now`. */
  deviceCommandPacket(
    device: DeviceId,
    id: string,
    now: EpochMs,
  ): { readonly topic: string | null; readonly payload: string } | undefined {
    const command = this.#deviceCommands.get(device, id);
    if (command === undefined || !isOpen(command) || command.expiresAt <= now) return undefined;
    return { topic: command.via?.topic ?? null, payload: command.via?.payload ?? commandPayload(command) };
  }
}
