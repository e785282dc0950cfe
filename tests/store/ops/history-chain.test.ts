import { DatabaseSync } from 'node:sqlite';
import { describe, expect, it } from 'vitest';
import { epochMs, type TaskId } from '#model/brand.ts';
import { chainHash, chainStart } from '#model/history-chain.ts';
import type { TaskHistoryEntry } from '#model/task.ts';
import { OpsExamination } from '#store/ops/examination.ts';
import { disposableStore } from '#tests/store/ops/support/disposable-store.ts';
import { entry, task } from '#tests/store/ops/support/samples.ts';
import { fc } from '#tests/support/properties.ts';

const words = fc.string({ unit: 'grapheme', maxLength: 20 });
const said = fc.record({
  at: fc.nat().map(epochMs),
  actor: words,
  action: words,
  comment: fc.option(words),
  reason: fc.option(words),
  because: fc.option(fc.constant([{ code: 'returned' }] as const), { nil: undefined }),
});
/** Entries that keep the task in one state: other checks look at those. */
const entryOf = (
  { because, ...fields }: typeof said extends fc.Arbitrary<infer T> ? T : never,
  index: number,
) =>
  entry({
    ...fields,
    from: index === 0 ? null : 'dispatched',
    to: 'dispatched',
    ...(because === undefined ? {} : { because }),
  }) satisfies TaskHistoryEntry;

async function storeWith(histories: readonly (readonly TaskHistoryEntry[])[]) {
  const ops = await disposableStore();
  ops.writer.begin();
  histories.forEach((entries, index) => {
    ops.writer.putTask(task(`t-${index}`));
    for (const each of entries) ops.writer.appendHistory(`t-${index}` as TaskId, each);
  });
  ops.writer.commit();
  return ops;
}

function broken(path: string): readonly string[] {
  using examination = OpsExamination.open(path);
  return examination.brokenHistories();
}

/** By hand, as somebody would who has the file. */
function tamper(path: string, statement: string): void {
  using connection = new DatabaseSync(path);
  connection.exec(
    `drop trigger task_history_keeps_its_rows; drop trigger task_history_keeps_its_words; ${statement}`,
  );
}

describe('the chain of a history', () => {
  it('holds for whatever was written, and any word that is changed later is found where it stands', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.array(said, { minLength: 2, maxLength: 5 }), { minLength: 1, maxLength: 3 }),
        fc.constantFrom(
          'at = at + 1',
          "actor = actor || '.'",
          "comment = 'nothing'",
          'reason = null',
          'because = null',
          `hash = '${'0'.repeat(64)}'`,
        ),
        fc.nat(),
        async (histories, change, where) => {
          await using ops = await storeWith(histories.map((entries) => entries.map(entryOf)));
          expect(broken(ops.path)).toEqual([]);
          const [task] = ['t-0'];
          const n = (where % (histories[0]?.length ?? 1)) + 1;
          tamper(ops.path, '');
          using connection = new DatabaseSync(ops.path);
          const before = connection
            .prepare('select * from task_history where task = ? and n = ?')
            .get(task, n);
          connection.exec(`update task_history set ${change} where task = '${task}' and n = ${n}`);
          const after = connection
            .prepare('select * from task_history where task = ? and n = ?')
            .get(task, n);
          const isChanged = JSON.stringify(before) !== JSON.stringify(after);
          expect(broken(ops.path)).toEqual(
            isChanged ? [`task ${task}, entry ${n} of its history is not what was written`] : [],
          );
        },
      ),
      { numRuns: 40 },
    );
  });

  it('misses entries that are taken from its end, also those that leave the state as it was', async () => {
    await using ops = await storeWith([
      [entry(), entry({ from: 'filed', to: 'dispatched' }), entry({ from: 'dispatched', to: 'dispatched' })],
    ]);
    tamper(ops.path, 'delete from task_history where n = 3');
    expect(broken(ops.path)).toEqual(['task t-0 misses entries at the end of its history: it had 3']);
  });

  it('is what the docs say, so that anybody can count it again', async () => {
    const because = [{ code: 'returned' }] as const;
    const entries = [entry({ at: epochMs(5) }), entry({ from: 'filed', to: 'dispatched', because })];
    await using ops = await storeWith([entries]);
    const [first, second] = entries.map(({ at, actor, action, from, to, comment, reason }, index) => ({
      task: 't-0',
      n: index + 1,
      at,
      actor,
      action,
      from,
      to,
      comment,
      reason,
      because: index === 0 ? null : JSON.stringify(because),
    }));
    if (!first || !second) throw new Error('no entries');
    expect(ops.reader.historyHash('t-0' as TaskId)).toBe(chainHash(chainHash(chainStart, first), second));
    expect(ops.reader.historyHash('t-9' as TaskId)).toBeUndefined();
  });
});
