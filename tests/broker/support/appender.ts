import { writeSync } from 'node:fs';
import { setTimeout } from 'node:timers/promises';
import { InboxWriter } from '#broker/inbox/inbox-writer.ts';
import { GridbellError } from '#model/errors.ts';
import { inboxKey, numbered } from '#tests/broker/support/records.ts';

/**
 * A process to be killed or to run out of room: appends numbered messages in `argv[2]` as fast as they are committed and
 * writes a line `position number` for each that was resolved, `failed number code` for each that was not.
 */
const [, , directory = '', segmentBytes = '65536', lanes = '20'] = process.argv;
const writer = InboxWriter.open({ directory, key: inboxKey, segmentBytes: Number(segmentBytes) });
let number = writer.lastPosition;

async function lane(): Promise<void> {
  for (;;) {
    const mine = ++number;
    try {
      const at = await writer.append(numbered(mine, 200));
      writeSync(1, `${at} ${mine}\n`);
    } catch (error) {
      writeSync(1, `failed ${mine} ${error instanceof GridbellError ? error.code : 'unknown'}\n`);
      // What is refused is refused at once: without a pause nothing else would get its turn.
      await setTimeout(10);
    }
  }
}

await Promise.all(Array.from({ length: Number(lanes) }, lane));
