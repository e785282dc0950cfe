import { closeSync, existsSync, fsyncSync, openSync, rmSync, statfsSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { type Check, fine, problem, type Said, warning } from '#app/doctor/finding.ts';
import { freeSpace, waterMark } from '#broker/inbox/free-space.ts';
import { stopwatch } from '#model/clock.ts';
import { messageOf } from '#model/errors.ts';

/** File systems behind a network, by what statfs calls them (Linux): SQLite's locks cannot be relied on there. */
const networked: ReadonlyMap<number, string> = new Map([
  [0x6969, 'NFS'],
  [0xff534d42, 'CIFS'],
  [0xfe534d42, 'SMB'],
  [0x517b, 'SMB'],
  [0x01021997, '9p'],
]);
const tmpfs = 0x01021994;
const plenty = 4;
const slowMs = 50;
const tooSlowMs = 200;

/** Room, kind and speed of the data directory's disk. */
export const disk: Check = {
  name: 'disk',
  examine: ({ config, dataDir }) => {
    if (!existsSync(dataDir)) return [];
    return [room(dataDir, config?.diskReserveBytes ?? 0), ...kind(dataDir), speed(dataDir)];
  },
};

function room(dataDir: string, reserveBytes: number): Said {
  const space = freeSpace(dataDir);
  const mark = waterMark(space, reserveBytes);
  const said = `${inMegabytes(space.freeBytes)} MB of ${inMegabytes(space.totalBytes)} MB are free`;
  const todo = 'make room on the disk of the data directory, or move it to a larger one';
  if (space.freeBytes <= mark)
    return problem(`${said}: below ${inMegabytes(mark)} MB (disk-reserve) only what is vital is taken`, todo);
  return space.freeBytes < mark * plenty ? warning(`${said}: not for long`, todo) : fine(said);
}

function kind(dataDir: string): readonly Said[] {
  const { type } = statfsSync(dataDir);
  const name = networked.get(type);
  if (name !== undefined)
    return [warning(`the data directory is on a network file system (${name})`, 'move it to a local disk')];
  return type === tmpfs
    ? [fine('the data directory is in memory (tmpfs): it is gone when the machine stops')]
    : [];
}

const tries = 9;

/** How long a commit takes at least. The file that it is tried with is deleted at once. */
function speed(dataDir: string): Said {
  const path = join(dataDir, `.doctor-${process.pid}`);
  const times: number[] = [];
  try {
    const file = openSync(path, 'wx', 0o600);
    try {
      const page = Buffer.alloc(4_096);
      for (let n = 0; n < tries; n += 1) {
        const began = stopwatch();
        writeSync(file, page);
        fsyncSync(file);
        times.push(stopwatch() - began);
      }
    } finally {
      closeSync(file);
      rmSync(path, { force: true });
    }
  } catch (error) {
    return problem(
      `the data directory cannot be written (${messageOf(error)})`,
      'make room on the disk, and see that the user who starts Gridbell may write there',
    );
  }
  const median = times.sort((a, b) => a - b)[tries >> 1] ?? 0;
  const said = `a commit takes ${median.toFixed(median < 10 ? 1 : 0)} ms here`;
  const todo = 'acknowledgements wait for it: use a local SSD, and see what else writes to this disk';
  if (median > tooSlowMs) return problem(said, todo);
  return median > slowMs ? warning(said, todo) : fine(said);
}

const inMegabytes = (bytes: number): string => (bytes / 2 ** 20).toFixed(0);
