import { type AssembledEngine, assembleEngine } from '#app/engine/assemble.ts';
import { EngineCounts } from '#app/engine/engine-counts.ts';
import type { Outlet } from '#app/engine/outlet.ts';
import { position } from '#model/brand.ts';
import type { InboxRecord } from '#model/record.ts';

type Parts = Parameters<typeof assembleEngine>[0];

export const key = Buffer.alloc(32, 1);
const nothing = () => undefined;

/** A log in memory; what is added to the list later is in it, too. */
export const inboxOf = (records: readonly InboxRecord[]): Parts['inbox'] => ({
  read: (after, max) =>
    records
      .slice(after, after + max)
      .map((record, index) => ({ position: position(after + index + 1), record })),
});

/** Hears what is given; what fails is thrown. */
export const outletOf = (heard: Partial<Outlet>): Outlet => ({
  outcomes: nothing,
  events: nothing,
  readings: nothing,
  historyAvailable: nothing,
  snapshotTaken: nothing,
  deviceCommands: nothing,
  rightsChanged: nothing,
  foundDevices: nothing,
  failed: (error) => {
    throw error;
  },
  ...heard,
});

/** An engine over records and a store; what else it needs is usual, or as it is given. */
export const engineOver = ({
  outlet = {},
  records,
  ...given
}: Partial<Omit<Parts, 'inbox' | 'outlet'>> &
  Pick<Parts, 'ops'> & {
    readonly records: readonly InboxRecord[];
    readonly outlet?: Partial<Outlet>;
  }): AssembledEngine =>
  assembleEngine({
    clock: 'system',
    pseudonymKey: key,
    counts: new EngineCounts(),
    skip: new Map(),
    log: { debug: nothing, info: nothing, warn: nothing, error: nothing },
    ...given,
    inbox: inboxOf(records),
    outlet: outletOf(outlet),
  });
