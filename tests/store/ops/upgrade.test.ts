import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { Kysely } from 'kysely';
import { Migrator } from 'kysely/migration';
import { expect, it } from 'vitest';
import { epochMs, type PlaceId, type TaskId } from '#model/brand.ts';
import { OpsExamination } from '#store/ops/examination.ts';
import { spine } from '#store/ops/migrations/001-spine.ts';
import { openOpsWriter } from '#store/ops/open-writer.ts';
import { applicationId } from '#store/ops/schema-version.ts';
import { NodeSqliteDialect } from '#store/ops/sqlite-dialect.ts';
import { disposableDirectory, quarantineKey } from '#tests/store/ops/support/disposable-store.ts';
import { entry, task } from '#tests/store/ops/support/samples.ts';

/** A store as the first version made it. */
async function firstStore(path: string): Promise<DatabaseSync> {
  const connection = new DatabaseSync(path);
  const db = new Kysely<unknown>({ dialect: new NodeSqliteDialect(connection) });
  const getMigrations = () => Promise.resolve({ '001-spine': spine });
  const { error } = await new Migrator({ db, provider: { getMigrations } }).migrateToLatest();
  if (error !== undefined) throw error;
  connection.exec(`pragma application_id = ${applicationId}; pragma user_version = 1`);
  return connection;
}

it('a store of the first version keeps its events and their numbers, and takes commands to devices', async () => {
  using directory = disposableDirectory();
  const path = join(directory.path, 'ops.db');
  const old = await firstStore(path);
  old.exec(
    `insert into events (seq, topic, at, place, body) values (5, 'alarms', 1, 'b1', '{"a":1}'),
       (6, 'tasks', 2, 'b1', '{}'), (7, 'tasks', 3, 'b1', '{}');
     delete from events where seq = 7`,
  );
  old.close();
  const writer = await openOpsWriter(path, { quarantineKey });
  expect(writer.emittedSince(0)).toEqual([
    { seq: 5, topic: 'alarms', at: 1, place: 'b1', body: { a: 1 } },
    { seq: 6, topic: 'tasks', at: 2, place: 'b1', body: {} },
  ]);
  writer.emit({ topic: 'device-commands', at: epochMs(4), place: 'b1' as PlaceId, body: {} });
  // A number never comes twice, not even that of an event that is gone.
  expect(writer.lastEventSeq()).toBe(8);
  expect(writer.deviceCommands.nextExpiry()).toBeUndefined();
  writer.close();
});

it('a store of the first version keeps what its histories say, and takes reasons as data from then on', async () => {
  using directory = disposableDirectory();
  const path = join(directory.path, 'ops.db');
  const old = await firstStore(path);
  const { join: _join, ...body } = task('t-1');
  old.prepare('insert into tasks (id, body) values (?, ?)').run('t-1', JSON.stringify(body));
  old.exec(
    `insert into task_history (task, n, at, actor, action, from_state, to_state, comment, reason)
       values ('t-1', 1, 1, 'rule:smoke-alarm', 'file', null, 'filed', null, 'alarm a-1')`,
  );
  old.close();
  const writer = await openOpsWriter(path, { quarantineKey });
  const id = 't-1' as TaskId;
  const because = [
    { code: 'on-duty', role: 'grid-worker', place: 'g1', from: '08:00', to: '20:00' },
  ] as const;
  writer.begin();
  writer.appendHistory(id, entry({ action: 'dispatch', from: 'filed', to: 'dispatched', because }));
  writer.commit();
  const [first, second] = writer.history(id);
  expect(first).toEqual(entry({ at: epochMs(1), reason: 'alarm a-1' }));
  expect(second).toMatchObject({ because });
  // What was there was chained as it stood, and what came later to it.
  using examination = OpsExamination.open(path);
  expect(examination.brokenHistories()).toEqual([]);
  writer.close();
});

it('a store of the first version begins the history of its rules with what stands, and who put it', async () => {
  using directory = disposableDirectory();
  const path = join(directory.path, 'ops.db');
  const old = await firstStore(path);
  old.exec(
    `insert into resources (resource, id, version, body, updated_at) values
       ('rule', 'as-installed', 1, '{"when":"value"}', 5), ('rule', 'deleted', 2, null, 6),
       ('rule', 'edited', 2, '{"when":"true"}', 7), ('rule', 'own', 1, '{}', 8), ('place', 'b3', 1, '{}', 8);
     insert into audit (at, actor, action, target, detail) values
       (5, 'system', 'change', 'rule as-installed', 'put: the rule library'),
       (5, 'system', 'change', 'rule edited', 'put: the rule library'),
       (6, 'admin', 'change', 'rule deleted', 'delete: delete rule deleted'),
       (7, 'admin', 'change', 'rule edited', 'put: set rule edited')`,
  );
  old.close();
  const writer = await openOpsWriter(path, { quarantineKey });
  const last = (rule: string) => writer.lastRuleVersions(rule, 9);
  expect(last('as-installed')).toEqual([
    {
      rule: 'as-installed',
      version: 1,
      at: 5,
      actor: 'library',
      origin: 'library',
      reason: 'before versions were kept',
      source: { when: 'value' },
    },
  ]);
  expect(last('edited')).toMatchObject([{ version: 2, actor: 'admin', origin: 'api' }]);
  expect(last('deleted')).toMatchObject([{ version: 2, actor: 'admin', source: null }]);
  expect(last('own')).toMatchObject([{ version: 1, actor: 'system', origin: 'api' }]);
  expect(last('b3')).toEqual([]);
  writer.close();
});

it('a store of the first version looks at every open task once when it goes on', async () => {
  using directory = disposableDirectory();
  const path = join(directory.path, 'ops.db');
  const old = await firstStore(path);
  const put = old.prepare('insert into tasks (id, body) values (?, ?)');
  put.run('t-1', JSON.stringify(task('t-1')));
  put.run('t-2', JSON.stringify({ ...task('t-2'), state: 'closed' }));
  old.exec(`insert into progress (name, value) values ('engine-now', 77)`);
  old.close();
  const writer = await openOpsWriter(path, { quarantineKey });
  expect(writer.allTimers()).toEqual([{ id: 'deadline:t-1', due: 77, kind: 'deadline', ref: 't-1' }]);
  writer.close();
});

it('a store of the first version keeps what the engine remembers, and what others put beside it', async () => {
  using directory = disposableDirectory();
  const path = join(directory.path, 'ops.db');
  const old = await firstStore(path);
  old.exec(
    `insert into state (component, key, state) values ('engine', 'now', '7'), ('ingest', 'd-1', '{"untimed":7}'),
       ('rules', 'd-1', '{"watches":{}}'), ('rules', '.engine', '{"now":7}'), ('other', 'd-1', 'mine')`,
  );
  old.close();
  const writer = await openOpsWriter(path, { quarantineKey });
  writer.memory.settle();
  expect([...writer.memory.of('engine')]).toEqual([['now', '7']]);
  expect([...writer.memory.of('ingest')]).toEqual([['d-1', '{"untimed":7}']]);
  const rules = [
    ['.engine', '{"now":7}'],
    ['d-1', '{"watches":{}}'],
  ];
  expect([...writer.memory.of('rules')]).toEqual(rules);
  expect([...writer.state('rules')]).toEqual([]);
  expect([...writer.state('other')]).toEqual([['d-1', 'mine']]);
  writer.close();
});
