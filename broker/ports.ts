import type { DeviceId, Position } from '#model/brand.ts';
import type { Community, Device } from '#model/community.ts';
import type { DeviceCommand } from '#model/device-command.ts';
import type { InboxRecord } from '#model/record.ts';

/**
 * What the disk has room for: everything; only what is vital (life-safety devices, people's commands, time); nothing, not
 * even that.
 */
export const rooms = ['ample', 'tight', 'none'] as const;
export type Room = (typeof rooms)[number];
export type Urgency = 'ordinary' | 'vital';

/**
 * Where accepted messages and presence go. `append` resolves when the record is on disk; it rejects with
 * GridbellError('disk-full') when there is no room for it now and a later try may succeed.
 */
export interface InboxAppender {
  append(record: InboxRecord, urgency?: Urgency): Promise<Position>;
}

/** What the broker asks about devices, at each CONNECT (an operator's publications: each time). May throw. */
export interface DeviceLookup {
  /** `tokenHash` as model/secrets.ts hashDeviceToken makes it. */
  credential(device: string): { readonly tokenHash: string } | undefined;
  device(id: string): Pick<Device, 'id' | 'kind' | 'topic'> | undefined;
  community(): Pick<Community, 'id'> | undefined;
}

/** A command that is to go out to its device, or out again. */
export type OpenCommand = Pick<DeviceCommand, 'device' | 'id' | 'once' | 'state'>;

/** Where commands to devices rest. May throw: then they wait. */
export interface CommandSource {
  /** Those that go out over the connections of `carrier`, to it or to whom it carries, in their order; none that has expired. */
  open(carrier: DeviceId): readonly OpenCommand[];
  /** What goes out, and at which topic (null: the device's own command topic); undefined: there is no such command (any more), or it is over. */
  packet(
    device: DeviceId,
    id: string,
  ): { readonly topic: string | null; readonly payload: string } | undefined;
}

/** The part of pino that the broker uses. */
export interface BrokerLog {
  info(details: object, message: string): void;
  warn(details: object, message: string): void;
  error(details: object, message: string): void;
}
