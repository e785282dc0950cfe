import { describe, expect, it } from 'vitest';
import { PhotoKeeper } from '#app/photo-keeper.ts';
import { day, epochMs, type TaskId } from '#model/brand.ts';
import type { Command } from '#model/command.ts';
import { openOpsInMemory } from '#store/ops/in-memory.ts';
import { Demo } from '#tests/tasks/support/demo.ts';

const now = epochMs(Date.parse('2026-11-23T04:00:00Z'));
const silent = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };

/** A task in the real tables, open or not, with a photo of so many days ago. */
async function storeWith(photos: readonly { id: string; isOver: boolean; daysAgo: number }[]) {
  const { reader, writer } = await openOpsInMemory({ quarantineKey: new Uint8Array(32) });
  const demo = new Demo();
  for (const { daysAgo, id, isOver } of photos) {
    const row = demo.store.tasks.get(demo.raise('smoke-alarm', { key: id }).id);
    if (!row) throw new Error('no task');
    const task = `t-${id}` as TaskId;
    writer.putTask({ ...row, id: task, state: isOver ? 'closed' : 'accepted' });
    writer.reports.putPhoto({ id, task, kind: 'report', by: null, at: epochMs(now - daysAgo * day) });
  }
  return { reader, writer };
}

describe('the time of photos', () => {
  it('is over so many days after they were taken, when their task is: it forgets them, then the file goes', async () => {
    const { reader, writer } = await storeWith([
      { id: 'old', isOver: true, daysAgo: 181 },
      { id: 'young', isOver: true, daysAgo: 179 },
      { id: 'open', isOver: false, daysAgo: 400 },
    ]);
    const files = new Set(['old', 'young', 'open', 'orphan']);
    const keeper = new PhotoKeeper({
      core: {
        reader,
        now: () => now,
        execute: async (_actor, command: Command) => {
          if (command.name === 'forget-photos') for (const id of command.ids) writer.reports.dropPhoto(id);
        },
      },
      photos: {
        sweep: async (_before, isNamed) => {
          for (const id of files) if (!isNamed(id)) files.delete(id);
          return 0;
        },
      },
      keepDays: 180,
      log: silent,
    });
    await keeper.look();
    expect([...files].sort()).toEqual(['open', 'young']);
    writer.close();
  });

  it('is looked at again when it could not be', async () => {
    const { reader, writer } = await storeWith([{ id: 'old', isOver: true, daysAgo: 181 }]);
    const said: unknown[] = [];
    const keeper = new PhotoKeeper({
      core: { reader, now: () => now, execute: () => Promise.reject(new Error('the engine is busy')) },
      photos: { sweep: async () => 0 },
      keepDays: 180,
      log: { ...silent, error: (fields) => said.push(fields) },
    });
    await keeper.look();
    expect(said).toEqual([{ error: 'the engine is busy' }]);
    writer.close();
  });
});
