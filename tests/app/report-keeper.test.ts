import { describe, expect, it } from 'vitest';
import { ReportKeeper } from '#app/report-keeper.ts';
import { day, epochMs, type TaskId } from '#model/brand.ts';
import type { Command } from '#model/command.ts';
import { openOpsInMemory } from '#store/ops/in-memory.ts';
import { entry, task } from '#tests/store/ops/support/samples.ts';

const now = epochMs(Date.parse('2026-11-23T04:00:00Z'));
const silent = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };

/** Reports in the real tables, whose tasks ended so many days ago; null: they have not. */
async function storeWith(ended: Readonly<Record<string, number | null>>) {
  const { reader, writer } = await openOpsInMemory({ quarantineKey: new Uint8Array(32) });
  for (const [name, daysAgo] of Object.entries(ended)) {
    const id = name as TaskId;
    const at = epochMs(now - 500 * day);
    writer.putTask(task(id, { state: daysAgo === null ? 'accepted' : 'rejected', createdAt: at }));
    writer.appendHistory(id, entry({ action: 'report', from: null, to: 'reported', at }));
    const end = epochMs(now - (daysAgo ?? 0) * day);
    if (daysAgo !== null)
      writer.appendHistory(id, entry({ action: 'reject', from: 'reported', to: 'rejected', at: end }));
    writer.reports.put({
      codeHash: name,
      task: id,
      category: 'fire',
      place: 'b3',
      channel: 'web',
      said: name,
      at,
    });
  }
  return { reader, writer };
}

describe('the time of what residents left', () => {
  it('is over so many days after their task was: first of the number, then of the words, once each', async () => {
    const { reader, writer } = await storeWith({ open: null, young: 89, old: 91, oldest: 366 });
    const asked: string[] = [];
    const keeper = new ReportKeeper({
      core: {
        reader,
        now: () => now,
        execute: async (_actor, command: Command) => {
          if (command.name !== 'forget-reports') throw new Error(command.name);
          for (const id of command.tasks) {
            asked.push(`${command.part} of ${id}`);
            writer.reports.forgot(id, command.part);
          }
        },
      },
      keepDays: { phone: 90, words: 365 },
      log: silent,
    });
    await keeper.look();
    expect(asked.toSorted()).toEqual(['phone of old', 'phone of oldest', 'words of oldest']);
    await keeper.look();
    expect(asked).toHaveLength(3);
    writer.close();
  });

  it('is looked at again when it could not be', async () => {
    const { reader, writer } = await storeWith({ old: 91 });
    const said: unknown[] = [];
    const keeper = new ReportKeeper({
      core: { reader, now: () => now, execute: () => Promise.reject(new Error('the engine is busy')) },
      keepDays: { phone: 90, words: 365 },
      log: { ...silent, error: (fields) => said.push(fields) },
    });
    await keeper.look();
    expect(said).toEqual([{ error: 'the engine is busy' }]);
    writer.close();
  });
});
