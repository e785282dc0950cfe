import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { epochMs, position, type TaskId } from '#model/brand.ts';
import { openOpsReader } from '#store/ops/open-reader.ts';
import { openOpsWriter } from '#store/ops/open-writer.ts';
import { disposableDirectory, quarantineKey } from '#tests/store/ops/support/disposable-store.ts';

const endlessWriter = fileURLToPath(new URL('./support/endless-writer.ts', import.meta.url));

/** Lets it write until `transactions` are said to be committed, kills it, answers with the last that was said. */
async function writeAndKill(path: string, transactions: number): Promise<number> {
  const child = spawn(process.execPath, [endlessWriter, path], { stdio: ['ignore', 'pipe', 'inherit'] });
  const gone = once(child, 'exit');
  let last = 0;
  let said = 0;
  for await (const line of createInterface({ input: child.stdout })) {
    last = Number(line);
    said += 1;
    if (said === transactions) child.kill('SIGKILL');
  }
  await gone;
  return last;
}

describe('a process that is killed while it writes', () => {
  it('leaves every transaction that it said was committed, each whole, and none in part', async () => {
    using directory = disposableDirectory();
    const path = join(directory.path, 'ops.db');
    let said = 0;
    for (const transactions of [1, 37, 400]) {
      said = await writeAndKill(path, transactions);
      const writer = await openOpsWriter(path, { quarantineKey });
      const reader = openOpsReader(path);
      const committed = writer.position();
      expect(committed).toBeGreaterThanOrEqual(said);
      expect(committed).toBeLessThanOrEqual(said + 1);
      expect(reader.counts(epochMs(0))).toMatchObject({
        alarmsActive: { critical: committed },
        tasksOpen: { dispatched: committed },
      });
      expect(reader.historyBacklog()).toBe(committed);
      expect(reader.historyBatchesAfter(position(0), 10_000).at(-1)?.position).toBe(committed);
      for (let n = 1; n <= committed; n += 1)
        expect(writer.history(`t-${n}` as TaskId).map(({ to }) => to)).toEqual(['filed', 'dispatched']);
      reader.close();
      writer.close();
    }
    expect(said).toBeGreaterThan(400);
  });
});
