import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { existsSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { InboxReader } from '#broker/inbox/inbox-reader.ts';
import { InboxWriter } from '#broker/inbox/inbox-writer.ts';
import { position } from '#model/brand.ts';
import { GridbellError } from '#model/errors.ts';
import { inboxKey, numbered, numberOf, temporaryDirectory } from '#tests/broker/support/records.ts';
import { canMount, smallDisk } from '#tests/support/small-disk.ts';

const support = (name: string) => fileURLToPath(new URL(`./support/${name}`, import.meta.url));
const canCompile =
  process.platform === 'linux' && ['/usr/bin/cc', '/usr/bin/gcc'].some((file) => existsSync(file));

interface Disk {
  readonly library: string;
  readonly flag: string;
}
function failingDisk(directory: string): Disk {
  const library = join(directory, 'failing-disk.so');
  execFileSync('cc', ['-shared', '-fPIC', '-o', library, support('failing-disk.c'), '-ldl']);
  return { library, flag: join(directory, 'failing') };
}
function fail(disk: Disk, how: 'sync' | 'write'): void {
  writeFileSync(`${disk.flag}.new`, how);
  renameSync(`${disk.flag}.new`, disk.flag);
}
const mend = (disk: Disk): void => rmSync(disk.flag, { force: true });

/** Appends in a process of its own; `watch` sees each line as it comes. */
async function appendUntilKilled(
  { directory, disk }: { directory: string; disk: Disk },
  watch: (line: string, child: ChildProcess) => void,
): Promise<void> {
  const child = spawn(process.execPath, [support('appender.ts'), directory, '200000'], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, LD_PRELOAD: disk.library, FAILING_DISK: disk.flag },
  });
  for await (const line of createInterface({ input: child.stdout })) watch(line, child);
}

/** What stands at each position, gaps passed over. */
function everything(directory: string): Map<number, number> {
  const reader = InboxReader.open({ directory, key: inboxKey });
  const found = new Map<number, number>();
  for (let after = 0; ; ) {
    try {
      const portion = reader.read(position(after), 1_000);
      if (portion.length === 0) break;
      for (const { position: at, record } of portion) {
        expect(found.has(at)).toBe(false);
        found.set(at, record.type === 'message' ? numberOf(record) : Number.NaN);
        after = at;
      }
    } catch (error) {
      if (!(error instanceof GridbellError) || error.code !== 'not-found') throw error;
      after = Number(error.extra['next']) - 1;
    }
  }
  reader.close();
  return found;
}

describe.skipIf(!canCompile)('an inbox on a disk that fails', () => {
  it.each(['sync', 'write'] as const)(
    'acknowledges nothing while each %s fails, goes on by itself, and holds all it acknowledged after a kill',
    async (how) => {
      using directory = temporaryDirectory();
      const inbox = join(directory.path, 'inbox');
      const disk = failingDisk(directory.path);
      const resolved = new Map<number, number>();
      for (let round = 0; round < 3; round++) {
        let failures = 0;
        let phase: 'well' | 'failing' | 'well again' = 'well';
        let count = 0;
        const counting = (line: string, child: ChildProcess): void => {
          const isFailure = line.startsWith('failed');
          if (isFailure) {
            failures++;
            expect(line).toMatch(/disk-full$/);
          } else {
            count++;
            const [at = 0, number = 0] = line.split(' ').map(Number);
            expect(resolved.has(at)).toBe(false);
            resolved.set(at, number);
          }
          if (phase === 'well' && count >= 200 + 37 * round) {
            phase = 'failing';
            fail(disk, how);
          } else if (phase === 'failing' && failures >= 100) {
            phase = 'well again';
            count = 0;
            mend(disk);
          } else if (phase === 'well again' && count >= 200) child.kill('SIGKILL');
        };
        await appendUntilKilled({ directory: inbox, disk }, counting);
        expect(failures).toBeGreaterThanOrEqual(100);
        const stored = everything(inbox);
        for (const [at, number] of resolved) expect(stored.get(at), `${at}`).toBe(number);
      }
      const writer = InboxWriter.open({ directory: inbox, key: inboxKey });
      expect(writer.lastPosition).toBeGreaterThanOrEqual(Math.max(...resolved.keys()));
      await writer.close();
    },
  );
});

describe.skipIf(!canMount)('an inbox on a disk that turns read-only', () => {
  it('refuses, says so, and goes on in what it has when the disk takes writes again', async () => {
    using disk = smallDisk(64);
    const directory = join(disk.path, 'inbox');
    const rooms: string[] = [];
    const writer = InboxWriter.open({ directory, key: inboxKey, onRoom: ({ state }) => rooms.push(state) });
    expect(await writer.append(numbered(1), 'vital')).toBe(1);
    await writer.close();
    disk.readOnly(true);
    expect(() => InboxWriter.open({ directory, key: inboxKey })).toThrow(
      expect.objectContaining({ code: 'disk-full' }),
    );
    disk.readOnly(false);
    const again = InboxWriter.open({ directory, key: inboxKey });
    expect(again.findings).toEqual([]);
    expect(await again.append(numbered(2))).toBe(2);
    await again.close();
    expect(everything(directory)).toEqual(
      new Map([
        [1, 1],
        [2, 2],
      ]),
    );
  });
});
