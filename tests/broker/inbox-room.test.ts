import { statSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { InboxReader } from '#broker/inbox/inbox-reader.ts';
import { InboxWriter, type InboxWriterOptions } from '#broker/inbox/inbox-writer.ts';
import type { Room, Urgency } from '#broker/ports.ts';
import { position } from '#model/brand.ts';
import { inboxKey, numbered, numberOf } from '#tests/broker/support/records.ts';
import { canMount, type SmallDisk, smallDisk } from '#tests/support/small-disk.ts';
import { temporaryDirectory } from '#tests/support/temporary-directory.ts';

const megabyte = 2 ** 20;
const open: InboxWriter[] = [];
afterEach(async () => {
  for (const writer of open.splice(0)) await writer.close();
});

/** An inbox on a disk of its own; mark and reserve are 5 % of it. */
function begin(disk: SmallDisk, options: Partial<InboxWriterOptions> = {}) {
  const changes: Room[] = [];
  const directory = join(disk.path, 'inbox');
  const writer = InboxWriter.open({
    directory,
    key: inboxKey,
    reserveBytes: 64 * megabyte,
    onRoom: ({ state }) => changes.push(state),
    ...options,
  });
  open.push(writer);
  return { writer, changes, directory, reserve: join(directory, 'reserve') };
}
const outcome = (append: Promise<number>) =>
  append.then(
    (at) => at,
    (error: { code: string }) => error.code,
  );
function everything(directory: string): number[] {
  const reader = InboxReader.open({ directory, key: inboxKey });
  const found = reader.read(position(0), 100_000).map(({ record }) => numberOf(record as never));
  reader.close();
  return found;
}
/** Until the reserve is whole, looking again and again as the timer would. */
async function reserveMade(writer: InboxWriter, bytes: number) {
  await expect.poll(() => writer.look().reserveBytes).toBe(bytes);
}

describe.skipIf(!canMount)('an inbox whose disk fills', () => {
  it('takes only what is vital below the mark, and all again when there is room', async () => {
    using disk = smallDisk(64);
    const { changes, directory, writer } = begin(disk);
    const mark = Math.floor(0.05 * 64 * megabyte);
    await reserveMade(writer, mark);
    expect(await outcome(writer.append(numbered(1)))).toBe(1);
    disk.fill(mark - 100_000);
    expect(writer.look()).toMatchObject({
      state: 'tight',
      reason: expect.stringMatching(/MB of the disk are free/),
    });
    expect(await outcome(writer.append(numbered(2)))).toBe('disk-full');
    expect(await outcome(writer.append(numbered(3), 'vital'))).toBe(2);
    // A little more than the mark is not enough to go on, or the state would flutter.
    disk.giveBack(300_000);
    expect(writer.look().state).toBe('tight');
    disk.giveBack();
    expect(writer.look().state).toBe('ample');
    expect(await outcome(writer.append(numbered(4)))).toBe(3);
    expect(changes).toEqual(['tight', 'ample']);
    expect(everything(directory)).toEqual([1, 3, 4]);
  });

  it('is closed without waiting for a large reserve to be made', async () => {
    using disk = smallDisk(2_000);
    const { reserve, writer } = begin(disk, { reserveBytes: 100 * megabyte });
    writer.look();
    await writer.close();
    expect(statSync(reserve, { throwIfNoEntry: false })?.size ?? 0).toBeLessThan(100 * megabyte);
  });

  it('writes what is vital into the reserve when somebody takes the last byte', async () => {
    using disk = smallDisk(64);
    const { changes, directory, reserve, writer } = begin(disk);
    await reserveMade(writer, Math.floor(0.05 * 64 * megabyte));
    const whole = statSync(reserve).size;
    disk.fill();
    expect(disk.free()).toBe(0);
    const appends: [number, Urgency][] = [];
    for (let number = 1; number <= 300; number++)
      appends.push([number, number % 3 === 0 ? 'vital' : 'ordinary']);
    const written: number[] = [];
    for (const [number, urgency] of appends) {
      const at = await outcome(writer.append(numbered(number, 500), urgency));
      if (typeof at === 'number') written.push(number);
      else expect(at).toBe('disk-full');
      if (urgency === 'vital') expect(at, `${number}`).toBeTypeOf('number');
    }
    // Those before the first failure had room in the files that were there.
    expect(written.length).toBeLessThan(200);
    expect(statSync(reserve).size).toBeLessThan(whole);
    expect(statSync(reserve).size).toBeGreaterThan(whole / 2);
    expect(changes).toEqual(['tight']);
    expect(everything(directory)).toEqual(written);
    disk.giveBack();
    await reserveMade(writer, whole);
    expect(writer.look().state).toBe('ample');
    expect(await outcome(writer.append(numbered(301)))).toBe(written.length + 1);
  });

  it('begins a new segment, so that the old one can be trimmed, as soon as there is room for one', async () => {
    using disk = smallDisk(64);
    const { writer } = begin(disk);
    await reserveMade(writer, Math.floor(0.05 * 64 * megabyte));
    await writer.append(numbered(1, 200_000));
    disk.fill();
    expect(writer.look().state).toBe('tight');
    expect(writer.stats.segments).toBe(1);
    const next = async () => {
      // What is vital is given room by the reserve, and a new segment may have some of it.
      await writer.append(numbered(2, 1_000), 'vital');
      return writer.stats.segments;
    };
    await expect.poll(next, { interval: 50 }).toBe(2);
  });

  it('writes the vital part of a batch that failed as a whole', async () => {
    using disk = smallDisk(64);
    const { directory, writer } = begin(disk);
    await reserveMade(writer, Math.floor(0.05 * 64 * megabyte));
    disk.fill();
    const big = 1.5 * megabyte;
    const outcomes = await Promise.all([
      outcome(writer.append(numbered(1, big))),
      outcome(writer.append(numbered(2), 'vital')),
      outcome(writer.append(numbered(3, big))),
      outcome(writer.append(numbered(4), 'vital')),
    ]);
    expect(outcomes).toEqual(['disk-full', 1, 'disk-full', 2]);
    expect(everything(directory)).toEqual([2, 4]);
  });

  it('says that there is no room at all, acknowledges nothing, and goes on by itself', async () => {
    using disk = smallDisk(64);
    const { changes, directory, writer } = begin(disk, { reserveBytes: 0 });
    disk.fill();
    let last = 0;
    for (let number = 1; ; number++) {
      const at = await outcome(writer.append(numbered(number, 3_000), 'vital'));
      if (at === 'disk-full') break;
      last = Number(at);
    }
    expect(writer.room).toMatchObject({
      state: 'none',
      reason: expect.stringMatching(/nothing can be written/),
    });
    expect(await outcome(writer.append(numbered(0), 'vital'))).toBe('disk-full');
    expect(writer.look().state).toBe('none');
    disk.giveBack();
    expect(writer.look().state).toBe('ample');
    expect(await outcome(writer.append(numbered(last + 1)))).toBe(last + 1);
    expect(changes).toEqual(['none', 'ample']);
    expect(everything(directory)).toEqual(Array.from({ length: last + 1 }, (_, index) => index + 1));
  });
});

describe('an inbox that is held back', () => {
  it('takes only what is vital, says why, and takes all again at once', async () => {
    using directory = temporaryDirectory();
    const changes: string[] = [];
    const writer = InboxWriter.open({
      directory: join(directory.path, 'inbox'),
      key: inboxKey,
      reserveBytes: megabyte,
      onRoom: ({ reason, state }) => changes.push(`${state} ${reason}`),
    });
    open.push(writer);
    writer.holdBack('8 GB wait for history');
    expect(writer.room).toMatchObject({ state: 'tight', isHeldBack: true, reason: '8 GB wait for history' });
    expect(await outcome(writer.append(numbered(1)))).toBe('disk-full');
    expect(await outcome(writer.append(numbered(2), 'vital'))).toBe(1);
    writer.look();
    expect(writer.room.state).toBe('tight');
    writer.holdBack(null);
    expect(await outcome(writer.append(numbered(3)))).toBe(2);
    expect(changes).toEqual(['tight 8 GB wait for history', 'ample null']);
  });
});
