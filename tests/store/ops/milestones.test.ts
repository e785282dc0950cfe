import { DatabaseSync } from 'node:sqlite';
import { Kysely } from 'kysely';
import { describe, expect, it } from 'vitest';
import { day, epochMs, plus, type TaskId } from '#model/brand.ts';
import { taskStates } from '#model/task.ts';
import { type MilestoneQuery, milestones } from '#model/task-milestones.ts';
import { taskMilestones } from '#store/ops/migrations/009-task-milestones.ts';
import { checksAndRatings } from '#store/ops/migrations/012-checks-and-ratings.ts';
import { NodeSqliteDialect } from '#store/ops/sqlite-dialect.ts';
import { fits } from '#tasks/indicators/fits.ts';
import { liveThrough } from '#tests/api/support/lived-month.ts';
import { disposableStore } from '#tests/store/ops/support/disposable-store.ts';
import { task } from '#tests/store/ops/support/samples.ts';
import { fc } from '#tests/support/properties.ts';

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
    checkedInTime: flag,
    ratedLow: flag,
    openAt: time,
    overdueAt: time,
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
    const db = new Kysely({ dialect: new NodeSqliteDialect(connection) });
    for (const what of ['verify', 'close']) connection.exec(`alter table tasks drop column ${what}_by`);
    for (const migration of [taskMilestones, checksAndRatings]) await migration.up(db);
    expect([rows('task_milestones'), rows('task_calls')]).toEqual(kept);
    connection.close();
  });

  it('say of what is overdue now the same as the list of what is', async () => {
    await using store = await lived();
    const listed = (filter: Parameters<typeof store.reader.tasks>[0]) =>
      store.reader.tasks(filter, { limit: 1_000, history: 1 }).items.map(({ id }) => id);
    const now = plus(from, 90 * day);
    // Those that wait for somebody to take them have a limit left of their life before in this store, as no desk leaves them.
    for (const state of [
      'reported',
      'verifying',
      'accepted',
      'in-progress',
      'feedback',
      'suspended',
    ] as const) {
      const late = listed({ states: [state], overdueAt: now });
      expect(listed({ states: [state], milestones: { overdueAt: now } }), state).toEqual(late);
      expect(late.length > 0, state).toBe(listed({ states: [state] }).length > 0 && state !== 'suspended');
    }
    expect(listed({ states: ['feedback'], overdueAt: now }).length).toBeGreaterThan(0);
    expect(listed({ states: ['verifying'], overdueAt: now }).length).toBeGreaterThan(0);
  });

  it('know a rating of what was merged, whose state stays as it is, and the last of several', async () => {
    await using store = await disposableStore();
    const id = 't-merged' as TaskId;
    const rate = (rating: number, at: number) =>
      store.writer.appendHistory(id, {
        at: epochMs(at),
        actor: 'resident',
        action: 'evaluate',
        from: 'void',
        to: 'void',
        comment: null,
        reason: null,
        because: [{ code: 'rated', rating }],
      });
    store.writer.putTask(task(id, { state: 'void' }));
    rate(1, from);
    rate(4, from + 1);
    const [known] = store.reader.milestones(store.reader.figureTasks({ from, to }));
    expect(known).toMatchObject({ task: id, ratedAt: from + 1, rating: 4 });
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
        fits(task, { due: scope }) ||
        fits(task, { check: scope }) ||
        fits(task, { rated: scope }),
    );
    const found = store.reader.milestones(store.reader.figureTasks(scope));
    expect(found.map(({ task }) => task).sort()).toEqual(expected.map(({ task }) => task).sort());
    expect(found.length).toBeLessThan(all.length);
  });
});
