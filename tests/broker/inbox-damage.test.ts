import { readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { describe, expect, it } from 'vitest';
import { DamagedBatch, DamagedSegment } from '#broker/inbox/damaged.ts';
import { InboxReader } from '#broker/inbox/inbox-reader.ts';
import { InboxWriter, type InboxWriterOptions } from '#broker/inbox/inbox-writer.ts';
import { createSegment } from '#broker/inbox/segment-files.ts';
import { position } from '#model/brand.ts';
import { GridbellError } from '#model/errors.ts';
import { inboxKey, numbered, numberOf, temporaryDirectory } from '#tests/broker/support/records.ts';
import { fc } from '#tests/support/properties.ts';

const openWriter = (directory: string, options: Partial<InboxWriterOptions> = {}) =>
  InboxWriter.open({ directory, key: inboxKey, ...options });
const openReader = (directory: string, key = inboxKey) => InboxReader.open({ directory, key });
const segmentFile = (directory: string, first: number) =>
  join(directory, `${String(first).padStart(16, '0')}.db`);

/** Records `from` to `to`, each a batch of its own. */
async function appendEach(writer: InboxWriter, from: number, to: number, size = 0) {
  for (let number = from; number <= to; number++)
    expect(await writer.append(numbered(number, size))).toBe(number);
}
/** An inbox that holds records 1 to `to`, `perBatch` in a batch, closed. */
async function filled(directory: string, to: number, { perBatch = 1, segmentBytes = 2 ** 20 } = {}) {
  const writer = openWriter(directory, { segmentBytes });
  for (let number = 1; number <= to; number += perBatch)
    await Promise.all(
      Array.from({ length: perBatch }, (_, index) => writer.append(numbered(number + index))),
    );
  await writer.close();
}
const numbersIn = (reader: InboxReader, after: number, most = 1_000) =>
  reader.read(position(after), most).map(({ position: at, record }) => {
    const number = record.type === 'message' ? numberOf(record) : Number.NaN;
    // Every record of these tests has its position as its number.
    expect(number).toBe(at);
    return number;
  });
const range = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, index) => from + index);

/** What a read throws. */
function failure(reader: InboxReader, after: number): unknown {
  try {
    return `read ${reader.read(position(after), 10).length} records`;
  } catch (error) {
    return error;
  }
}
function change(directory: string, segment: number, sql: string): void {
  const database = new DatabaseSync(segmentFile(directory, segment));
  database.exec(sql);
  database.close();
}
const flipBatch = (directory: string, first: number, segment = 1) => {
  const database = new DatabaseSync(segmentFile(directory, segment));
  const sealed = database.prepare('SELECT sealed FROM batches WHERE first = ?').get(first)?.['sealed'];
  const bytes = Buffer.from(sealed instanceof Uint8Array ? sealed : []);
  bytes.writeUInt8(bytes.readUInt8(60) ^ 1, 60);
  database.prepare('UPDATE batches SET sealed = ? WHERE first = ?').run(bytes, first);
  database.close();
  return bytes;
};

describe('an inbox that was lost', () => {
  it('gives no position again that is known to have been given, and says which it leaves out', async () => {
    using directory = temporaryDirectory();
    await filled(directory.path, 65);
    rmSync(directory.path, { recursive: true });
    const writer = openWriter(directory.path, { after: position(65) });
    expect(writer.skipped).toEqual({ from: 1, to: 65 });
    expect(writer.lastPosition).toBe(65);
    await appendEach(writer, 66, 67);
    const reader = openReader(directory.path);
    expect(numbersIn(reader, 65)).toEqual([66, 67]);
    expect(failure(reader, 60)).toMatchObject({ code: 'not-found', extra: { from: 61, to: 65, next: 66 } });
    reader.close();
    await writer.close();
    expect(openWriter(directory.path, { after: position(67) }).skipped).toBeNull();
  });

  it('in part goes on in a new segment behind what was given; the reader names the gap', async () => {
    using directory = temporaryDirectory();
    await filled(directory.path, 5);
    // Left by a crash just after a rotation.
    createSegment(directory.path, position(6));
    const writer = openWriter(directory.path, { after: position(100) });
    expect(writer.skipped).toEqual({ from: 6, to: 100 });
    const reader = openReader(directory.path);
    expect(numbersIn(reader, 2)).toEqual([3, 4, 5]);
    const missing = { code: 'not-found', extra: { from: 6, to: 100, next: 101 } };
    expect(failure(reader, 5)).toMatchObject(missing);
    await appendEach(writer, 101, 102);
    expect(failure(reader, 5)).toMatchObject({ ...missing, message: expect.stringContaining('6 to 100') });
    expect(numbersIn(reader, 100)).toEqual([101, 102]);
    reader.close();
    await writer.close();
  });

  it('leaves out nothing when it holds all that is known', async () => {
    using directory = temporaryDirectory();
    await filled(directory.path, 5);
    const writer = openWriter(directory.path, { after: position(3) });
    expect(writer.skipped).toBeNull();
    await appendEach(writer, 6, 6);
    await writer.close();
    expect(readdirSync(directory.path)).toHaveLength(1);
  });
});

describe('a gap in the inbox', () => {
  it('between segments is named after all that stands before it was read', async () => {
    using directory = temporaryDirectory();
    await filled(directory.path, 60, { segmentBytes: 2_000 });
    const firsts = readdirSync(directory.path).map((name) => Number.parseInt(name, 10));
    const [, second = 0, third = 0] = firsts.sort((a, b) => a - b);
    rmSync(segmentFile(directory.path, second));
    const reader = openReader(directory.path);
    expect(numbersIn(reader, 0)).toEqual(range(1, second - 1));
    const missing = { code: 'not-found', extra: { from: second, to: third - 1, next: third } };
    expect(failure(reader, second - 1)).toMatchObject(missing);
    expect(numbersIn(reader, third - 1)).toEqual(range(third, 60));
    expect(numbersIn(reader, 60)).toEqual([]);
    reader.close();
  });

  it('between batches is named, too', async () => {
    using directory = temporaryDirectory();
    await filled(directory.path, 30, { perBatch: 10 });
    change(directory.path, 1, 'DELETE FROM batches WHERE first = 11');
    const reader = openReader(directory.path);
    expect(numbersIn(reader, 0)).toEqual(range(1, 10));
    expect(failure(reader, 14)).toMatchObject({ code: 'not-found', extra: { from: 15, to: 20, next: 21 } });
    expect(numbersIn(reader, 20)).toEqual(range(21, 30));
    reader.close();
  });
});

describe('a damaged batch', () => {
  it('is named, is copied when it is set aside, and the rest is read', async () => {
    using directory = temporaryDirectory();
    await filled(directory.path, 30, { perBatch: 10 });
    const bytes = flipBatch(directory.path, 11);
    const reader = openReader(directory.path);
    expect(numbersIn(reader, 0)).toEqual(range(1, 10));
    const error = failure(reader, 10);
    expect(error).toBeInstanceOf(DamagedBatch);
    expect(error).toMatchObject({
      code: 'internal',
      first: 11,
      count: 10,
      file: segmentFile(directory.path, 1),
    });
    const file = join(directory.path, 'damaged', '11.bin');
    expect(reader.setAside(position(11))).toEqual({ file, from: 11, to: 20 });
    expect(readFileSync(file).equals(bytes)).toBe(true);
    expect(numbersIn(reader, 0)).toEqual([...range(1, 10), ...range(21, 30)]);
    for (const after of [10, 15, 20]) expect(numbersIn(reader, after, 2)).toEqual([21, 22]);
    reader.close();
    // Another reader meets it again; the copy may be there.
    const again = openReader(directory.path);
    expect(failure(again, 12)).toBeInstanceOf(DamagedBatch);
    again.setAside(position(11));
    expect(numbersIn(again, 12)).toEqual(range(21, 30));
    again.close();
    const writer = openWriter(directory.path);
    await appendEach(writer, 31, 31);
    await writer.close();
  });

  it('at the end is passed over as soon as something stands behind it', async () => {
    using directory = temporaryDirectory();
    await filled(directory.path, 20, { perBatch: 10 });
    flipBatch(directory.path, 11);
    const reader = openReader(directory.path);
    expect(reader.setAside(position(11))).toMatchObject({ from: 11, to: 20 });
    expect(reader.read(position(10), 5)).toEqual([]);
    const writer = openWriter(directory.path);
    await appendEach(writer, 21, 21);
    expect(numbersIn(reader, 10)).toEqual([21]);
    reader.close();
    await writer.close();
  });

  it('whose count is damaged does not take what stands behind it with it', async () => {
    using directory = temporaryDirectory();
    await filled(directory.path, 30, { perBatch: 10 });
    change(directory.path, 1, 'UPDATE batches SET count = 1000 WHERE first = 11');
    const reader = openReader(directory.path);
    expect(failure(reader, 10)).toMatchObject({ name: 'DamagedBatch', first: 11, count: 1_000 });
    expect(reader.setAside(position(11))).toMatchObject({ from: 11, to: 20 });
    expect(numbersIn(reader, 10)).toEqual(range(21, 30));
    reader.close();
  });

  it('is the only one that is set aside: one that opens stays', async () => {
    using directory = temporaryDirectory();
    await filled(directory.path, 20, { perBatch: 10 });
    const reader = openReader(directory.path);
    expect(() => reader.setAside(position(11))).toThrow(expect.objectContaining({ code: 'wrong-state' }));
    expect(() => reader.setAside(position(12))).toThrow(expect.objectContaining({ code: 'not-found' }));
    expect(numbersIn(reader, 0)).toEqual(range(1, 20));
    reader.close();
  });
});

/** Reads to the end as the engine does: passes gaps, sets damaged batches aside, stops at a damaged file. */
function readAll(directory: string): { numbers: number[]; damage: string[] } {
  const reader = openReader(directory);
  const numbers: number[] = [];
  const damage: string[] = [];
  let after = 0;
  try {
    for (let turn = 0; turn < 1_000; turn++) {
      try {
        const found = numbersIn(reader, after, 7);
        if (found.length === 0) return { numbers, damage };
        numbers.push(...found);
        after = found.at(-1) ?? after;
      } catch (error) {
        if (!(error instanceof GridbellError)) throw error;
        damage.push(error.name);
        if (error instanceof DamagedBatch) reader.setAside(error.first);
        else if (error instanceof DamagedSegment) return { numbers, damage };
        else after = Number(error.extra['next']) - 1;
      }
    }
    throw new Error('it does not come to an end');
  } finally {
    reader.close();
  }
}

describe('a segment file', () => {
  it('with any bit flipped never yields a wrong record and never stops the reader without a word', async () => {
    using directory = temporaryDirectory();
    await filled(directory.path, 100, { perBatch: 5 });
    const file = segmentFile(directory.path, 1);
    const whole = readFileSync(file);
    const bits = fc.nat({ max: whole.length * 8 - 1 });
    fc.assert(
      fc.property(fc.oneof(bits, fc.nat({ max: 100 * 8 })), (bit) => {
        const bytes = Buffer.from(whole);
        bytes.writeUInt8(bytes.readUInt8(bit >> 3) ^ (1 << (bit & 7)), bit >> 3);
        writeFileSync(file, bytes);
        const { numbers, damage } = readAll(directory.path);
        expect(numbers).toEqual([...numbers].sort((a, b) => a - b));
        if (numbers.length < 100 && numbers.at(-1) === 100) expect(damage).not.toEqual([]);
      }),
      { numRuns: 150 },
    );
  });

  it('that was cut short, or holds garbage, says that it is damaged, or holds what it held', async () => {
    using directory = temporaryDirectory();
    await filled(directory.path, 100, { perBatch: 5 });
    const file = segmentFile(directory.path, 1);
    const whole = readFileSync(file);
    for (const length of [0, 1, 99, 4_096, 4_097, whole.length - 4_096]) {
      writeFileSync(file, whole.subarray(0, length));
      expect(readAll(directory.path).damage, `cut to ${length}`).toEqual(['DamagedSegment']);
    }
    // Within its last page SQLite does not see it; the seal of the batch there does.
    writeFileSync(file, whole.subarray(0, whole.length - 1));
    expect(readAll(directory.path).damage).toEqual(['DamagedBatch']);
    writeFileSync(file, Buffer.concat([whole, Buffer.alloc(9_000, 'garbage ')]));
    expect(readAll(directory.path)).toEqual({ numbers: range(1, 100), damage: [] });
    const writer = openWriter(directory.path);
    await appendEach(writer, 101, 110);
    await writer.close();
    expect(readAll(directory.path)).toEqual({ numbers: range(1, 110), damage: [] });
  });

  it('whose write-ahead log was cut in its last batch, or goes on in garbage, holds all batches before', async () => {
    using directory = temporaryDirectory();
    const killed = openWriter(directory.path);
    const log = `${segmentFile(directory.path, 1)}-wal`;
    const sizes: number[] = [];
    for (const number of range(1, 12)) {
      await appendEach(killed, number, number, 3_000);
      sizes.push(statSync(log).size);
    }
    const main = readFileSync(segmentFile(directory.path, 1));
    const whole = readFileSync(log);
    await killed.close();
    const [eleven = 0, twelve = 0] = sizes.slice(-2);
    for (const length of [eleven, eleven + 1, Math.floor((eleven + twelve) / 2), twelve - 1, twelve]) {
      for (const garbage of [0, 10, 9_000]) {
        using copy = temporaryDirectory();
        writeFileSync(segmentFile(copy.path, 1), main);
        const cut = Buffer.concat([whole.subarray(0, length), Buffer.alloc(garbage, 'garbage ')]);
        writeFileSync(`${segmentFile(copy.path, 1)}-wal`, cut);
        const last = length === twelve ? 12 : 11;
        const writer = openWriter(copy.path);
        expect(writer.lastPosition).toBe(last);
        await appendEach(writer, last + 1, last + 2);
        await writer.close();
        expect(readAll(copy.path)).toEqual({ numbers: range(1, last + 2), damage: [] });
      }
    }
  });
});
