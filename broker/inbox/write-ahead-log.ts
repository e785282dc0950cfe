import { readFileSync } from 'node:fs';

/** A page as the log has it. */
export interface LoggedPage {
  readonly number: number;
  readonly bytes: Buffer;
  /** Written since the log was begun anew the last time; older ones are in the main file, too. */
  readonly isCurrent: boolean;
}

/** What stands in a SQLite write-ahead log (sqlite.org/fileformat2.html §4), also where SQLite does not look. */
export interface LogContent {
  /** All that are whole in length, in order of the file. */
  readonly pages: readonly LoggedPage[];
  /** Bytes of the current generation behind the last commit that SQLite finds: it drops them without a word. */
  readonly droppedBytes: number;
}

const headBytes = 32;
const frameHeadBytes = 24;
const pageBytes = 4_096;
const frameBytes = frameHeadBytes + pageBytes;
/** How old a generation may be whose frames still stand in the file. */
const mostGenerations = 2 ** 20;
const magic = 0x377f0682;

/** Reads a log; one that is not there, or empty, holds nothing. Throws what the file system says. */
export function readLog(file: string): LogContent {
  let bytes: Buffer;
  try {
    bytes = readFileSync(file);
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT')
      return { pages: [], droppedBytes: 0 };
    throw error;
  }
  if (bytes.length <= headBytes) return { pages: [], droppedBytes: 0 };
  const isHeadWhole = hasWholeHead(bytes);
  const committed = isHeadWhole ? committedFrames(bytes) : 0;
  const pages: LoggedPage[] = [];
  let dropped = 0;
  for (let at = headBytes, index = 0; at < bytes.length; at += frameBytes, index++) {
    const frame = bytes.subarray(at, at + frameBytes);
    const isCurrent = !isHeadWhole || isOfGeneration(frame, bytes);
    if (index >= committed && isCurrent) dropped += frame.length;
    if (frame.length === frameBytes)
      pages.push({ number: frame.readUInt32BE(0), bytes: frame.subarray(frameHeadBytes), isCurrent });
  }
  return { pages, droppedBytes: dropped };
}

function hasWholeHead(bytes: Buffer): boolean {
  if ((bytes.readUInt32BE(0) & ~1) >>> 0 !== magic || bytes.readUInt32BE(8) !== pageBytes) return false;
  const sum = checksum(bytes.subarray(0, 24), { first: 0, second: 0 }, isBigEndian(bytes));
  return sum.first === bytes.readUInt32BE(24) && sum.second === bytes.readUInt32BE(28);
}

/** The first salt counts the generations up; what is not of a recent one was damaged, wherever it comes from. */
function isOfGeneration(frame: Buffer, head: Buffer): boolean {
  if (frame.length < 12) return true;
  const age = (head.readUInt32BE(16) - frame.readUInt32BE(8)) >>> 0;
  return age === 0 || age > mostGenerations;
}

/** As SQLite counts them when it opens the file. */
function committedFrames(bytes: Buffer): number {
  const bigEndian = isBigEndian(bytes);
  let sum: Sum = { first: bytes.readUInt32BE(24), second: bytes.readUInt32BE(28) };
  let committed = 0;
  for (let at = headBytes, index = 0; at + frameBytes <= bytes.length; at += frameBytes, index++) {
    if (bytes.compare(bytes, 16, 24, at + 8, at + 16) !== 0 || bytes.readUInt32BE(at) === 0) break;
    sum = checksum(bytes.subarray(at, at + 8), sum, bigEndian);
    sum = checksum(bytes.subarray(at + frameHeadBytes, at + frameBytes), sum, bigEndian);
    if (sum.first !== bytes.readUInt32BE(at + 16) || sum.second !== bytes.readUInt32BE(at + 20)) break;
    if (bytes.readUInt32BE(at + 4) !== 0) committed = index + 1;
  }
  return committed;
}

interface Sum {
  readonly first: number;
  readonly second: number;
}

const isBigEndian = (head: Buffer): boolean => (head.readUInt32BE(0) & 1) === 1;

/** sqlite.org/fileformat2.html §4.2 */
function checksum(bytes: Buffer, from: Sum, bigEndian: boolean): Sum {
  let { first, second } = from;
  for (let at = 0; at + 8 <= bytes.length; at += 8) {
    const one = bigEndian ? bytes.readUInt32BE(at) : bytes.readUInt32LE(at);
    const other = bigEndian ? bytes.readUInt32BE(at + 4) : bytes.readUInt32LE(at + 4);
    first = (first + one + second) >>> 0;
    second = (second + other + first) >>> 0;
  }
  return { first, second };
}
