import type { Core } from '#app/core.ts';
import type { EpochMs } from '#model/brand.ts';
import { iso } from '#model/clock.ts';
import { messageOf } from '#model/errors.ts';
import type { Log } from '#model/log.ts';
import type { Actor } from '#model/record.ts';
import { keptFrom, type Retention } from '#model/retention.ts';
import type { Purged } from '#store/history/history.ts';
import type { OpsReader } from '#store/ops/reader.ts';

export interface HistoryKeeperOptions {
  readonly core: Pick<Core, 'execute' | 'history' | 'now'> & {
    readonly reader: Pick<OpsReader, 'lastRetention'>;
  };
  readonly retention: Retention;
  readonly log: Log;
}

const itself: Actor = { kind: 'system', id: 'system' };

interface LastLook {
  readonly at: EpochMs;
  readonly removed: readonly Purged[];
}

/** As it is kept in the ops store. `began`: a look that has not come to its end; null: none. */
interface Looks {
  readonly last: LastLook | null;
  readonly began: EpochMs | null;
}

/**
 * Has history take out what is older than what is kept, each hour, and leaves an entry in the audit of what went. That a look begins is
 * noted before it: what was deleted by one that was cut off, by a crash or a failure, has its entry then.
 */
export class HistoryKeeper {
  readonly #options: HistoryKeeperOptions;
  #looks: Looks;

  constructor(options: HistoryKeeperOptions) {
    this.#options = options;
    this.#looks = looksIn(options.core.reader.lastRetention());
  }

  /** The last look that came to its end, and what went; null: none yet. */
  get last(): LastLook | null {
    return this.#looks.last;
  }

  /** Never rejects: what went wrong is told, and tried again at the next look. */
  async look(): Promise<void> {
    const { core, log, retention } = this.#options;
    try {
      const now = core.now();
      const { began } = this.#looks;
      await this.#note({ ...this.#looks, began: now }, began === null ? [] : [cutOff(began)]);
      const properties = await core.history.call('properties', null);
      const kept = properties.map((property) => ({ property, ...keptFrom(retention, property, now) }));
      // Presence and modes are about equipment: kept as its readings are.
      const contextFrom = keptFrom(retention, 'online', now).readingsFrom;
      const purged = await core.history.call('purge', { kept, contextFrom });
      if (purged.length > 0) log.info({ purged }, 'history: what is older than what is kept is gone');
      await this.#note(
        { last: { at: now, removed: purged }, began: null },
        purged.map((each) => lineOf(each)),
      );
    } catch (error) {
      log.error(
        { error: messageOf(error) },
        'history could not take out what is older than what is kept; tried again in an hour',
      );
    }
  }

  async #note(looks: Looks, lines: readonly AuditLine[]): Promise<void> {
    const { core } = this.#options;
    await core.execute(itself, { name: 'note-history', lines, retention: JSON.stringify(looks) });
    this.#looks = looks;
  }
}

interface AuditLine {
  readonly target: string;
  readonly detail: string;
}

/** Only who looks after the file by hand can have it otherwise. */
function looksIn(text: string | undefined): Looks {
  const none: Looks = { last: null, began: null };
  return text === undefined ? none : { ...none, ...(JSON.parse(text) as Partial<Looks>) };
}

const cutOff = (began: EpochMs): AuditLine => ({
  target: 'history',
  detail: `retention: the look of ${iso(began)} did not come to its end; what it had deleted by then is in no other entry (it was older than what is kept)`,
});

const lineOf = ({ property, readings, rollups, until }: Purged): AuditLine => ({
  target: `history ${property}`,
  detail: `retention: ${readings} readings and ${rollups} roll-ups deleted${until === null ? '' : `; readings are kept from ${iso(until)}`}`,
});
