import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import { describe, expect, it } from 'vitest';
import { InboxReader } from '#broker/inbox/inbox-reader.ts';
import { InboxWriter, type InboxWriterOptions } from '#broker/inbox/inbox-writer.ts';
import { epochMs, position } from '#model/brand.ts';
import type { InboxRecord } from '#model/record.ts';
import { inboxKey, numbered, numberOf, temporaryDirectory } from '#tests/broker/support/records.ts';
import { fc } from '#tests/support/properties.ts';

const open = (directory: string, options: Partial<InboxWriterOptions> = {}) => ({
  writer: InboxWriter.open({ directory, key: inboxKey, ...options }),
  reader: InboxReader.open({ directory, key: inboxKey }),
});
const appendAll = (writer: InboxWriter, from: number, to: number, size = 0) =>
  Promise.all(
    Array.from({ length: to - from + 1 }, (_, index) => writer.append(numbered(from + index, size))),
  );
const numbersIn = (reader: InboxReader, after: number, most = 100_000) =>
  reader.read(position(after), most).map((entry) => {
    expect(entry.record.type).toBe('message');
    return entry.record.type === 'message' ? numberOf(entry.record) : Number.NaN;
  });
const upTo = (last: number) => Array.from({ length: last }, (_, index) => index + 1);

describe('the inbox', () => {
  it('numbers records from 1 in the order in which they were appended and resolves in that order', async () => {
    using directory = temporaryDirectory();
    const { writer, reader } = open(directory.path);
    const resolved: number[] = [];
    await Promise.all(
      upTo(50).map((number) => writer.append(numbered(number)).then((at) => resolved.push(at))),
    );
    expect(resolved).toEqual(upTo(50));
    expect(numbersIn(reader, 0)).toEqual(upTo(50));
    expect(writer.lastPosition).toBe(50);
    reader.close();
    await writer.close();
  });

  it('puts everything of one turn of the event loop into one commit', async () => {
    using directory = temporaryDirectory();
    const { writer } = open(directory.path);
    const all: Promise<unknown>[] = [];
    for (const number of upTo(100)) {
      all.push(writer.append(numbered(number)));
      // Another callback, the same turn.
      await Promise.resolve();
    }
    await Promise.all(all);
    expect(writer.stats).toMatchObject({ commits: 1, records: 100, queued: 0 });
    await appendAll(writer, 101, 101);
    expect(writer.stats.commits).toBe(2);
    await writer.close();
  });

  it('lets what is ordinary wait for company after a commit, and what is vital takes it along', async () => {
    using directory = temporaryDirectory();
    const { writer } = open(directory.path, { commitEveryMs: 3_600_000 });
    await appendAll(writer, 1, 1);
    const waiting: Promise<unknown>[] = [];
    for (const number of [2, 3, 4]) {
      waiting.push(writer.append(numbered(number)));
      await nextTurn();
    }
    expect(writer.stats).toMatchObject({ commits: 1, queued: 3 });
    await writer.append(numbered(5), 'vital');
    await Promise.all(waiting);
    expect(writer.stats).toMatchObject({ commits: 2, records: 5, queued: 0 });
    await writer.close();
  });

  it('lets them wait no longer than for a while', async () => {
    using directory = temporaryDirectory();
    const { writer } = open(directory.path, { commitEveryMs: 20 });
    await appendAll(writer, 1, 1);
    await appendAll(writer, 2, 2);
    expect(writer.stats).toMatchObject({ commits: 2, queued: 0 });
    await writer.close();
  });

  it('lets nobody wait when there is company enough, and commits what waits when it is closed', async () => {
    using directory = temporaryDirectory();
    const { writer } = open(directory.path, { commitEveryMs: 3_600_000 });
    await appendAll(writer, 1, 1);
    const many: Promise<unknown>[] = [];
    for (const number of upTo(64)) {
      many.push(writer.append(numbered(number + 1)));
      await nextTurn();
    }
    await Promise.all(many);
    const last = writer.append(numbered(66));
    await nextTurn();
    expect(writer.stats.queued).toBe(1);
    await writer.close();
    expect(await last).toBe(66);
  });

  it('bounds the bytes of one commit', async () => {
    using directory = temporaryDirectory();
    const { writer, reader } = open(directory.path, { batchBytes: 10_000 });
    await appendAll(writer, 1, 30, 1_000);
    expect(writer.stats.commits).toBeGreaterThan(3);
    expect(numbersIn(reader, 0)).toEqual(upTo(30));
    reader.close();
    await writer.close();
  });

  it('shows a record to another connection as soon as its append resolved', async () => {
    using directory = temporaryDirectory();
    const { writer, reader } = open(directory.path);
    expect(reader.read(position(0), 10)).toEqual([]);
    const at = await writer.append(numbered(1));
    expect(numbersIn(reader, at - 1)).toEqual([1]);
    expect(reader.read(at, 10)).toEqual([]);
    reader.close();
    await writer.close();
  });

  it('gives every kind of record back as it was', async () => {
    using directory = temporaryDirectory();
    const { writer, reader } = open(directory.path);
    const records: InboxRecord[] = [
      { type: 'start', at: epochMs(1_732_233_600_123), clock: 'data' },
      numbered(2),
      { type: 'tick', at: epochMs(1_732_233_600_124) },
      {
        type: 'command',
        at: epochMs(5),
        id: 'x',
        actor: { kind: 'system', id: 'system' },
        command: { name: 'replay-quarantine', ids: [1, 2 ** 40] },
      },
    ];
    await Promise.all(records.map((record) => writer.append(record)));
    const read = reader.read(position(0), 10).map((entry) => entry.record);
    expect(read.map((r) => (r.type === 'message' ? { ...r, payload: Buffer.from(r.payload) } : r))).toEqual(
      records,
    );
    reader.close();
    await writer.close();
  });

  it('reads by portions of any size, also from the middle of a batch', async () => {
    using directory = temporaryDirectory();
    const { writer, reader } = open(directory.path, { segmentBytes: 2_000, batchBytes: 900 });
    await appendAll(writer, 1, 60);
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 60 }), fc.integer({ min: 1, max: 70 }), (after, most) => {
        expect(numbersIn(reader, after, most)).toEqual(upTo(60).slice(after, after + most));
      }),
    );
    reader.close();
    await writer.close();
  });

  it('reads no more than some megabytes at a time, but always something', async () => {
    using directory = temporaryDirectory();
    const { writer, reader } = open(directory.path);
    const large = 3 * 2 ** 20;
    for (const number of upTo(8)) await writer.append(numbered(number, large));
    await writer.append(numbered(9, 4 * large));
    const portions: number[][] = [];
    for (let after = 0; after < 9; ) {
      const portion = numbersIn(reader, after);
      portions.push(portion);
      after = portion.at(-1) ?? 9;
    }
    expect(portions).toEqual([
      [1, 2, 3],
      [4, 5, 6],
      [7, 8, 9],
    ]);
    reader.close();
    await writer.close();
  });

  it('rests sealed: no file holds a payload in the clear, and another key does not open it', async () => {
    using directory = temporaryDirectory();
    const { writer, reader } = open(directory.path);
    await appendAll(writer, 1, 3);
    for (const name of readdirSync(directory.path))
      expect(readFileSync(join(directory.path, name)).includes('secret number')).toBe(false);
    const stranger = InboxReader.open({ directory: directory.path, key: new Uint8Array(32) });
    expect(() => stranger.read(position(0), 1)).toThrow(/cannot be opened/);
    stranger.close();
    reader.close();
    await writer.close();
  });

  it('refuses what could not be read again and goes on', async () => {
    using directory = temporaryDirectory();
    const { writer, reader } = open(directory.path);
    const poison: InboxRecord = {
      type: 'command',
      at: epochMs(1),
      id: 'x',
      actor: { kind: 'system', id: 'system' },
      command: {
        name: 'change',
        expect: 'any',
        reason: '',
        changes: [{ op: 'put', resource: 'rule', id: 'r', body: JSON.parse('{"__proto__":{"a":1}}') }],
      },
    };
    await expect(writer.append(poison)).rejects.toMatchObject({ code: 'invalid-input' });
    expect(await writer.append(numbered(1))).toBe(1);
    expect(numbersIn(reader, 0)).toEqual([1]);
    reader.close();
    await writer.close();
  });

  it('commits what waits when it is closed, and takes nothing more', async () => {
    using directory = temporaryDirectory();
    const first = InboxWriter.open({ directory: directory.path, key: inboxKey });
    const waiting = first.append(numbered(1));
    await first.close();
    expect(await waiting).toBe(1);
    await expect(first.append(numbered(2))).rejects.toMatchObject({ code: 'not-ready' });
    const { writer, reader } = open(directory.path);
    expect(await writer.append(numbered(2))).toBe(2);
    expect(numbersIn(reader, 0)).toEqual([1, 2]);
    reader.close();
    await writer.close();
  });
});

describe('the segments of the inbox', () => {
  it('are rotated by size, leave no write-ahead log behind, and are read across', async () => {
    using directory = temporaryDirectory();
    const { writer, reader } = open(directory.path, { segmentBytes: 4_000 });
    await writer.append(numbered(1, 300));
    const lingering = InboxReader.open({ directory: directory.path, key: inboxKey });
    expect(numbersIn(lingering, 0)).toEqual([1]);
    for (let number = 2; number <= 40; number++) {
      await writer.append(numbered(number, 300));
      expect(numbersIn(reader, number - 1)).toEqual([number]);
    }
    expect(writer.stats.segments).toBeGreaterThan(3);
    // A reader that stays keeps the log's file, but nothing is in it.
    expect(statSync(join(directory.path, '0000000000000001.db-wal')).size).toBe(0);
    lingering.close();
    reader.close();
    await writer.close();
    const names = readdirSync(directory.path);
    expect(names.every((name) => /^\d{16}\.db$/.test(name))).toBe(true);
    const again = InboxReader.open({ directory: directory.path, key: inboxKey });
    expect(numbersIn(again, 0)).toEqual(upTo(40));
    again.close();
  });

  it('are unlinked whole when all of their records are trimmed, never the newest', async () => {
    using directory = temporaryDirectory();
    const { writer, reader } = open(directory.path, { segmentBytes: 1_000, batchBytes: 1 });
    await appendAll(writer, 1, 20, 300);
    const firsts = () =>
      readdirSync(directory.path)
        .filter((name) => name.endsWith('.db'))
        .map((name) => Number.parseInt(name, 10));
    const [, second = 0, third = 0] = firsts();
    writer.trim(position(third - 2));
    expect(firsts()[0]).toBe(second);
    expect(() => reader.read(position(0), 1)).toThrow(/records 1 to \d+ are missing: they were trimmed/);
    expect(numbersIn(reader, second - 1, 1)).toEqual([second]);
    writer.trim(position(1_000));
    expect(firsts()).toHaveLength(1);
    // It had that segment open: what it holds is still there for this reader.
    expect(numbersIn(reader, second, 1)).toEqual([second + 1]);
    expect(await writer.append(numbered(21))).toBe(21);
    expect(numbersIn(reader, 20)).toEqual([21]);
    reader.close();
    await writer.close();
    expect(InboxWriter.open({ directory: directory.path, key: inboxKey }).lastPosition).toBe(21);
  });

  it('may be left empty by a crash just after the rotation', async () => {
    using directory = temporaryDirectory();
    const { writer } = open(directory.path);
    await appendAll(writer, 1, 5);
    await writer.close();
    const { createSegment } = await import('#broker/inbox/segment-files.ts');
    createSegment(directory.path, position(6));
    const again = open(directory.path);
    expect(again.writer.lastPosition).toBe(5);
    expect(await again.writer.append(numbered(6))).toBe(6);
    expect(numbersIn(again.reader, 0)).toEqual(upTo(6));
    again.reader.close();
    await again.writer.close();
  });

  it('are put in order at the start when a crash left some unfinished', async () => {
    using directory = temporaryDirectory();
    const killed = InboxWriter.open({ directory: directory.path, key: inboxKey });
    await appendAll(killed, 1, 5);
    const log = join(directory.path, '0000000000000001.db-wal');
    expect(statSync(log).size).toBeGreaterThan(0);
    const { createSegment } = await import('#broker/inbox/segment-files.ts');
    createSegment(directory.path, position(6));
    writeFileSync(join(directory.path, '0000000000000009.db.new'), 'half a file');
    const { writer, reader } = open(directory.path);
    expect(writer.lastPosition).toBe(5);
    expect(statSync(log).size).toBe(0);
    expect(readdirSync(directory.path).filter((name) => name.includes('.new'))).toEqual([]);
    expect(numbersIn(reader, 0)).toEqual(upTo(5));
    reader.close();
    await writer.close();
    await killed.close();
  });

  it('are followed by a reader in another thread while they appear and are trimmed', async () => {
    using directory = temporaryDirectory();
    const { writer } = open(directory.path, { segmentBytes: 20_000 });
    const follower = new Worker(new URL('./support/follower.ts', import.meta.url), {
      workerData: { directory: directory.path, until: 3_000 },
    });
    const finished = new Promise<number[]>((resolve, reject) => {
      follower.on('message', (message: { reached: number } | { numbers: number[] }) => {
        if ('numbers' in message) resolve(message.numbers);
        else writer.trim(position(message.reached));
      });
      follower.on('error', reject);
    });
    for (let number = 1; number <= 3_000; number += 10) await appendAll(writer, number, number + 9, 100);
    expect(await finished).toEqual(upTo(3_000));
    await follower.terminate();
    writer.trim(writer.lastPosition);
    expect(writer.stats.segments).toBe(1);
    expect(statSync(directory.path).isDirectory()).toBe(true);
    await writer.close();
  });
});
