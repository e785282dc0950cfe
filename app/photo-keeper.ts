import type { Core } from '#app/core.ts';
import { day, epochMs, hour } from '#model/brand.ts';
import { wallClock } from '#model/clock.ts';
import { messageOf } from '#model/errors.ts';
import type { Log } from '#model/log.ts';
import type { Actor } from '#model/record.ts';
import type { PhotoStore } from '#store/photos/photo-store.ts';

export interface PhotoKeeperOptions {
  readonly core: Pick<Core, 'reader' | 'execute' | 'now'>;
  readonly photos: Pick<PhotoStore, 'sweep'>;
  /** How long photos of tasks that are over are kept. */
  readonly keepDays: number;
  readonly log: Log;
}

/** A photo waits so long for the report that it belongs to. */
const orphanAfterMs = hour;
/** Of one look; the rest waits for the next. */
const mostForgotten = 500;
const itself: Actor = { kind: 'system', id: 'system' };

/**
 * Deletes photos whose time is over. First their tasks forget them, by a command as everything that changes the ops store;
 * then no task names them, and they go with those that never belonged to one: a report that was not sent, a process that
 * was killed between photo and report.
 */
export class PhotoKeeper {
  readonly #options: PhotoKeeperOptions;

  constructor(options: PhotoKeeperOptions) {
    this.#options = options;
  }

  /** Never rejects: what went wrong is told, and tried again at the next look. */
  async look(): Promise<void> {
    const { core, keepDays, log, photos } = this.#options;
    try {
      const old = core.reader.reports.oldPhotos(epochMs(core.now() - keepDays * day), mostForgotten);
      if (old.length > 0) {
        await core.execute(itself, { name: 'forget-photos', ids: old.map(({ id }) => id) });
        log.info({ photos: old.length }, 'photos of tasks that are over were forgotten: their time is over');
      }
      const swept = await photos.sweep(
        epochMs(wallClock.now() - orphanAfterMs),
        (id) => core.reader.reports.photo(id) !== undefined,
      );
      if (swept > 0) log.info({ photos: swept }, 'photos that no task names were deleted');
    } catch (error) {
      log.error(
        { error: messageOf(error) },
        'photos whose time is over could not be deleted; tried again in an hour',
      );
    }
  }
}
