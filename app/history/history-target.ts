import type { InfluxTarget } from '#store/history/influxdb/server.ts';

/** Where history is kept: a file of ours, or an InfluxDB. */
export type HistoryTarget = { readonly kind: 'duckdb' } | ({ readonly kind: 'influxdb' } & InfluxTarget);

/** The settings `history-…` that say where it is. */
const targetSettings = ['url', 'org', 'bucket', 'database', 'token', 'username', 'password'] as const;
type Read = (name: 'kind' | (typeof targetSettings)[number]) => string | null;

/** Reads them together; what does not fit together is added to `problems`, never a value of a setting. */
export function historyTarget(read: Read, problems: string[]): HistoryTarget {
  const given = targetSettings.filter((name) => read(name) !== null);
  if (read('kind') !== 'influxdb') {
    if (given.length > 0)
      problems.push(
        `${given.map((name) => `history-${name}`).join(', ')} belong to an InfluxDB: say history-kind: influxdb, or leave them out`,
      );
    return { kind: 'duckdb' };
  }
  const has = (name: (typeof targetSettings)[number]): boolean => given.includes(name);
  if (!has('url')) problems.push('history-kind influxdb wants history-url, such as http://127.0.0.1:8086');
  if (has('bucket') === has('database'))
    problems.push(
      'history-kind influxdb wants history-database (1.x), or history-org and history-bucket (2.x): one of both',
    );
  if (has('org') !== has('bucket')) problems.push('history-org and history-bucket belong together');
  if (has('token') && has('username')) problems.push('give history-token or history-username, not both');
  if (has('username') !== has('password'))
    problems.push('history-username and history-password belong together');
  return Object.freeze({
    kind: 'influxdb',
    url: read('url') ?? '',
    database: read('database') ?? read('bucket') ?? '',
    org: read('org'),
    token: read('token'),
    username: read('username'),
    password: read('password'),
  });
}
