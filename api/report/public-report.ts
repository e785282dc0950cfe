import { DateTime } from 'luxon';
import type { ApiContext } from '#api/context.ts';
import type { Gathering } from '#api/report/gathering.ts';
import { invalidInput } from '#api/validation.ts';
import { epochMs, hour } from '#model/brand.ts';
import { iso } from '#model/clock.ts';
import { percentOf, shares } from '#tasks/indicators/figures.ts';
import { type Period, periodAt } from '#tasks/indicators/period.ts';
import { type Shown, shownShare, smallest, withoutSmall } from '#tasks/indicators/suppression.ts';
import type { Tally } from '#tasks/indicators/tally.ts';

const mostMonths = 24;
const keptMs = hour;
/** Fewer measured tasks than this say too much of one. */
const fewestMeasured = 2 * smallest;

export type PublicReport = Awaited<ReturnType<PublicReports['of']>>;

/**
 * Anonymous figures of whole months that are over, of the whole community: no range and no place to choose, for the
 * difference of two answers would say what each keeps back. Counted once an hour, whoever asks.
 */
export class PublicReports {
  readonly #context: ApiContext;
  readonly #gathering: Gathering;
  readonly #kept = new Map<
    number,
    { readonly at: number; readonly report: ReturnType<PublicReports['make']> }
  >();

  constructor(context: ApiContext, gathering: Gathering) {
    this.#context = context;
    this.#gathering = gathering;
  }

  /** `month`: YYYY-MM; undefined: the last that is over. Throws `invalid-input` for any other. */
  async of(month: string | undefined) {
    const period = this.#periodOf(month);
    const now = this.#context.wallClock.now();
    const kept = this.#kept.get(period.from);
    if (kept && now - kept.at < keptMs && now >= kept.at) return await kept.report;
    const report = this.make(period);
    this.#kept.set(period.from, { at: now, report });
    // What failed is tried again.
    report.catch(() => this.#kept.delete(period.from));
    return await report;
  }

  #periodOf(month: string | undefined): Period {
    const { configuration, platform } = this.#context;
    const { timezone } = configuration;
    const months = Array.from({ length: mostMonths }, (_, index) =>
      periodAt('monthly', platform.now(), { timezone, ago: index + 1 }),
    );
    const nameOf = ({ from }: Period): string =>
      DateTime.fromMillis(from, { zone: timezone }).toFormat('yyyy-MM');
    const found = month === undefined ? months[0] : months.find((period) => nameOf(period) === month);
    if (found === undefined)
      throw invalidInput([
        {
          path: 'month',
          message: `must be one of the last ${mostMonths} months that are over, such as 2026-03`,
        },
      ]);
    return found;
  }

  async make(period: Period) {
    const { configuration, platform } = this.#context;
    const area = { roots: null, places: undefined };
    const { all, categories } = await this.#gathering.tasks({ area, period });
    const groups = [...categories.tallies].sort(([a], [b]) => (a < b ? -1 : 1));
    const column = (id: 'closed' | 'reported') => withoutSmall(groups.map(([, tally]) => tally.counts[id]));
    const reported = column('reported');
    const closed = column('closed');
    const at = (list: readonly Shown[], index: number): Shown => list[index] ?? null;
    const { community, timezone } = configuration;
    return {
      community: community?.name ?? null,
      month: DateTime.fromMillis(period.from, { zone: timezone }).toFormat('yyyy-MM'),
      period: { from: iso(period.from), to: iso(period.to) },
      timezone,
      madeAt: iso(epochMs(platform.now())),
      smallest,
      reported: reported.total,
      closed: closed.total,
      ...sharesOf(all),
      medianMinutes: mediansOf(all),
      ...ratingsOf(all),
      categories: groups.map(([id], index) => ({
        id,
        name: configuration.category(id).name,
        reported: at(reported.counts, index),
        closed: at(closed.counts, index),
      })),
    };
  }
}

function sharesOf({ counts }: Tally) {
  const of = (share: 'closeRate' | 'filedRate' | 'inTimeRate') => {
    const [part, whole] = shares[share];
    return percentOf(counts, share) === null ? null : shownShare(counts[part], counts[whole]);
  };
  return { filedRate: of('filedRate'), closeRate: of('closeRate'), inTimeRate: of('inTimeRate') };
}

/** How residents and staff rated the work: the mean of no fewer than measured times need. */
function ratingsOf({ counts, ratings }: Tally) {
  const [part, whole] = shares.ratedLowRate;
  return {
    rated: counts.rated < smallest ? null : counts.rated,
    meanRating: ratings === null || ratings.of < fewestMeasured ? null : ratings.mean,
    ratedLowRate: counts.rated === 0 ? null : shownShare(counts[part], counts[whole]),
  };
}

function mediansOf(tally: Tally) {
  const of = (duration: 'acceptTime' | 'closeTime'): number | null => {
    const measured = tally.measured(duration);
    return measured === null || measured.of < fewestMeasured ? null : Math.round(measured.median);
  };
  return { acceptTime: of('acceptTime'), closeTime: of('closeTime') };
}
