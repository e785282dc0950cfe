import { parse } from 'yaml';
import { duration, oneOf, retention, type Setting, serverUrl, size, text } from '#app/config/setting.ts';
import type { SettingValues } from '#app/config/values.ts';
import { defaultRetention, parseRetention, type Retention } from '#model/retention.ts';
import type { InfluxTarget } from '#store/history/influxdb/server.ts';

/** Where history is kept: a file of ours, or an InfluxDB. */
export type HistoryTarget = { readonly kind: 'duckdb' } | ({ readonly kind: 'influxdb' } & InfluxTarget);

/** Tells servers and their databases apart; without what is secret. */
export const targetName = (target: HistoryTarget): string =>
  target.kind === 'duckdb' ? 'duckdb' : ['influxdb', target.url, target.org ?? '', target.database].join(' ');

/** What is kept of readings, where, and for how long. */
export interface HistoryConfig {
  readonly history: HistoryTarget;
  /** DuckDB's memory limit, as `256MB`. */
  readonly historyMemory: string;
  /** How much of readings may wait for history, in bytes. */
  readonly historyOutboxBytes: number;
  /** How much of it is kept when an InfluxDB has it, until that has it in its files, in bytes. */
  readonly historyKeptBytes: number;
  /** How often history looks for closed days to sort. */
  readonly historySortEveryMs: number;
  /** How long history keeps what. */
  readonly retention: Retention;
}

/** Those that say where an InfluxDB is. */
const targetSettings = {
  'history-url': serverUrl(),
  'history-org': text(null),
  'history-bucket': text(null),
  'history-database': text(null),
  'history-token': text(null),
  'history-username': text(null),
  'history-password': text(null),
} as const satisfies Record<string, Setting>;
type TargetName = keyof typeof targetSettings;
const targetNames = Object.keys(targetSettings) as TargetName[];

export const historySettings = {
  'history-kind': oneOf('duckdb', 'duckdb', 'influxdb'),
  ...targetSettings,
  'history-memory': size('256MB'),
  'history-outbox': size('8GB'),
  'history-kept': size('64MB'),
  'history-sort-every': duration('60s'),
  'history-retention': retention(),
} as const satisfies Record<string, Setting>;
type Values = SettingValues<keyof typeof historySettings>;

export const historyConfig = (values: Values, problems: string[]): HistoryConfig => ({
  history: historyTarget(values, problems),
  historyMemory: values.text('history-memory'),
  historyOutboxBytes: values.bytes('history-outbox'),
  historyKeptBytes: values.bytes('history-kept'),
  historySortEveryMs: values.duration('history-sort-every'),
  retention: parseRetention(parse(values.text('history-retention'))) ?? defaultRetention,
});

/** What does not fit together is added to `problems`, never a value of a setting. */
function historyTarget(values: Values, problems: string[]): HistoryTarget {
  const has = (name: TargetName): boolean => values.textOrNull(name) !== null;
  if (values.text('history-kind') !== 'influxdb') {
    const given = targetNames.filter(has);
    if (given.length > 0)
      problems.push(
        `${given.join(', ')} belong to an InfluxDB: say history-kind: influxdb, or leave them out`,
      );
    return { kind: 'duckdb' };
  }
  if (!has('history-url'))
    problems.push('history-kind influxdb wants history-url, such as http://127.0.0.1:8086');
  if (has('history-bucket') === has('history-database'))
    problems.push(
      'history-kind influxdb wants history-database (1.x), or history-org and history-bucket (2.x): one of both',
    );
  if (has('history-org') !== has('history-bucket'))
    problems.push('history-org and history-bucket belong together');
  if (has('history-token') && has('history-username'))
    problems.push('give history-token or history-username, not both');
  if (has('history-username') !== has('history-password'))
    problems.push('history-username and history-password belong together');
  return Object.freeze({
    kind: 'influxdb',
    url: values.text('history-url'),
    database: values.textOrNull('history-database') ?? values.text('history-bucket'),
    org: values.textOrNull('history-org'),
    token: values.textOrNull('history-token'),
    username: values.textOrNull('history-username'),
    password: values.textOrNull('history-password'),
  });
}
