import { type Static, Type } from 'typebox';
import { Instant, nullable, oneOf } from '#api/schemas.ts';
import { severities } from '#model/alarm.ts';
import type { EpochMs } from '#model/brand.ts';
import { iso } from '#model/clock.ts';
import { type BacktestReport, caveatCodes } from '#rules/backtest/report.ts';

const tally = { count: Type.Integer(), night: Type.Integer({ description: '22:00 to 06:00 there' }) };
const Seconds = Type.Number({ description: 'Seconds' });

const ListedAlarm = Type.Object(
  {
    key: Type.String(),
    device: Type.String(),
    place: Type.String(),
    severity: oneOf(severities),
    startedAt: Instant,
    clearedAt: nullable(Type.String({ format: 'date-time', description: 'null: it stood at the end' })),
    receivedLate: Type.Boolean(),
    revised: Type.Boolean(),
    task: nullable(oneOf(['own', 'joined'])),
    raisedThen: nullable(Type.Boolean({ description: 'null: no such rule is in force' })),
  },
  { title: 'BacktestAlarm' },
);

/** What a rule would have done, in an answer. */
export const Backtest = Type.Object(
  {
    rule: Type.String(),
    version: nullable(Type.Integer({ description: 'Of the rule that stands; null: none does' })),
    draft: Type.Boolean(),
    from: Instant,
    to: Instant,
    endedAt: Type.String({ format: 'date-time', description: 'Before `to` when there were too many alarms' }),
    timezone: Type.String(),
    tookSeconds: Seconds,
    data: Type.Object({
      since: nullable(
        Type.String({ format: 'date-time', description: 'The first reading; null: there is none' }),
      ),
      heardFrom: Instant,
      warmUpSeconds: Type.Number({ description: 'How long before `from` the rule wants to hear readings' }),
      readings: Type.Integer(),
      devices: Type.Integer({ description: 'That the rule is for' }),
    }),
    alarms: Type.Object({
      ...tally,
      severities: Type.Record(Type.String(), Type.Integer()),
      receivedLate: Type.Integer(),
      revised: Type.Integer(),
      standing: Type.Integer({ description: 'At the end' }),
      stoodSeconds: nullable(Type.Object({ median: Seconds, longest: Seconds })),
    }),
    tasks: nullable(
      Type.Object({ ...tally, joined: Type.Integer(), toVerify: Type.Integer() }, { title: 'BacktestTasks' }),
    ),
    days: Type.Array(
      Type.Object({ date: Type.String(), alarms: Type.Object(tally), tasks: Type.Object(tally) }),
    ),
    hours: Type.Array(Type.Integer(), { description: 'Alarms by the hour in which they began' }),
    devices: Type.Array(
      Type.Object({ device: Type.String(), place: Type.String(), alarms: Type.Integer() }),
      {
        description: 'The fifty with most alarms',
      },
    ),
    places: Type.Array(Type.Object({ place: Type.String(), alarms: Type.Integer() })),
    list: Type.Array(ListedAlarm, { description: 'The last 300, newest first' }),
    compared: nullable(
      Type.Object(
        {
          raised: Type.Integer({ description: 'By the rule in force, in that time' }),
          same: Type.Integer(),
          new: Type.Integer(),
          gone: Type.Integer(),
          goneAlarms: Type.Array(
            Type.Object({
              id: Type.String(),
              key: Type.String(),
              device: Type.String(),
              startedAt: Instant,
              clearedAt: nullable(Instant),
            }),
          ),
        },
        { title: 'BacktestComparison' },
      ),
    ),
    caveats: Type.Array(Type.Object({ code: oneOf(caveatCodes), detail: Type.String() })),
  },
  { title: 'Backtest' },
);

/** What the report does not say of itself. */
export interface BacktestFacts {
  readonly rule: string;
  readonly version: number | null;
  readonly isDraft: boolean;
  readonly tookMs: number;
}

const orNull = (at: EpochMs | null): string | null => (at === null ? null : iso(at));
const seconds = (ms: number): number => ms / 1_000;
const spanView = ({ clearedAt, startedAt }: { clearedAt: EpochMs | null; startedAt: EpochMs }) => ({
  startedAt: iso(startedAt),
  clearedAt: orNull(clearedAt),
});

/** The report with times in ISO 8601 and lengths in seconds. */
export function backtestView(
  report: BacktestReport,
  { isDraft, rule, tookMs, version }: BacktestFacts,
): Static<typeof Backtest> {
  const { alarms, compared, data, list, ...rest } = report;
  const { stoodMs, ...counted } = alarms;
  const { heardFrom, since, warmUpMs, ...read } = data;
  return {
    ...rest,
    rule,
    version,
    draft: isDraft,
    from: iso(report.from),
    to: iso(report.to),
    endedAt: iso(report.endedAt),
    tookSeconds: seconds(Math.round(tookMs)),
    data: {
      ...read,
      since: orNull(since),
      heardFrom: iso(heardFrom),
      warmUpSeconds: seconds(warmUpMs),
    },
    alarms: {
      ...counted,
      severities: { ...counted.severities },
      stoodSeconds: stoodMs && { median: seconds(stoodMs.median), longest: seconds(stoodMs.longest) },
    },
    days: [...report.days],
    hours: [...report.hours],
    devices: [...report.devices],
    places: [...report.places],
    list: list.map((alarm) => ({ ...alarm, ...spanView(alarm) })),
    compared: compared && {
      ...compared,
      goneAlarms: compared.goneAlarms.map((alarm) => ({ ...alarm, ...spanView(alarm) })),
    },
    caveats: [...report.caveats],
  };
}
