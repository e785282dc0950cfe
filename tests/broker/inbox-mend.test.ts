import {
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { describe, expect, it } from 'vitest';
import { encodeRecord, sealBatch } from '#broker/inbox/batch.ts';
import { DamagedBatch, DamagedSegment } from '#broker/inbox/damaged.ts';
import { InboxReader } from '#broker/inbox/inbox-reader.ts';
import { InboxWriter, type InboxWriterOptions } from '#broker/inbox/inbox-writer.ts';
import { position } from '#model/brand.ts';
import { GridbellError } from '#model/errors.ts';
import { Seal } from '#model/seal.ts';
import { inboxKey, numbered, numberOf, temporaryDirectory } from '#tests/broker/support/records.ts';
import { fc } from '#tests/support/properties.ts';
import { canMount, smallDisk } from '#tests/support/small-disk.ts';

const openWriter = (directory: string, options: Partial<InboxWriterOptions> = {}) =>
  InboxWriter.open({ directory, key: inboxKey, ...options });
const segmentFile = (directory: string, first = 1) =>
  join(directory, `${String(first).padStart(16, '0')}.db`);
const range = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, index) => from + index);

async function append(writer: InboxWriter, from: number, to: number, size = 0) {
  const at = await Promise.all(range(from, to).map((number) => writer.append(numbered(number, size))));
  expect(at).toEqual(range(from, to));
}
/** Reads to the end as the engine does; each record must have its position as its number. */
function readAll(directory: string) {
  const reader = InboxReader.open({ directory, key: inboxKey });
  const numbers: number[] = [];
  const damage: string[] = [];
  for (let after = 0; ; ) {
    try {
      const found = reader.read(position(after), 50);
      if (found.length === 0) break;
      for (const { position: at, record } of found) {
        expect(record.type === 'message' && numberOf(record)).toBe(at);
        numbers.push(at);
      }
      after = numbers.at(-1) ?? 0;
    } catch (error) {
      if (!(error instanceof GridbellError)) throw error;
      damage.push(error.name);
      if (error instanceof DamagedBatch) reader.setAside(error.first);
      else if (error instanceof DamagedSegment) reader.salvage(error.first);
      else after = Number(error.extra['next']) - 1;
    }
  }
  reader.close();
  return { numbers, damage };
}
/** A directory as a power cut leaves it: copies of the files while the writer has them open. */
function snapshotOf(directory: string, to: string) {
  for (const name of readdirSync(directory)) {
    if (name.endsWith('.db') || name.endsWith('-wal')) copyFileSync(join(directory, name), join(to, name));
  }
}
function contents(directory: string): Map<string, string> {
  return new Map(
    readdirSync(directory, { recursive: true, encoding: 'utf8' })
      .toSorted()
      .filter((name) => statSync(join(directory, name)).isFile())
      .map((name) => [name, readFileSync(join(directory, name)).toString('base64')]),
  );
}

describe('an inbox with the key of another installation', () => {
  it('is refused, and nothing in it is touched', async () => {
    using live = temporaryDirectory();
    using cut = temporaryDirectory();
    const writer = openWriter(live.path, { segmentBytes: 2_000 });
    for (let number = 1; number <= 41; number += 10) await append(writer, number, number + 9);
    snapshotOf(live.path, cut.path);
    await writer.close();
    const before = contents(cut.path);
    expect([...before.keys()].some((name) => name.endsWith('-wal'))).toBe(true);
    const open = () => openWriter(cut.path, { key: new Uint8Array(32).fill(8) });
    expect(open).toThrow(
      expect.objectContaining({ code: 'invalid-input', message: expect.stringMatching(/keys\.json/) }),
    );
    expect(contents(cut.path)).toEqual(before);
    const right = openWriter(cut.path);
    expect(right.findings).toEqual([]);
    await append(right, 51, 52);
    await right.close();
  });
});

describe('an inbox that is damaged at its end', () => {
  it('cuts off what does not open, keeps it, names it, and does not give its positions again', async () => {
    using directory = temporaryDirectory();
    const first = openWriter(directory.path);
    for (let number = 1; number <= 21; number += 10) await append(first, number, number + 9, 500);
    await first.close();
    const database = new DatabaseSync(segmentFile(directory.path));
    database.exec("UPDATE batches SET sealed = cast(sealed || 'x' AS BLOB) WHERE first = 21");
    database.close();
    const writer = openWriter(directory.path);
    expect(writer.findings).toMatchObject([{ from: 21, to: 30, message: expect.stringMatching(/cut off/) }]);
    expect(existsSync(writer.findings[0]?.copy ?? '')).toBe(true);
    expect(writer.skipped).toBeNull();
    await append(writer, 31, 40);
    expect(readAll(directory.path)).toEqual({
      numbers: [...range(1, 20), ...range(31, 40)],
      damage: ['GridbellError'],
    });
    await writer.close();
    expect(openWriter(directory.path).findings).toEqual([]);
  });

  it('says how much of its log was not whole', async () => {
    using live = temporaryDirectory();
    using cut = temporaryDirectory();
    const killed = openWriter(live.path);
    const log = (directory: string) => `${segmentFile(directory)}-wal`;
    await append(killed, 1, 10);
    const whole = statSync(log(live.path)).size;
    await append(killed, 11, 20, 3_000);
    snapshotOf(live.path, cut.path);
    await killed.close();
    const torn = readFileSync(log(cut.path)).subarray(0, whole + 9_000);
    writeFileSync(log(cut.path), torn);
    const writer = openWriter(cut.path);
    expect(writer.findings).toMatchObject([{ from: 11, cutBytes: 9_000, rescued: 0 }]);
    expect(readFileSync(writer.findings[0]?.copy ?? '').equals(torn)).toBe(true);
    await append(writer, 11, 12);
    expect(readAll(cut.path)).toEqual({ numbers: range(1, 12), damage: [] });
    await writer.close();
  });

  it.skipIf(!canMount)(
    'goes on without a copy of the torn log when the disk has no room for one',
    async () => {
      using live = temporaryDirectory();
      using disk = smallDisk(16);
      const killed = openWriter(live.path);
      await append(killed, 1, 150, 3_000);
      await append(killed, 151, 300, 3_000);
      const cut = join(disk.path, 'inbox');
      mkdirSync(cut);
      snapshotOf(live.path, cut);
      await killed.close();
      const log = `${segmentFile(cut)}-wal`;
      const size = statSync(log).size;
      truncateSync(log, size - 100);
      disk.fill(300_000);
      expect(size).toBeGreaterThan(300_000);
      const writer = openWriter(cut, { reserveBytes: 0 });
      expect(writer.findings).toMatchObject([{ copy: null }]);
      await writer.close();
      expect(readAll(cut).numbers).toEqual(range(1, 150));
      expect(readdirSync(join(cut, 'damaged'))).toEqual([]);
    },
  );

  it('reads what stands in the log behind a damaged page, which SQLite drops', async () => {
    using live = temporaryDirectory();
    using cut = temporaryDirectory();
    const killed = openWriter(live.path);
    const sizes: number[] = [];
    const log = (directory: string) => `${segmentFile(directory)}-wal`;
    for (let number = 1; number <= 91; number += 10) {
      await append(killed, number, number + 9, 1_000);
      sizes.push(statSync(log(live.path)).size);
    }
    snapshotOf(live.path, cut.path);
    await killed.close();
    const bytes = readFileSync(log(cut.path));
    const [, , third = 0] = sizes;
    bytes.writeUInt8(bytes.readUInt8(third + 3_000) ^ 1, third + 3_000);
    writeFileSync(log(cut.path), bytes);
    const writer = openWriter(cut.path);
    const { damage, numbers } = readAll(cut.path);
    expect(writer.findings).toMatchObject([{ rescued: expect.any(Number) }]);
    // At most the batch whose page it was.
    expect(numbers.length).toBeGreaterThanOrEqual(90);
    expect(numbers.at(-1)).toBe(100);
    if (numbers.length < 100) expect(damage).not.toEqual([]);
    await append(writer, 101, 110);
    await writer.close();
  });
});

describe('a segment that SQLite cannot read', () => {
  it.each<[string, (bytes: Buffer) => Buffer, number]>([
    ['has lost its first page', (bytes) => bytes.fill(0, 0, 4_096), 200],
    ['was cut short', (bytes) => bytes.subarray(0, bytes.length - 3 * 4_096), 150],
    ['has lost the page that leads to the others', (bytes) => bytes.fill(0, 4_096, 2 * 4_096), 150],
    ['holds nothing but garbage', (bytes) => Buffer.alloc(bytes.length, 'garbage '), 0],
    ['is empty', () => Buffer.alloc(0), 0],
  ])('is written anew when the writer starts, when it %s', async (_, damage, atLeast) => {
    using directory = temporaryDirectory();
    const first = openWriter(directory.path);
    for (let number = 1; number <= 191; number += 10) await append(first, number, number + 9, 300);
    await first.close();
    const file = segmentFile(directory.path);
    writeFileSync(file, damage(readFileSync(file)));
    const writer = openWriter(directory.path, { after: position(200) });
    expect(writer.findings).toMatchObject([{ message: expect.stringMatching(/written anew/), file }]);
    expect(existsSync(writer.findings[0]?.copy ?? '')).toBe(true);
    await append(writer, 201, 210);
    const { damage: named, numbers } = readAll(directory.path);
    expect(numbers.slice(-10)).toEqual(range(201, 210));
    expect(numbers.length).toBeGreaterThanOrEqual(atLeast + 10);
    if (numbers.length < 210) expect(named).not.toEqual([]);
    await writer.close();
    const again = openWriter(directory.path);
    expect(again.findings).toEqual([]);
    await again.close();
  });

  it('is written anew when a reader meets it, but not while the writer has it', async () => {
    using directory = temporaryDirectory();
    const writer = openWriter(directory.path);
    await append(writer, 1, 50);
    writer.leave(position(1));
    await append(writer, 51, 60);
    const file = segmentFile(directory.path);
    writeFileSync(file, readFileSync(file).fill(0, 0, 4_096));
    const reader = InboxReader.open({ directory: directory.path, key: inboxKey });
    expect(() => reader.salvage(position(51))).toThrow(expect.objectContaining({ code: 'wrong-state' }));
    expect(readAll(directory.path)).toEqual({ numbers: range(1, 60), damage: ['DamagedSegment'] });
    expect(readdirSync(join(directory.path, 'damaged'))).toEqual(['0000000000000001.db']);
    reader.close();
    await writer.close();
  });

  it('is in its place whole after a crash in the middle of that', async () => {
    using directory = temporaryDirectory();
    const writer = openWriter(directory.path);
    await append(writer, 1, 50);
    await writer.close();
    const file = segmentFile(directory.path);
    // The new file stood, and the old one with its log, too.
    copyFileSync(file, `${file}.salvaged`);
    writeFileSync(file, 'damaged');
    writeFileSync(`${file}-wal`, 'its log');
    const again = openWriter(directory.path);
    await append(again, 51, 60);
    expect(readAll(directory.path)).toEqual({ numbers: range(1, 60), damage: [] });
    expect(readdirSync(join(directory.path, 'damaged'))).toEqual([
      '0000000000000001.db',
      '0000000000000001.db-wal',
    ]);
    await again.close();
    mkdirSync(join(directory.path, 'elsewhere'));
    renameSync(file, join(directory.path, 'elsewhere', 'x'));
  });
});

describe('a batch whose commit failed and came to light later', () => {
  it('never stands in the way of what was acknowledged under its positions in the next segment', async () => {
    using directory = temporaryDirectory();
    const writer = openWriter(directory.path);
    await append(writer, 1, 10);
    await append(writer, 11, 50);
    writer.leave(position(1));
    await append(writer, 51, 60);
    const failed = sealBatch(
      new Seal(inboxKey, 'inbox'),
      position(51),
      range(901, 915).map((number) => encodeRecord(numbered(number))),
    );
    const database = new DatabaseSync(segmentFile(directory.path));
    database.prepare('INSERT INTO batches (first, count, sealed) VALUES (51, 15, ?)').run(failed);
    database.close();
    expect(readAll(directory.path)).toEqual({ numbers: range(1, 60), damage: [] });
    const file = segmentFile(directory.path);
    writeFileSync(file, readFileSync(file).fill(0, 0, 4_096));
    expect(readAll(directory.path)).toEqual({ numbers: range(1, 60), damage: ['DamagedSegment'] });
    await writer.close();
  });
});

const share = (from: number, to: number) => fc.double({ min: from, max: to, noNaN: true, maxExcluded: true });
const blow = fc.record({
  /** The segment, or its log. */
  file: fc.nat({ max: 1 }),
  how: fc.constantFrom('flip', 'zero', 'cut', 'garbage'),
  // Most of it near the end and in the heads, where it hurts.
  where: fc.oneof(share(0, 1), share(0.9, 1), share(0, 0.01)),
  bit: fc.nat({ max: 7 }),
});
type Blow = typeof blow extends fc.Arbitrary<infer T> ? T : never;

function struck(files: readonly Buffer[], blows: readonly Blow[]): Buffer[] {
  const damaged = files.map((bytes) => Buffer.from(bytes));
  for (const { bit, file, how, where } of blows) {
    const bytes = damaged[file] ?? Buffer.alloc(0);
    const at = Math.floor(where * bytes.length);
    const page = at - (at % 4_096);
    if (how === 'flip' && at < bytes.length) bytes.writeUInt8(bytes.readUInt8(at) ^ (1 << bit), at);
    if (how === 'zero') bytes.fill(0, page, Math.min(page + 4_096, bytes.length));
    if (how === 'garbage') bytes.fill('garbage', at, Math.min(at + 50, bytes.length));
    if (how === 'cut') damaged[file] = bytes.subarray(0, at);
  }
  return damaged;
}

describe('any damage to the newest segment and its log', () => {
  it('yields no wrong record, no loss without a word, and a writer that goes on', async () => {
    using live = temporaryDirectory();
    using image = temporaryDirectory();
    const killed = openWriter(live.path);
    for (let number = 1; number <= 196; number += 5) {
      await append(killed, number, number + 4, number % 7 === 0 ? 3_000 : 200);
      // So that both the file and its log hold batches.
      if (number === 101) {
        await killed.close();
        break;
      }
    }
    const second = openWriter(live.path);
    for (let number = 106; number <= 196; number += 5)
      await append(second, number, number + 4, number % 7 === 0 ? 3_000 : 200);
    snapshotOf(live.path, image.path);
    await second.close();
    const names = [segmentFile(image.path), `${segmentFile(image.path)}-wal`];
    const files = names.map((name) => readFileSync(name));
    await fc.assert(
      fc.asyncProperty(fc.array(blow, { minLength: 1, maxLength: 3 }), async (blows) => {
        using directory = temporaryDirectory();
        const damaged = struck(files, blows);
        writeFileSync(segmentFile(directory.path), damaged[0] ?? '');
        writeFileSync(`${segmentFile(directory.path)}-wal`, damaged[1] ?? '');
        const writer = openWriter(directory.path);
        const last = writer.lastPosition;
        await append(writer, last + 1, last + 3);
        const { damage, numbers } = readAll(directory.path);
        expect(numbers.slice(-3)).toEqual(range(last + 1, last + 3));
        expect(numbers).toEqual([...new Set(numbers)].toSorted((a, b) => a - b));
        const kept = new Set(numbers.filter((number) => number <= last));
        const isWhole = range(1, 200).every((number) => kept.has(number));
        // A log that ends earlier, between two batches, is a log that never was longer; only the ops store knows better.
        const isLogCut = blows.some(({ file, how }) => file === 1 && how === 'cut');
        if (!isWhole && !isLogCut) expect([...writer.findings, ...damage]).not.toEqual([]);
        for (const { copy } of writer.findings) expect(existsSync(copy ?? '')).toBe(true);
        await writer.close();
        const after = openWriter(directory.path);
        expect(after.lastPosition).toBe(last + 3);
        await after.close();
      }),
      { numRuns: 200 },
    );
  });
});
