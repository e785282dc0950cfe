import { DatabaseSync } from 'node:sqlite';
import { type Compilable, Kysely } from 'kysely';
import { numberOf } from '#bench/benchmark.ts';
import { benchCommunity } from '#bench/community.ts';
import { stopwatch } from '#model/clock.ts';
import type { OpsSchema } from '#store/ops/schema.ts';
import { NodeSqliteDialect, rowsOf } from '#store/ops/sqlite-dialect.ts';
import { prepare } from '#store/ops/statement.ts';
import { Alternatives } from './alternatives.ts';
import { choice } from './choice.ts';
import { furnish, opsIn } from './premises.ts';

const ours = 'statement kept';
type LookUp = (id: string) => unknown;

interface Ways {
  readonly kept: LookUp;
  readonly anew: LookUp;
  readonly built: LookUp;
  readonly awaited: (id: string) => Promise<unknown>;
}

export const lookUps = choice({
  name: 'look-ups',
  what: 'a look-up by id in the ops store: a prepared statement, prepared each time, Kysely',
  options: {
    devices: { default: 5_000, what: 'rows in the table' },
    'look-ups': { default: 10_000, what: 'of each way' },
  },
  measure: async (directory, options) => {
    const count = numberOf(options, 'look-ups');
    const community = benchCommunity({ senders: numberOf(options, 'devices'), detectors: 0 });
    await furnish(directory, community);
    const connection = new DatabaseSync(opsIn(directory));
    const ids = community.senders.map(({ id }) => id);
    const idAt = (index: number): string => ids[(index * 7) % ids.length] ?? '';
    const all = new Alternatives(ours);
    for (const [part, { anew, awaited, built, kept }] of Object.entries(waysOf(connection))) {
      const add = (name: string, microseconds: number): void =>
        all.add(part, name, { 'a look-up': [microseconds, 'µs'] });
      add(
        ours,
        timed(count, (index) => kept(idAt(index))),
      );
      add(
        'prepared each time',
        timed(count, (index) => anew(idAt(index))),
      );
      add(
        'Kysely, run at once',
        timed(count, (index) => built(idAt(index))),
      );
      const beganMs = stopwatch();
      for (let index = 0; index < count; index++) await awaited(idAt(index));
      add('Kysely, awaited', ((stopwatch() - beganMs) * 1_000) / count);
    }
    connection.close();
    return all.figures();
  },
});

function waysOf(connection: DatabaseSync): Readonly<Record<string, Ways>> {
  const queries = new Kysely<OpsSchema>({ dialect: new NodeSqliteDialect(connection) });
  const credential = 'select body from credentials where id = ?';
  const resource = "select body from resources where resource = 'device' and id = ?";
  const credentialQuery = (id: string) =>
    queries.selectFrom('credentials').select('body').where('id', '=', id);
  const resourceQuery = (id: string) =>
    queries.selectFrom('resources').select('body').where('resource', '=', 'device').where('id', '=', id);
  return {
    'a credential': ways(connection, credential, credentialQuery),
    'a device': ways(connection, resource, resourceQuery),
  };
}

type Query = Compilable<unknown> & { execute(): Promise<unknown> };

function ways(connection: DatabaseSync, text: string, query: (id: string) => Query): Ways {
  const statement = prepare<{ body: string }>(connection, text);
  return {
    kept: (id) => statement.get(id),
    anew: (id) => prepare<{ body: string }>(connection, text).get(id),
    built: (id) => rowsOf(connection, query(id)),
    awaited: (id) => query(id).execute(),
  };
}

/** Microseconds each, the first tenth not counted. */
function timed(count: number, work: (index: number) => unknown): number {
  for (let index = 0; index < count / 10; index++) work(index);
  const beganMs = stopwatch();
  for (let index = 0; index < count; index++) work(index);
  return ((stopwatch() - beganMs) * 1_000) / count;
}
