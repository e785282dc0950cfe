import type { InfluxTarget } from '#store/history/influxdb/server.ts';

/** A database of an influxd that wants no account. */
export const influxTarget = (url: string, database = 'gridbell'): InfluxTarget => ({
  url,
  database,
  org: null,
  token: null,
  username: null,
  password: null,
});
