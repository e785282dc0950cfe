import type { Core } from '#app/core.ts';
import { day, epochMs } from '#model/brand.ts';
import { messageOf } from '#model/errors.ts';
import type { Log } from '#model/log.ts';
import type { Actor } from '#model/record.ts';
import { type ForgottenPart, forgottenParts } from '#model/report.ts';

export interface ReportKeeperOptions {
  readonly core: Pick<Core, 'reader' | 'execute' | 'now'>;
  /** How long each part is kept after its task is over. */
  readonly keepDays: Readonly<Record<ForgottenPart, number>>;
  readonly log: Log;
}

/** Of one look; the rest waits for the next. */
const mostForgotten = 500;
const itself: Actor = { kind: 'system', id: 'system' };

/** Lets go of phone numbers and words of residents whose time is over, by a command that stands in the audit. */
export class ReportKeeper {
  readonly #options: ReportKeeperOptions;

  constructor(options: ReportKeeperOptions) {
    this.#options = options;
  }

  /** Never rejects: what went wrong is told, and tried again at the next look. */
  async look(): Promise<void> {
    const { core, keepDays, log } = this.#options;
    try {
      for (const part of forgottenParts) {
        const before = epochMs(core.now() - keepDays[part] * day);
        const tasks = core.reader.reports.old(part, before, mostForgotten);
        if (tasks.length === 0) continue;
        await core.execute(itself, { name: 'forget-reports', part, tasks });
        log.info({ part, reports: tasks.length }, 'what residents left was forgotten: its time is over');
      }
    } catch (error) {
      log.error(
        { error: messageOf(error) },
        'reports whose time is over could not be forgotten; tried again in an hour',
      );
    }
  }
}
