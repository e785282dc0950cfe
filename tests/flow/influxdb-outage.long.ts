import { describe, expect, it } from 'vitest';
import { surviveOutage } from './support/influxdb-outage.ts';

describe('an InfluxDB that is away for 60 s under 2,000 messages a second', () => {
  it('loses nothing, has nothing twice, and alarms come as ever', async () => {
    const report = await surviveOutage({ seconds: 60, rate: 2_000, detectors: 150 });
    process.stdout.write(`${JSON.stringify(report)}\n`);
    expect(report.messages).toBe(182_000);
    expect(report.alarmsWhileAway.p99).toBeLessThan(1_000);
  });
});
