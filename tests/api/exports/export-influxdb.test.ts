import { afterAll, beforeAll } from 'vitest';
import { exportContract } from '#tests/api/exports/export.contract.ts';
import { openDatabase } from '#tests/store/history/open-influxdb.ts';
import { type RunningInflux, startInflux } from '#tests/support/influxd.ts';

let influx: RunningInflux | undefined;
beforeAll(async () => {
  influx = await startInflux();
});
afterAll(async () => {
  await influx?.[Symbol.asyncDispose]();
});

exportContract('InfluxDB', () => openDatabase(influx?.url ?? ''));
