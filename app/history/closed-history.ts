import { GridbellError, messageOf } from '#model/errors.ts';
import type { History } from '#store/history/history.ts';

/** Stands in for a history that cannot be opened yet: everything asked of it is refused with the reason. */
export function closedHistory(cause: unknown): History {
  const refuse = (): Promise<never> =>
    Promise.reject(new GridbellError('not-ready', `history is not open yet: ${messageOf(cause)}`, { cause }));
  return {
    position: refuse,
    append: refuse,
    readings: refuse,
    buckets: refuse,
    heat: refuse,
    context: refuse,
    received: refuse,
    measured: refuse,
    series: refuse,
    extent: refuse,
    count: refuse,
    properties: refuse,
    purge: refuse,
    erase: refuse,
    rebuild: refuse,
    compact: refuse,
    status: refuse,
    holdings: refuse,
    maintain: refuse,
    unsortedDays: () => 0,
    close: () => Promise.resolve(),
  };
}
