import type { Position } from '#model/brand.ts';
import type { Community, Device } from '#model/community.ts';
import type { InboxRecord } from '#model/record.ts';

/** Where accepted messages and presence go. Resolves when the record is on disk; anything else is a refusal. */
export interface InboxAppender {
  append(record: InboxRecord): Promise<Position>;
}

/** What the broker asks about devices, at each CONNECT (an operator's publications: each time). May throw. */
export interface DeviceLookup {
  /** `tokenHash` as model/secrets.ts hashDeviceToken makes it. */
  credential(device: string): { readonly tokenHash: string } | undefined;
  device(id: string): Pick<Device, 'id' | 'kind' | 'topic'> | undefined;
  community(): Pick<Community, 'id'> | undefined;
}

/** The part of pino that the broker uses. */
export interface BrokerLog {
  info(details: object, message: string): void;
  warn(details: object, message: string): void;
  error(details: object, message: string): void;
}
