import type { Static } from 'typebox';
import type { Backtest } from '#api/views/backtest-view.ts';
import { table } from '#cli/table.ts';

export type BacktestAnswer = Static<typeof Backtest>;

const mostAlarms = 20;
const mostDevices = 10;

/** What came of a backtest, to be read: the work first, then when and where, then what is to be known beside it. */
export function describeBacktest(answer: BacktestAnswer): string {
  const local = localTime(answer.timezone);
  const parts = [
    summary(answer, local),
    daysTable(answer),
    devicesTable(answer),
    alarmsTable(answer, local),
    answer.caveats.map(({ detail }) => `note: ${detail}`).join('\n'),
  ];
  return parts.filter((part) => part !== '').join('\n\n');
}

type Local = (instant: string) => string;

/** `2026-01-31 08:05` in the community's zone. */
function localTime(timeZone: string): Local {
  const format = new Intl.DateTimeFormat('sv-SE', { timeZone, dateStyle: 'short', timeStyle: 'short' });
  return (instant) => format.format(new Date(instant));
}

function summary(answer: BacktestAnswer, local: Local): string {
  const { alarms, compared, data, draft, from, rule, tasks, timezone, to, tookSeconds } = answer;
  const lines = [
    `${rule}${draft ? ' (draft)' : ''}: ${local(from)} to ${local(to)} ${timezone}`,
    table(
      ['', ''],
      [
        ['alarms', alarmsLine(alarms)],
        ['tasks', tasks ? tasksLine(tasks) : 'none: the rule wants none'],
        ...(compared ? [['then', comparedLine(compared)]] : []),
        [
          'read',
          `${data.readings.toLocaleString('en')} readings, ${data.devices} devices, in ${tookSeconds.toFixed(1)} s`,
        ],
      ],
    ).trim(),
  ];
  return lines.join('\n');
}

const night = ({ count, night }: { count: number; night: number }): string => `${count}, ${night} at night`;

function alarmsLine(alarms: BacktestAnswer['alarms']): string {
  const { receivedLate, revised, standing, stoodSeconds } = alarms;
  const beside = [
    stoodSeconds &&
      `half stood for ${lengthOf(stoodSeconds.median)} at most, the longest ${lengthOf(stoodSeconds.longest)}`,
    standing > 0 && `${standing} stand at the end`,
    receivedLate > 0 && `${receivedLate} received late`,
    revised > 0 && `${revised} revised`,
  ].filter((part) => part !== false && part !== null);
  return [night(alarms), ...beside].join('; ');
}

function tasksLine(tasks: NonNullable<BacktestAnswer['tasks']>): string {
  const { joined, toVerify } = tasks;
  const beside = [
    joined > 0 && `${joined} more alarms joined one`,
    toVerify > 0 && `${toVerify} to verify a retained state`,
  ].filter((part) => part !== false);
  return [night(tasks), ...beside].join('; ');
}

const comparedLine = ({ gone, new: fresh, raised, same }: NonNullable<BacktestAnswer['compared']>): string =>
  `the rule in force raised ${raised}: ${same} the same, ${fresh} new, ${gone} gone`;

/** In the unit that is easy to read. */
function lengthOf(seconds: number): string {
  if (seconds < 120) return `${Math.round(seconds)} s`;
  if (seconds < 7_200) return `${Math.round(seconds / 60)} min`;
  return seconds < 172_800 ? `${Math.round(seconds / 3_600)} h` : `${Math.round(seconds / 86_400)} d`;
}

/** Only days with an alarm: the others say nothing. */
function daysTable({ days, tasks }: BacktestAnswer): string {
  const told = days.filter(({ alarms, tasks: work }) => alarms.count + work.count > 0);
  if (told.length === 0) return '';
  return table(
    ['day', 'alarms', 'at night', ...(tasks ? ['tasks', 'at night'] : [])],
    told.map(({ alarms, date, tasks: work }) => [date, ...numbers(alarms), ...(tasks ? numbers(work) : [])]),
  );
}

const numbers = ({ count, night }: { count: number; night: number }): string[] => [`${count}`, `${night}`];

function devicesTable({ devices }: BacktestAnswer): string {
  if (devices.length === 0) return '';
  const rows = devices.slice(0, mostDevices).map(({ alarms, device, place }) => [device, place, `${alarms}`]);
  const left = devices.length - rows.length;
  return table(['device', 'place', 'alarms'], rows) + (left > 0 ? `\n… and ${left} more` : '');
}

function alarmsTable({ alarms, compared, list }: BacktestAnswer, local: Local): string {
  if (list.length === 0) return '';
  const rows = list
    .slice(0, mostAlarms)
    .map(({ clearedAt, key, raisedThen, revised, severity, startedAt, task }) => [
      local(startedAt),
      clearedAt === null ? '' : local(clearedAt),
      key,
      severity,
      [task === 'own' && 'task', compared && !raisedThen && 'new', revised && 'revised']
        .filter((word) => typeof word === 'string')
        .join(' '),
    ]);
  const left = alarms.count - rows.length;
  return (
    table(['began', 'ended', 'key', 'severity', ''], rows) +
    (left > 0 ? `\n… and ${left} before; --json has up to 300` : '')
  );
}
