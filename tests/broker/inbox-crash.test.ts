import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { InboxReader } from '#broker/inbox/inbox-reader.ts';
import { InboxWriter } from '#broker/inbox/inbox-writer.ts';
import { position } from '#model/brand.ts';
import { inboxKey, numbered, numberOf, temporaryDirectory } from '#tests/broker/support/records.ts';

const appender = fileURLToPath(new URL('./support/appender.ts', import.meta.url));

/** Runs the appender until `enough` says so of its lines, and answers them. */
async function linesOf(
  child: ChildProcess,
  enough: (lines: readonly string[]) => boolean,
): Promise<string[]> {
  const lines: string[] = [];
  if (!child.stdout) throw new Error('the appender has no stdout');
  for await (const line of createInterface({ input: child.stdout })) {
    lines.push(line);
    if (enough(lines)) child.kill('SIGKILL');
  }
  return lines;
}

function everything(directory: string): Map<number, number> {
  const reader = InboxReader.open({ directory, key: inboxKey });
  const found = new Map<number, number>();
  for (;;) {
    const portion = reader.read(position(found.size), 1_000);
    if (portion.length === 0) break;
    for (const { position: at, record } of portion)
      found.set(at, record.type === 'message' ? numberOf(record) : Number.NaN);
  }
  reader.close();
  return found;
}

describe('the inbox after kill -9', () => {
  it('holds every append that was resolved, at its position, without gaps, and goes on behind it', async () => {
    using directory = temporaryDirectory();
    const resolved = new Map<number, number>();
    for (const enoughLines of [30, 400, 1_500, 777]) {
      const child = spawn(process.execPath, [appender, directory.path], {
        stdio: ['ignore', 'pipe', 'inherit'],
      });
      for (const line of await linesOf(child, (lines) => lines.length >= enoughLines)) {
        const [at, number] = line.split(' ').map(Number);
        resolved.set(at ?? Number.NaN, number ?? Number.NaN);
      }
      const stored = everything(directory.path);
      for (const [at, number] of resolved) expect(stored.get(at)).toBe(number);
      expect([...stored.keys()]).toEqual(Array.from({ length: stored.size }, (_, index) => index + 1));
    }
    const writer = InboxWriter.open({ directory: directory.path, key: inboxKey });
    expect(await writer.append(numbered(1))).toBe(everything(directory.path).size);
    expect(writer.stats.segments).toBeGreaterThan(2);
    await writer.close();
  });
});

describe('the inbox on a disk without room', () => {
  it.skipIf(process.platform !== 'linux')(
    'rejects what is not on disk, leaves no gap, and takes appends again when there is room',
    async () => {
      using directory = temporaryDirectory();
      // The soft limit of a file's size stands for the full disk; it can be lifted from outside while the process runs.
      const child = spawn(
        'sh',
        ['-c', 'ulimit -S -f 512; exec "$0" "$@"', process.execPath, appender, directory.path, '100000000'],
        { stdio: ['ignore', 'pipe', 'inherit'] },
      );
      let isLifted = false;
      let after = 0;
      const lines = await linesOf(child, (soFar) => {
        const line = soFar.at(-1) ?? '';
        if (line.startsWith('failed') && !isLifted) {
          isLifted = true;
          execFileSync('prlimit', ['--pid', String(child.pid), '--fsize=unlimited']);
        }
        if (isLifted && !line.startsWith('failed')) after++;
        return after >= 100;
      });
      if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
      const failed = lines.filter((line) => line.startsWith('failed'));
      expect(failed.length).toBeGreaterThan(0);
      expect(failed.every((line) => line.endsWith('disk-full'))).toBe(true);
      const stored = everything(directory.path);
      for (const line of lines.filter((entry) => !entry.startsWith('failed'))) {
        const [at = 0, number] = line.split(' ').map(Number);
        expect(stored.get(at)).toBe(number);
      }
    },
  );
});
