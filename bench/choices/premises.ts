import { join } from 'node:path';
import { planImport } from '#api/community-file/import-plan.ts';
import type { LoadCommunity } from '#device-sim/load/community.ts';
import type { DeviceId } from '#model/brand.ts';
import { epochMs } from '#model/brand.ts';
import { wallClock } from '#model/clock.ts';
import type { ResourceChange } from '#model/command.ts';
import type { CommunityFile } from '#model/community.ts';
import type { Log } from '#model/log.ts';
import type { MessageRecord } from '#model/record.ts';
import { loadLibrary } from '#rules/library/load.ts';
import { openOpsReader } from '#store/ops/open-reader.ts';
import { openOpsWriter } from '#store/ops/open-writer.ts';

/** One key for everything: nothing here is secret. */
export const key = Buffer.alloc(32, 7);

export const inboxIn = (directory: string): string => join(directory, 'inbox');
export const opsIn = (directory: string): string => join(directory, 'ops.db');

export const quiet: Log = {
  debug: () => undefined,
  info: () => undefined,
  warn: () => undefined,
  error: (fields, message) => process.stderr.write(`${message} ${JSON.stringify(fields)}\n`),
};

/** Makes an ops store that knows the community, its devices' tokens and the rule library, as an import would. */
export async function furnish(directory: string, community: LoadCommunity): Promise<void> {
  const ops = await openOpsWriter(opsIn(directory), { quarantineKey: key });
  const reader = openOpsReader(opsIn(directory));
  // The bench's own file: its shape is that of the import that `npm run bench ingest` makes.
  const file = community.file as unknown as CommunityFile;
  const { changes } = await planImport(file, {
    configuration: reader.configuration(),
    reader,
    deviceTokenKey: key,
  });
  reader.close();
  const rules = loadLibrary().map(
    ({ id, source }): ResourceChange => ({ op: 'put', resource: 'rule', id, body: source }),
  );
  ops.begin();
  for (const change of [...changes, ...rules]) ops.applyChange(change, wallClock.now());
  ops.commit();
  ops.close();
}

/** A message as the broker appends it: two readings, 37 bytes; the temperature another one each time. */
export function messageOf(device: string, count: number, at = wallClock.now()): MessageRecord {
  const temperature = (15 + (count % 1_000) / 100).toFixed(2);
  return {
    type: 'message',
    at: epochMs(at),
    sender: device as DeviceId,
    client: device,
    topic: `gridbell/bench/${device}/telemetry`,
    payload: Buffer.from(`{"temperature":${temperature},"humidity":40.0}`),
    qos: 1,
    dup: false,
    retain: false,
    messageId: (count % 0xffff) + 1,
    state: false,
  };
}
