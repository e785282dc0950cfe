import { randomUUID } from 'node:crypto';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { openInfluxHistory } from '#store/history/influxdb/influxdb-history.ts';
import { influxTarget } from '#tests/store/history/influx-target.ts';
import { batch } from '#tests/store/history.contract.ts';
import { startInflux } from '#tests/support/influxd.ts';

const noon = Date.parse('2026-03-10T12:00:00Z');

it('leaves nothing of the values in the files of InfluxDB when it has compacted them, and the name of the series', async () => {
  await using influx = await startInflux({
    data: 'cache-snapshot-write-cold-duration = "1s"\n  compact-full-write-cold-duration = "1s"',
  });
  /** Files that hold these bytes, of the values and of the series' names apart. */
  const filesWith = (text: string) => {
    const found = readdirSync(influx.folder, { recursive: true, encoding: 'utf8' }).filter((file) => {
      const path = join(influx.folder, file);
      try {
        return statSync(path).isFile() && readFileSync(path).includes(text);
      } catch {
        // Compacted away between the two.
        return false;
      }
    });
    const names = found.filter((file) => file.includes('_series'));
    return { values: found.length - names.length, names: names.length };
  };
  const history = await openInfluxHistory(influxTarget(influx.url));
  // Of texts the first of a block stands there as it was said; later ones may be written as what is repeated of it.
  await history.append([
    batch(
      1,
      ['sos-77', 'other'].flatMap((device) =>
        Array.from(
          { length: 500 },
          (_, index) =>
            [
              device,
              'credential',
              noon + index,
              `${index === 0 ? `secret-of-${device} ` : ''}${randomUUID()}`,
            ] as const,
        ),
      ),
    ),
  ]);
  await expect.poll(() => filesWith('secret-of-sos').values).toBeGreaterThan(0);
  await history.erase(['sos-77']);
  await expect.poll(() => filesWith('secret-of-sos').values).toBe(0);
  await expect.poll(() => filesWith('sos-77').values).toBe(0);
  // As docs/history.md says: it is there until the database is copied into another.
  expect(filesWith('sos-77').names).toBeGreaterThan(0);
  expect(filesWith('secret-of-other').values).toBeGreaterThan(0);
  expect(await history.count()).toBe(500);
  await history.close();
});
