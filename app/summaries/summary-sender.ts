import { figureReader } from '#api/authorization/figure-reader.ts';
import type { Caller } from '#api/caller.ts';
import type { ApiContext } from '#api/context.ts';
import { areaOf } from '#api/report/area.ts';
import type { Gathering } from '#api/report/gathering.ts';
import { makeReport, type Report } from '#api/report/report.ts';
import type { RuleShelf } from '#api/rule-shelf.ts';
import { seriesOf, summaryBulletin } from '#app/summaries/summary-bulletin.ts';
import { type EpochMs, minute, type PersonId } from '#model/brand.ts';
import { messageOf } from '#model/errors.ts';
import type { Log } from '#model/log.ts';
import type { Bulletin } from '#model/notice.ts';
import type { SummaryKind } from '#model/summary.ts';
import { type DueSummary, dueSummaries, nextSummaryTime } from '#tasks/indicators/summary-times.ts';

export interface SummarySenderOptions {
  readonly context: ApiContext;
  readonly gathering: Gathering;
  readonly shelf: RuleShelf;
  readonly toldUntil: (series: string, person: PersonId) => EpochMs | undefined;
  /** Resolves when it is committed that the person is told. */
  readonly announce: (bulletin: Bulletin) => Promise<void>;
  /** `HH:mm` by the community's clock. */
  readonly at: string;
  readonly log: Log;
}

interface Due extends DueSummary {
  readonly kind: SummaryKind;
  readonly person: PersonId;
}

/** Looks at least this often, whatever timers say: clocks are set, and machines sleep. */
const longestSleepMs = minute;

/**
 * Sends each person the summaries that they want. It keeps nothing: what is due follows from the time and from what was told, which
 * the engine writes down with the notice, so a crash at any moment changes nothing but the time.
 */
export class SummarySender {
  readonly #options: SummarySenderOptions;
  #timer: NodeJS.Timeout | null = null;
  #looking: Promise<void> = Promise.resolve();
  #isStopped = false;
  #isFailing = false;

  constructor(options: SummarySenderOptions) {
    this.#options = options;
  }

  start(): void {
    this.#looking = this.look().then(() => this.#arm());
  }

  async stop(): Promise<void> {
    this.#isStopped = true;
    if (this.#timer) clearTimeout(this.#timer);
    await this.#looking;
  }

  /** Never rejects: what went wrong is told once, and tried again at the next look. */
  async look(): Promise<void> {
    const { log } = this.#options;
    try {
      const sent = await this.#send(this.#due());
      this.#isFailing = false;
      log.debug({ sent }, 'summaries: looked what is due');
    } catch (error) {
      if (!this.#isFailing)
        log.error({ error: messageOf(error) }, 'summaries could not be made; tried again each minute');
      this.#isFailing = true;
    }
  }

  #arm(): void {
    if (this.#isStopped) return;
    const { at, context } = this.#options;
    const now = context.platform.now();
    const next = nextSummaryTime(now, { at, timezone: context.configuration.timezone });
    this.#timer = setTimeout(() => this.start(), Math.min(next - now, longestSleepMs));
  }

  #due(): readonly Due[] {
    const { at, context, toldUntil } = this.#options;
    const { configuration, platform, reader } = context;
    const times = { at, timezone: configuration.timezone };
    const now = platform.now();
    return reader
      .all('preference')
      .map(({ body }) => body)
      .filter(({ person }) => configuration.person(person) !== undefined)
      .flatMap(({ person, summaries = [] }) =>
        summaries.flatMap(({ kind, since }) =>
          dueSummaries(
            kind,
            { now, since: since as EpochMs, toldUntil: toldUntil(seriesOf(kind), person) },
            times,
          ).map((each) => ({ ...each, kind, person })),
        ),
      );
  }

  async #send(due: readonly Due[]): Promise<number> {
    const { announce, context } = this.#options;
    /** Many people look at the same places. */
    const made = new Map<string, Report>();
    let sent = 0;
    for (const each of due) {
      if (this.#isStopped) break;
      // As things stand now, not when the first of many was made.
      const { configuration, platform, reader } = context;
      const caller = figureReader(each.person, { reader, configuration });
      const report = caller === undefined ? null : await this.#report(each, caller, made);
      const { timezone } = configuration;
      await announce(summaryBulletin({ ...each, now: platform.now(), timezone }, report));
      sent++;
    }
    return sent;
  }

  /** null: there is no place that the caller may look at. */
  async #report({ kind, period }: Due, caller: Caller, made: Map<string, Report>): Promise<Report | null> {
    const { context } = this.#options;
    if (caller.places?.length === 0) return null;
    const area = areaOf(caller, undefined, context);
    const key = JSON.stringify([kind, period.from, area.roots]);
    const report = made.get(key) ?? (await makeReport({ kind, period, caller, area }, this.#options));
    made.set(key, report);
    return report;
  }
}
