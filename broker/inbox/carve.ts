import { readFileSync } from 'node:fs';
import { openBatch } from '#broker/inbox/batch.ts';
import type { SealedBatch } from '#broker/inbox/segment-files.ts';
import { type LoggedPage, readLog } from '#broker/inbox/write-ahead-log.ts';
import { type Position, position } from '#model/brand.ts';
import type { Seal } from '#model/seal.ts';

const pageBytes = 4_096;
const leafOfTable = 0x0d;
const fileHeadBytes = 100;

/** Versions of each page, that which counts first. */
type Pages = ReadonlyMap<number, readonly Buffer[]>;

/**
 * Finds the batches in a segment file and the log beside it, page by page, whatever SQLite makes of them
 * (sqlite.org/fileformat2.html). Only those that open are given, so none is ever wrong; in order of position, none over
 * another. Throws what the file system says.
 */
export function carveBatches(file: string, seal: Seal): readonly SealedBatch[] {
  const found = new Map<number, SealedBatch>();
  for (const candidate of candidatesIn(file)) {
    if (found.has(candidate.first)) continue;
    const count = recordsIn(seal, candidate);
    if (count > 0) found.set(candidate.first, { ...candidate, count });
  }
  const batches: SealedBatch[] = [];
  let behind = 0;
  for (const batch of [...found.values()].toSorted((a, b) => a.first - b.first)) {
    if (batch.first < behind) continue;
    batches.push(batch);
    behind = batch.first + batch.count;
  }
  return batches;
}

/** What looks like a batch, opened or not. */
export function* candidatesIn(file: string): Generator<SealedBatch> {
  const pages = pagesOf(readFileSync(file), readLog(`${file}-wal`).pages);
  // The second time with the older versions of what continues on other pages.
  for (const order of [0, 1])
    for (const versions of pages.values())
      for (const page of versions) yield* cellsOf(page, (number) => versionOf(pages, number, order));
}

function pagesOf(main: Buffer, logged: readonly LoggedPage[]): Pages {
  const pages = new Map<number, Buffer[]>();
  const add = (number: number, bytes: Buffer): void => {
    const versions = pages.get(number);
    if (versions) versions.push(bytes);
    else pages.set(number, [bytes]);
  };
  for (const { bytes, isCurrent, number } of logged.toReversed()) if (isCurrent) add(number, bytes);
  for (let number = 1; (number - 1) * pageBytes < main.length; number++)
    add(number, main.subarray((number - 1) * pageBytes, number * pageBytes));
  for (const { bytes, isCurrent, number } of logged.toReversed()) if (!isCurrent) add(number, bytes);
  return pages;
}

function versionOf(pages: Pages, number: number, order: number): Buffer | undefined {
  const versions = pages.get(number) ?? [];
  return versions[Math.min(order, versions.length - 1)];
}

function* cellsOf(page: Buffer, other: (number: number) => Buffer | undefined): Generator<SealedBatch> {
  const start = page.subarray(0, 6).toString('latin1') === 'SQLite' ? fileHeadBytes : 0;
  if (page.length < pageBytes || page[start] !== leafOfTable) return;
  const cells = page.readUInt16BE(start + 3);
  for (let index = 0; index < cells; index++) {
    const pointer = start + 8 + 2 * index;
    if (pointer + 2 > page.length) return;
    const batch = batchIn(page, page.readUInt16BE(pointer), other);
    if (batch) yield batch;
  }
}

/** A cell: length of the record, its row id, the record, and where it goes on. */
function batchIn(
  page: Buffer,
  at: number,
  other: (number: number) => Buffer | undefined,
): SealedBatch | undefined {
  const length = varint(page, at);
  const rowId = length && varint(page, length.next);
  if (!length || !rowId || length.value > 2 ** 31 || !Number.isSafeInteger(rowId.value) || rowId.value < 1)
    return undefined;
  const here = bytesHere(length.value);
  const local = page.subarray(rowId.next, rowId.next + here);
  if (here === length.value) return batchOf(position(rowId.value), local);
  if (rowId.next + here + 4 > page.length) return undefined;
  const rest = chain(page.readUInt32BE(rowId.next + here), length.value - here, other);
  return rest && batchOf(position(rowId.value), Buffer.concat([local, ...rest]));
}

/** How much of a record stands in its leaf (§1.6). */
function bytesHere(length: number): number {
  const most = pageBytes - 35;
  if (length <= most) return length;
  const least = Math.floor(((pageBytes - 12) * 32) / 255) - 23;
  const wanted = least + ((length - least) % (pageBytes - 4));
  return wanted <= most ? wanted : least;
}

function chain(
  first: number,
  length: number,
  other: (number: number) => Buffer | undefined,
): Buffer[] | undefined {
  const parts: Buffer[] = [];
  let missing = length;
  for (let number = first; missing > 0; ) {
    const page = other(number);
    if (!page || page.length < pageBytes) return undefined;
    parts.push(page.subarray(4, 4 + Math.min(missing, pageBytes - 4)));
    missing -= pageBytes - 4;
    number = page.readUInt32BE(0);
  }
  return parts;
}

/** A record (§2.1) of `(first, count, sealed)`; `first` is the row id and stands as NULL. */
function batchOf(first: Position, record: Buffer): SealedBatch | undefined {
  const head = varint(record, 0);
  const firstType = head && varint(record, head.next);
  const countType = firstType && varint(record, firstType.next);
  const sealedType = countType && varint(record, countType.next);
  if (!sealedType || sealedType.next !== head?.value || firstType?.value !== 0) return undefined;
  const countBytes = [0, 1, 2, 3, 4, 6, 8, undefined, 0, 0][countType.value];
  if (countBytes === undefined || sealedType.value < 12 || sealedType.value % 2 !== 0) return undefined;
  const from = head.value + countBytes;
  const sealed = record.subarray(from, from + (sealedType.value - 12) / 2);
  // Its count is that of the records in it.
  return { first, count: 0, sealed };
}

/** Big-endian, seven bits a byte, all eight of the ninth (§1.6); undefined beyond the end. */
function varint(bytes: Buffer, at: number): { readonly value: number; readonly next: number } | undefined {
  let value = 0;
  for (let index = 0; index < 9; index++) {
    const byte = bytes[at + index];
    if (byte === undefined) return undefined;
    if (index === 8) return { value: value * 256 + byte, next: at + 9 };
    value = value * 128 + (byte & 0x7f);
    if (byte < 0x80) return { value, next: at + index + 1 };
  }
  return undefined;
}

function recordsIn(seal: Seal, batch: SealedBatch): number {
  try {
    return openBatch(seal, batch.first, batch.sealed).length;
  } catch {
    return 0;
  }
}
