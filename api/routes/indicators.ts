import type { FastifyRequest } from 'fastify';
import { Type } from 'typebox';
import { filtered } from '#api/authorization/access.ts';
import { ruleReaders } from '#api/authorization/role-groups.ts';
import { callerOf } from '#api/caller.ts';
import type { Api, ApiContext } from '#api/context.ts';
import { reportAnswer, sendReport, wantedOf } from '#api/report/answer.ts';
import { areaOf } from '#api/report/area.ts';
import { formatFields } from '#api/report/format.ts';
import type { Gathering } from '#api/report/gathering.ts';
import { makeReport } from '#api/report/report.ts';
import type { RuleShelf } from '#api/rule-shelf.ts';
import { answers, closed, oneOf, PlaceList, rangeFields, rangeOf } from '#api/schemas.ts';
import { invalidInput } from '#api/validation.ts';
import { day, plus } from '#model/brand.ts';
import { iso } from '#model/clock.ts';
import { type SummaryKind, summaryKinds } from '#model/summary.ts';
import { type Period, periodAt, periodOf } from '#tasks/indicators/period.ts';

/** A year and a month, so that a year can be compared with the days after it. */
const mostDays = 400;

const placeField = { place: Type.Optional(PlaceList) };
const DateField = Type.Optional(
  Type.String({ maxLength: 10, description: 'YYYY-MM-DD, a day of it; default: what is under way' }),
);

/** What was reported, filed, due and closed, and how long it took: of any time, and of a day, a week or a month. */
export function indicatorRoutes(
  app: Api,
  context: ApiContext,
  { gathering, shelf }: { readonly gathering: Gathering; readonly shelf: RuleShelf },
): void {
  const access = { roles: ruleReaders, scope: filtered } as const;
  const parts = { context, gathering, shelf };
  const make = (
    request: FastifyRequest,
    kind: SummaryKind | 'indicators',
    period: Period,
    place?: string,
  ) => {
    const caller = callerOf(request);
    return makeReport({ kind, period, caller, area: areaOf(caller, place, context) }, parts);
  };

  app.get(
    '/indicators',
    {
      config: { access },
      schema: {
        tags: ['figures'],
        summary: 'The indicators of a time and the lists behind them; default: the last 30 days',
        querystring: closed({ ...rangeFields, ...placeField, ...formatFields }),
        response: answers({ 200: reportAnswer }),
      },
    },
    async (request, reply) => {
      const wanted = wantedOf(request, request.query);
      const period = rangeOrMonth(rangeOf(request.query), context);
      const report = await make(request, 'indicators', period, request.query.place);
      const name = `gridbell-indicators-${report.period.from.slice(0, 10)}-${report.period.to.slice(0, 10)}`;
      return await sendReport(reply, report, { ...wanted, name });
    },
  );

  app.get(
    '/summaries/:kind',
    {
      config: { access },
      schema: {
        tags: ['figures'],
        summary: 'The summary of a day, a week (from Monday) or a month of the community’s calendar',
        params: closed({ kind: oneOf(summaryKinds) }),
        querystring: closed({ date: DateField, ...placeField, ...formatFields }),
        response: answers({ 200: reportAnswer }),
      },
    },
    async (request, reply) => {
      const wanted = wantedOf(request, request.query);
      const { kind } = request.params;
      const period = summaryPeriod(kind, request.query.date, context);
      const report = await make(request, kind, period, request.query.place);
      return await sendReport(reply, report, {
        ...wanted,
        name: `gridbell-${kind}-${request.query.date ?? report.madeAt.slice(0, 10)}`,
      });
    },
  );
}

/** The period of a date; without one the one under way. Throws `invalid-input`. */
export function summaryPeriod(
  kind: SummaryKind,
  date: string | undefined,
  { configuration, platform }: ApiContext,
): Period {
  const { timezone } = configuration;
  const now = platform.now();
  if (date === undefined) return periodAt(kind, now, { timezone });
  const period = periodOf(kind, date, timezone);
  if (period === undefined)
    throw invalidInput([{ path: 'date', message: 'must be a date such as 2026-03-04' }]);
  if (period.from > now) throw invalidInput([{ path: 'date', message: 'must not be ahead of now' }]);
  return period;
}

/** What was asked for, else the 30 days until now. Throws `invalid-input` for more than 400 days. */
export function rangeOrMonth({ from, to }: Partial<Period>, { platform }: ApiContext): Period {
  const until = to ?? platform.now();
  const since = from ?? plus(until, -30 * day);
  if (since >= until) throw invalidInput([{ path: 'from', message: `must be earlier than ${iso(until)}` }]);
  if (since > platform.now()) throw invalidInput([{ path: 'from', message: 'must not be ahead of now' }]);
  if (until - since > mostDays * day)
    throw invalidInput([{ path: 'from', message: `must be at most ${mostDays} days before to` }]);
  return { from: since, to: until };
}
