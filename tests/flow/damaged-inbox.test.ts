import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { temporaryDirectory } from '#tests/support/temporary-directory.ts';
import { ApiClient, until } from './support/api-client.ts';
import { community, tokens } from './support/community.ts';
import { LoadSender } from './support/load-sender.ts';
import { RunningPlatform } from './support/running-platform.ts';

/** A platform that has taken a community and 50 readings, ended as by a power cut. */
async function killedAfterReadings(dataDir: string): Promise<void> {
  await using platform = await RunningPlatform.start({ dataDir });
  const admin = await ApiClient.signIn(platform);
  expect((await admin.post('/api/v1/import', community)).status).toBe(200);
  const climate = new LoadSender({ username: 'climate-b3', password: tokens.climate, window: 5 });
  await climate.connect(platform.ready.mqtt);
  for (let number = 1; number <= 50; number++)
    climate.publish('gridbell/lianfang-1/climate-b3/telemetry', JSON.stringify({ temperature: number % 40 }));
  await until(
    () => Promise.resolve(climate.acknowledged.length),
    (count) => count === 50,
  );
  climate.close();
}
const segmentIn = (dataDir: string): string =>
  join(dataDir, 'inbox', readdirSync(join(dataDir, 'inbox')).find((name) => name.endsWith('.db')) ?? '');

describe('a platform whose inbox was damaged', () => {
  it('starts, says so, and raises alarms', async () => {
    using directory = temporaryDirectory();
    await killedAfterReadings(directory.path);
    const file = segmentIn(directory.path);
    writeFileSync(file, readFileSync(file).fill(0, 0, 4_096));
    await using platform = await RunningPlatform.start({ dataDir: directory.path });
    expect(platform.output.join('\n')).toMatch(/written anew from what could be read/);
    const smoke = new LoadSender({ username: 'smoke-b3-05', password: tokens.smoke, window: 1 });
    await smoke.connect(platform.ready.mqtt);
    smoke.publish('gridbell/lianfang-1/smoke-b3-05/telemetry', JSON.stringify({ smoke: true }));
    const admin = await ApiClient.signIn(platform);
    await until(
      () => admin.all('/api/v1/tasks'),
      (tasks) => tasks.length === 1,
    );
    expect((await admin.get<{ ready: boolean }>('/health/ready')).status).toBe(200);
    smoke.close();
  });

  it('does not start with the keys of another installation, changes nothing, and starts with its own', async () => {
    using directory = temporaryDirectory();
    await killedAfterReadings(directory.path);
    const file = segmentIn(directory.path);
    const keys = join(directory.path, 'keys.json');
    const own = readFileSync(keys, 'utf8');
    const before = [readFileSync(file), readFileSync(`${file}-wal`)];
    writeFileSync(
      keys,
      JSON.stringify({ ...JSON.parse(own), inbox: Buffer.alloc(32, 9).toString('base64') }),
    );
    await expect(RunningPlatform.start({ dataDir: directory.path })).rejects.toThrow(
      /sealed with another key.*keys\.json.*nothing was changed/i,
    );
    expect(before[0]?.equals(readFileSync(file))).toBe(true);
    expect(before[1]?.equals(readFileSync(`${file}-wal`))).toBe(true);
    writeFileSync(keys, own);
    await using platform = await RunningPlatform.start({ dataDir: directory.path });
    // The kill may have cut the last batch, which is told and kept in `damaged/`: nothing else was to be rescued.
    expect(platform.output.join('\n')).not.toMatch(/written anew|another key/);
  });
});
