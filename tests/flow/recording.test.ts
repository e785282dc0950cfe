import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { temporaryDirectory } from '#tests/support/temporary-directory.ts';
import { ApiClient, until } from './support/api-client.ts';
import { readings } from './support/kill-rounds.ts';
import { RunningPlatform } from './support/running-platform.ts';

const run = promisify(execFile);
const recording = '../shared/data/smoke_detection_iot/smoke_detection_iot_rows00000-49987.csv';
const map = 'examples/recordings/smoke-detection-iot/map.yaml';
const devices = ['smoke-lab-a', 'smoke-lab-b'];
const properties = ['temperature', 'humidity', 'eco2', 'smoke'];

// The recording may not be part of the project; where it is not at hand, this says nothing.
describe.skipIf(!existsSync(recording))('the smoke recording', () => {
  it('is acknowledged row by row, stands in history cell by cell, and raises what docs/recordings.md says', async () => {
    using directory = temporaryDirectory();
    await using platform = await RunningPlatform.start({ dataDir: directory.path, clock: 'data' });
    const { stdout } = await run(process.execPath, [
      'cli/main.ts',
      'replay',
      recording,
      '--map',
      map,
      '--speed',
      'max',
      '--json',
      '--data-dir',
      directory.path,
    ]);
    expect(JSON.parse(stdout)).toMatchObject({ rows: 49_988, messages: 49_988, acknowledged: 49_988 });

    const admin = await ApiClient.signIn(platform);
    await until(
      async () => (await admin.get<string>('/metrics')).body,
      (text) => /gridbell_history_backlog_batches 0/.test(text),
    );
    const counts = await Promise.all(
      devices.flatMap((device) =>
        properties.map(async (property) => (await readings(admin, device, property)).length),
      ),
    );
    expect(counts).toEqual(Array.from({ length: 8 }, () => 24_994));
    expect((await admin.get<{ items: unknown[] }>('/api/v1/quarantine')).body.items).toEqual([]);

    const alarms = await admin.all<{ rule: string; device: string }>('/api/v1/alarms?limit=1000');
    const tally: Record<string, number> = {};
    for (const { device, rule } of alarms) tally[`${rule} ${device}`] = (tally[`${rule} ${device}`] ?? 0) + 1;
    expect(tally).toEqual({
      'smoke-alarm smoke-lab-a': 1,
      'smoke-alarm smoke-lab-b': 1,
      'recorded-eco2-high smoke-lab-a': 1,
      'recorded-eco2-high smoke-lab-b': 1,
      'recorded-temperature-jump smoke-lab-b': 421,
    });
  }, 120_000);
});
