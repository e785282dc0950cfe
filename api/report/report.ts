import type { Caller } from '#api/caller.ts';
import type { ApiContext } from '#api/context.ts';
import type { Area } from '#api/report/area.ts';
import type { Gathering } from '#api/report/gathering.ts';
import { alarmsLink, type Narrowed, tasksLink } from '#api/report/links.ts';
import { alarmsPeriod, ruleReport } from '#api/report/rule-report.ts';
import type { RuleShelf } from '#api/rule-shelf.ts';
import { type Severity, severities } from '#model/alarm.ts';
import type { PlaceId } from '#model/brand.ts';
import { iso } from '#model/clock.ts';
import type { SummaryKind } from '#model/summary.ts';
import type { LocalText } from '#model/text.ts';
import type { RuleFigures } from '#store/ops/rule-figure-rows.ts';
import { durationIds, durations } from '#tasks/indicators/durations.ts';
import { figureWords } from '#tasks/indicators/figure-words.ts';
import { countedFigureIds, countedFigures, percentOf, shareIds, shares } from '#tasks/indicators/figures.ts';
import { type Period, periodBefore, untilNow } from '#tasks/indicators/period.ts';
import type { Tally } from '#tasks/indicators/tally.ts';

export interface ReportOrder {
  readonly kind: SummaryKind | 'indicators';
  readonly period: Period;
  readonly area: Area;
  readonly caller: Caller;
}

/** Everything that a report says, whatever it is shown as. */
export type Report = Awaited<ReturnType<typeof makeReport>>;

/** Counts what the order asks for. It may take long for a long time; nobody else waits for it. */
export async function makeReport(
  { area, caller, kind, period: whole }: ReportOrder,
  { context, gathering, shelf }: ReportParts,
) {
  const { configuration, platform } = context;
  const { timezone } = configuration;
  const now = platform.now();
  const period = untilNow(whole, now);
  const previous = periodBefore(period, kind === 'indicators' ? null : kind, timezone);
  const gathered = await gathering.tasks({ area, period });
  const before = await gathering.whole({ area, period: previous });
  const alarms = await gathering.alarms({ area, period });
  const longer = await gathering.alarms({ area, period: alarmsPeriod(period) });
  return {
    kind,
    community: communityOf(context),
    places: area.roots?.map((id) => ({ id, name: placeName(id, context) })) ?? null,
    period: said(whole),
    previous: said(previous),
    timezone,
    madeAt: iso(now),
    isOver: now >= whole.to,
    ...figuresOf(gathered.all, before, { area, period }),
    categories: [...gathered.categories.tallies]
      .map(([id, tally]) =>
        groupOf(id, configuration.category(id).name, { tally, period, narrowed: { area, category: id } }),
      )
      .sort(byId),
    parts: [...gathered.parts.tallies]
      .map(([id, tally]) => {
        const isRoot = (area.roots ?? [configuration.communityId]).some((root) => root === id);
        const narrowed = isRoot ? null : { area, place: id };
        const name = placeName(id, context);
        return groupOf(id, isRoot ? itself(name) : name, { tally, period, narrowed });
      })
      .sort(byId),
    days: gathered.trend.days.map(({ closed, reported, ...day }) => ({ ...said(day), reported, closed })),
    alarms: alarmCounts(alarms, { area, period }),
    rules: ruleReport({ caller, area, period, alarms, longer, gathered }, shelf, context),
  };
}

export interface ReportParts {
  readonly context: ApiContext;
  readonly gathering: Gathering;
  readonly shelf: RuleShelf;
}

interface About {
  readonly area: Area;
  readonly period: Period;
}

function figuresOf(tally: Tally, before: Tally, { area, period }: About) {
  const list = (id: (typeof countedFigureIds)[number]) => tasksLink(countedFigures[id](period), { area });
  return {
    counts: countedFigureIds.map((id) => ({
      id,
      ...figureWords[id],
      value: tally.counts[id],
      previous: before.counts[id],
      list: list(id),
    })),
    shares: shareIds.map((id) => ({
      id,
      ...figureWords[id],
      value: percentOf(tally.counts, id),
      previous: percentOf(before.counts, id),
      numerator: shares[id][0],
      denominator: shares[id][1],
    })),
    ratings: {
      id: 'meanRating',
      ...figureWords.meanRating,
      of: tally.counts.rated,
      mean: tally.ratings?.mean ?? null,
      previous: before.ratings?.mean ?? null,
      spread: [...(tally.ratings?.spread ?? [0, 0, 0, 0, 0])],
      list: list('rated'),
    },
    durations: durationIds.map((id) => {
      const { of = 0, mean = null, median = null, p90 = null, longest = null } = tally.measured(id) ?? {};
      const previous = before.measured(id)?.mean ?? null;
      return {
        id,
        ...figureWords[id],
        of,
        mean,
        median,
        p90,
        longest,
        previous,
        list: list(durations[id].of),
      };
    }),
  };
}

interface GroupParts {
  readonly tally: Tally;
  readonly period: Period;
  /** null: no list says exactly this. */
  readonly narrowed: Narrowed | null;
}

function groupOf(id: string, name: LocalText, { narrowed, period, tally }: GroupParts) {
  const { closed, closedOfDue, due, filed, inTime, open, overdue, rated, ratedLow, reported } = tally.counts;
  const columns = { reported, filed, due, closedOfDue, inTime, closed, open, overdue, rated };
  const lists =
    narrowed &&
    Object.fromEntries(
      countedFigureIds
        .filter((figure) => figure in columns)
        .map((figure) => [figure, tasksLink(countedFigures[figure](period), narrowed)]),
    );
  return {
    id,
    name,
    ...columns,
    closeRate: percentOf(columns, 'closeRate'),
    inTimeRate: percentOf(columns, 'inTimeRate'),
    meanRating: tally.ratings?.mean ?? null,
    ratedLowRate: percentOf({ rated, ratedLow }, 'ratedLowRate'),
    lists,
  };
}

function alarmCounts(figures: readonly RuleFigures[], { area, period }: About) {
  const counted = (severity: Severity): number =>
    figures.filter((each) => each.severity === severity).reduce((sum, { alarms }) => sum + alarms, 0);
  const of = (severity: Severity) => ({
    count: counted(severity),
    list: alarmsLink(period, { area }, severity),
  });
  return {
    total: severities.reduce((sum, severity) => sum + counted(severity), 0),
    list: alarmsLink(period, { area }),
    critical: of('critical'),
    major: of('major'),
    minor: of('minor'),
    warning: of('warning'),
  };
}

function communityOf({ configuration }: ApiContext) {
  const { community } = configuration;
  return community === undefined
    ? null
    : { id: community.id, ...(community.name === undefined ? {} : { name: asText(community.name) }) };
}

function placeName(id: PlaceId, { configuration }: ApiContext): LocalText {
  const name =
    configuration.place(id)?.name ??
    (id === String(configuration.communityId) ? configuration.community?.name : undefined);
  return name === undefined ? { zh: id, en: id } : asText(name);
}

/** What lies at the place and at none of those below it. */
const itself = ({ en = '', zh = '' }: LocalText): LocalText => ({
  zh: `${zh || en}（本级）`,
  en: `${en || zh} itself`,
});
/** A bare name counts for both languages. */
const asText = (name: string | LocalText): LocalText =>
  typeof name === 'string' ? { zh: name, en: name } : name;
const said = ({ from, to }: Period) => ({ from: iso(from), to: iso(to) });
const byId = (a: { readonly id: string }, b: { readonly id: string }): number => (a.id < b.id ? -1 : 1);
