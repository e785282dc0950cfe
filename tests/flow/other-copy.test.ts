import { cpSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { temporaryDirectory } from '#tests/support/temporary-directory.ts';
import { startWithDetector } from './support/core-with-detector.ts';
import { countOf, topicOf } from './support/influxdb-outage.ts';
import { LoadSender } from './support/load-sender.ts';

const start = 1_767_225_600_000;

/** Starts, sends readings of these numbers, waits until history has so many, and stops. */
async function run(dataDir: string, { from, to }: { from: number; to: number }, wanted: number) {
  const { core, port } = await startWithDetector(dataDir);
  const sender = new LoadSender({ username: 'smoke-1', password: 'token', window: 50 });
  await sender.connect(port);
  for (let index = from; index < to; index++) {
    sender.publish(topicOf('smoke-1'), JSON.stringify({ ts: start + index, values: { temperature: 20 } }));
    while (sender.unacknowledged > 0) await new Promise(setImmediate);
  }
  sender.close();
  await expect.poll(() => countOf(core, 'smoke-1')).toBe(wanted);
  await core.stop();
}

describe('a history that is of a later copy than the ops store', () => {
  it('takes in what is acknowledged all the same', async () => {
    using directory = temporaryDirectory();
    const live = join(directory.path, 'live');
    const copy = join(directory.path, 'copy');
    await run(live, { from: 0, to: 10 }, 10);
    cpSync(live, copy, { recursive: true });
    await run(live, { from: 10, to: 200 }, 200);
    // Somebody puts the ops store and the inbox back, and leaves the history as it is.
    for (const name of ['ops.db', 'ops.db-wal', 'ops.db-shm', 'inbox'])
      rmSync(join(live, name), { recursive: true, force: true });
    cpSync(copy, live, { recursive: true, filter: (path) => !path.includes('history.duckdb') });
    await run(live, { from: 200, to: 250 }, 250);
  });
});
