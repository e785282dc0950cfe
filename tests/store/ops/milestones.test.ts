import { DatabaseSync } from 'node:sqlite';
import fc from 'fast-check';
import { Kysely } from 'kysely';
import { describe, expect, it } from 'vitest';
import { day, epochMs, plus } from '#model/brand.ts';
import { taskStates } from '#model/task.ts';
import { type MilestoneQuery, milestones } from '#model/task-milestones.ts';
import { taskMilestones } from '#store/ops/migrations/009-task-milestones.ts';
import { NodeSqliteDialect } from '#store/ops/sqlite-dialect.ts';
import { fits } from '#tasks/indicators/fits.ts';
import { liveThrough } from '#tests/api/support/lived-month.ts';
import { disposableStore } from '#tests/store/ops/support/disposable-store.ts';

const from = epochMs(Date.parse('2026-03-01T00:00:00Z'));
const to = plus(from, 20 * day);
const lived = async () => {
  const store = await disposableStore();
  store.writer.begin();
  liveThrough(store.writer, { count: 200, from, to, seed: 3 });
  store.writer.commit();
  return store;
};

const time = fc.integer({ min: from, max: plus(to, 5 * day) }).map(epochMs);
const span = fc.record({ from: time, to: time }, { requiredKeys: [] });
const flag = fc.boolean();
const query = fc.record(
  {
    ...Object.fromEntries(milestones.map((each) => [each, span])),
    filed: flag,
    inTime: flag,
    reworked: flag,
    suspended: flag,
    openAt: time,
    states: fc.subarray([...taskStates]),
  },
  { requiredKeys: [] },
) as fc.Arbitrary<MilestoneQuery>;

describe('the milestones of tasks', () => {
  it('are asked for by the same words in SQL and in code', async () => {
    await using store = await lived();
    const all = store.reader.milestones(
      store.reader.figureTasks({ from: epochMs(0), to: plus(to, 90 * day) }),
    );
    expect(all).toHaveLength(200);
    fc.assert(
      fc.property(query, (asked) => {
        const listed = store.reader.tasks({ milestones: asked }, { limit: 1_000, history: 1 }).items;
        expect(listed.map(({ id }) => id).sort()).toEqual(
          all.flatMap((task) => (fits(task, asked) ? [task.task] : [])).sort(),
        );
      }),
      { numRuns: 200 },
    );
  });

  it('are the same whether they were kept up or worked out at once, as in a store of before', async () => {
    await using store = await lived();
    const connection = new DatabaseSync(store.path);
    const rows = (table: string) => connection.prepare(`select * from ${table} order by 1, 2, 3`).all();
    const kept = [rows('task_milestones'), rows('task_calls')];
    for (const trigger of [
      'milestones_follow_history',
      'milestones_follow_tasks',
      'calls_of_new_tasks',
      'calls_of_tasks',
    ])
      connection.exec(`drop trigger ${trigger}`);
    connection.exec('drop table task_milestones; drop table task_calls');
    await taskMilestones.up(new Kysely({ dialect: new NodeSqliteDialect(connection) }));
    expect([rows('task_milestones'), rows('task_calls')]).toEqual(kept);
    connection.close();
  });

  it('of a part of the time are those that were open or due in it', async () => {
    await using store = await lived();
    const scope = { from: plus(from, 4 * day), to: plus(from, 5 * day) };
    const all = store.reader.milestones(
      store.reader.figureTasks({ from: epochMs(0), to: plus(to, 90 * day) }),
    );
    const expected = all.filter(
      (task) =>
        (task.createdAt < scope.to && (task.endedAt === null || task.endedAt >= scope.from)) ||
        fits(task, { due: scope }),
    );
    const found = store.reader.milestones(store.reader.figureTasks(scope));
    expect(found.map(({ task }) => task).sort()).toEqual(expected.map(({ task }) => task).sort());
    expect(found.length).toBeLessThan(all.length);
  });
});
