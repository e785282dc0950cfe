import { DatabaseSync } from 'node:sqlite';
import { describe, expect, it } from 'vitest';
import type { TaskId } from '#model/brand.ts';
import { disposableStore } from '#tests/store/ops/support/disposable-store.ts';
import { at, entry, task } from '#tests/store/ops/support/samples.ts';

describe('what is append-only', () => {
  it('refuses every change and every removal, by whichever connection', async () => {
    await using ops = await disposableStore();
    ops.writer.putTask(task('t-1'));
    ops.writer.appendHistory('t-1' as TaskId, entry());
    ops.writer.audit({ at, actor: 'admin', action: 'change', target: 'device/d-1', detail: null });
    using other = new DatabaseSync(ops.path);
    other.exec('pragma recursive_triggers = on');
    for (const statement of [
      `update task_history set actor = 'nobody'`,
      'delete from task_history',
      `insert or replace into task_history (task, n, at, actor, action, to_state, hash)
       values ('t-1', 1, 0, 'nobody', 'file', 'filed', '${'0'.repeat(64)}')`,
      `update audit set actor = 'nobody'`,
      'delete from audit',
      `insert or replace into audit (seq, at, actor, action, target) values (1, 0, 'nobody', '', '')`,
    ])
      expect(() => other.exec(statement), statement).toThrow(/append-only/);
    expect(ops.reader.task('t-1')?.history).toEqual([entry()]);
    expect(ops.reader.auditTrail({ limit: 5 }).items).toEqual([
      { seq: 1, at, actor: 'admin', action: 'change', target: 'device/d-1', detail: null },
    ]);
  });

  it('lists the audit trail newest first, page by page', async () => {
    await using ops = await disposableStore();
    for (const target of ['a', 'b', 'c'])
      ops.writer.audit({ at, actor: 'admin', action: 'change', target, detail: null });
    const first = ops.reader.auditTrail({ limit: 2 });
    expect(first.items.map(({ target }) => target)).toEqual(['c', 'b']);
    const rest = ops.reader.auditTrail({ limit: 2, cursor: first.next ?? '' });
    expect([rest.items.map(({ target }) => target), rest.next]).toEqual([['a'], null]);
  });
});
