import { describe, expect, it } from 'vitest';
import { disposableStore } from '#tests/store/ops/support/disposable-store.ts';
import { entry, task } from '#tests/store/ops/support/samples.ts';
import { MemoryTaskStore } from '#tests/tasks/support/memory-store.ts';

describe('the tail of a history', () => {
  it('is the newest entries and the number of the older ones, in memory as in the store', async () => {
    await using store = await disposableStore();
    const memory = new MemoryTaskStore();
    const { id } = task('t-1');
    store.writer.begin();
    for (const each of [store.writer, memory]) {
      each.putTask(task('t-1'));
      each.putTask(task('t-2'));
      for (let n = 1; n <= 7; n++) each.appendHistory(id, entry({ comment: `${n}` }));
    }
    store.writer.commit();
    for (const limit of [3, 7, 50])
      expect(store.writer.historyTail(id, limit)).toEqual(memory.historyTail(id, limit));
    const { entries, omitted } = store.writer.historyTail(id, 3);
    expect([entries.map(({ comment }) => comment), omitted]).toEqual([['5', '6', '7'], 4]);
    expect(store.writer.historyTail(task('t-2').id, 3)).toEqual({ entries: [], omitted: 0 });
  });
});
