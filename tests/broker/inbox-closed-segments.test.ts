import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { InboxReader } from '#broker/inbox/inbox-reader.ts';
import { InboxWriter } from '#broker/inbox/inbox-writer.ts';
import { createSegment, removeSegment } from '#broker/inbox/segment-files.ts';
import { epochMs, position } from '#model/brand.ts';
import { canMount, smallDisk } from '#tests/support/small-disk.ts';
import { temporaryDirectory } from '#tests/support/temporary-directory.ts';

const key = Buffer.alloc(32, 3);
const tick = (n: number) => ({ type: 'tick', at: epochMs(n) }) as const;

describe('a segment of the inbox that is closed', () => {
  it.runIf(canMount)('can be read when the disk has no byte left', async () => {
    using disk = smallDisk(8);
    const directory = join(disk.path, 'inbox');
    const writer = InboxWriter.open({ directory, key, segmentBytes: 1 });
    for (let n = 1; n <= 5; n += 1) await writer.append(tick(n));
    disk.fill();
    const reader = InboxReader.open({ directory, key });
    expect(reader.read(position(0), 4).map(({ record }) => Number(record.at))).toEqual([1, 2, 3, 4]);
    reader.close();
    disk.giveBack();
    await writer.close();
  });

  it('gets no file beside it by being read', async () => {
    using directory = temporaryDirectory();
    const writer = InboxWriter.open({ directory: directory.path, key, segmentBytes: 1 });
    for (let n = 1; n <= 3; n += 1) await writer.append(tick(n));
    const before = readdirSync(directory.path);
    const reader = InboxReader.open({ directory: directory.path, key });
    expect(reader.read(position(0), 2)).toHaveLength(2);
    expect(readdirSync(directory.path)).toEqual(before);
    reader.close();
    await writer.close();
  });

  it('is read on in when the segment behind it was begun in vain and it goes on', async () => {
    using directory = temporaryDirectory();
    {
      const first = InboxWriter.open({ directory: directory.path, key });
      await first.append(tick(1));
      await first.close();
    }
    // As a reader meets it that looks while a writer begins a segment, which then fails.
    createSegment(directory.path, position(2));
    const reader = InboxReader.open({ directory: directory.path, key });
    expect(reader.read(position(0), 1)).toHaveLength(1);
    removeSegment(directory.path, position(2));
    const writer = InboxWriter.open({ directory: directory.path, key });
    await writer.append(tick(2));
    expect(reader.read(position(1), 1).map(({ record }) => Number(record.at))).toEqual([2]);
    reader.close();
    await writer.close();
  });
});
