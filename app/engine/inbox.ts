import type { Position } from '#model/brand.ts';
import type { InboxRecord } from '#model/record.ts';

/** What the engine needs of the inbox: the records after a position, in order, only those that are on disk. */
export interface Inbox {
  read(
    after: Position,
    maxRecords: number,
  ): readonly { readonly position: Position; readonly record: InboxRecord }[];
}
