import type { Core } from '#app/core.ts';
import type { EpochMs } from '#model/brand.ts';
import { iso } from '#model/clock.ts';
import { messageOf } from '#model/errors.ts';
import type { Log } from '#model/log.ts';
import type { Actor } from '#model/record.ts';
import { keptFrom, type Retention } from '#model/retention.ts';
import type { Purged } from '#store/history/history.ts';

export interface HistoryKeeperOptions {
  readonly core: Pick<Core, 'execute' | 'history' | 'now'>;
  readonly retention: Retention;
  readonly log: Log;
}

const itself: Actor = { kind: 'system', id: 'system' };

/** Has history take out what is older than what is kept, each hour, and leaves an entry in the audit of what went. */
export class HistoryKeeper {
  readonly #options: HistoryKeeperOptions;
  #last: { readonly at: EpochMs; readonly removed: readonly Purged[] } | null = null;

  constructor(options: HistoryKeeperOptions) {
    this.#options = options;
  }

  /** The last look that came to its end, and what went; null: none yet. */
  get last(): { readonly at: EpochMs; readonly removed: readonly Purged[] } | null {
    return this.#last;
  }

  /** Never rejects: what went wrong is told, and tried again at the next look. */
  async look(): Promise<void> {
    const { core, log, retention } = this.#options;
    try {
      const now = core.now();
      const properties = await core.history.call('properties', null);
      const kept = properties.map((property) => ({ property, ...keptFrom(retention, property, now) }));
      // Presence and modes are about equipment: kept as its readings are.
      const contextFrom = keptFrom(retention, 'online', now).readingsFrom;
      const purged = await core.history.call('purge', { kept, contextFrom });
      this.#last = { at: now, removed: purged };
      if (purged.length === 0) return;
      log.info({ purged }, 'history: what is older than what is kept is gone');
      await core.execute(itself, { name: 'note-history', lines: purged.map((each) => lineOf(each)) });
    } catch (error) {
      log.error(
        { error: messageOf(error) },
        'history could not take out what is older than what is kept; tried again in an hour',
      );
    }
  }
}

const lineOf = ({ property, readings, rollups, until }: Purged) => ({
  target: `history ${property}`,
  detail: `retention: ${readings} readings and ${rollups} roll-ups deleted${until === null ? '' : `; readings are kept from ${iso(until)}`}`,
});
