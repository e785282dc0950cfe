import type { DatabaseSync } from 'node:sqlite';
import { type EpochMs, epochMs } from '#model/brand.ts';
import type { Account, ResourceChange, ResourceName, Resources } from '#model/command.ts';
import type { Stored } from '#model/configuration.ts';
import { parsed, prepare, type Statement } from '#store/ops/statement.ts';

/** Where the resources with secrets rest; all others share the table `resources`. */
export const secretTables = {
  account: 'accounts',
  'api-token': 'api_tokens',
  credential: 'credentials',
} as const;
export type SecretResource = keyof typeof secretTables;
export const isSecret = (resource: ResourceName): resource is SecretResource => resource in secretTables;

/** A row of any of the tables; `body` is JSON, `updated_at` epoch ms. */
export interface StoredRow {
  readonly id: string;
  readonly version: number;
  readonly body: string;
  readonly updated_at: number;
}

/** A row as the rest of Gridbell knows it; the body is taken for what was written. */
export const storedFrom = <Name extends ResourceName>(resource: Name, row: StoredRow): Stored<Name> => ({
  resource,
  id: row.id,
  version: row.version,
  body: parsed<Resources[Name]>(row.body),
  updatedAt: epochMs(row.updated_at),
});

interface TableStatements {
  readonly get: Statement<StoredRow>;
  readonly all: Statement<StoredRow>;
}

/** Resources by name and id, those with secrets included; the hot look-ups and what the engine changes. */
export class ResourceRows {
  readonly #connection: DatabaseSync;
  readonly #tables: Readonly<Record<'resources' | SecretResource, TableStatements>>;
  readonly #everything: Statement<StoredRow & { resource: ResourceName }>;

  constructor(connection: DatabaseSync) {
    this.#connection = connection;
    const columns = 'id, version, body, updated_at';
    const of = (table: string, key: string): TableStatements => ({
      get: prepare(connection, `select ${columns} from ${table} where ${key} id = ? and body is not null`),
      all: prepare(connection, `select ${columns} from ${table} where ${key} body is not null order by id`),
    });
    this.#tables = {
      resources: of('resources', 'resource = ? and'),
      account: of('accounts', ''),
      'api-token': of('api_tokens', ''),
      credential: of('credentials', ''),
    };
    this.#everything = prepare(
      connection,
      `select resource, ${columns} from resources where body is not null order by resource, id`,
    );
  }

  get<Name extends ResourceName>(resource: Name, id: string): Stored<Name> | undefined {
    const row = isSecret(resource)
      ? this.#tables[resource].get.get(id)
      : this.#tables.resources.get.get(resource, id);
    return row && storedFrom(resource, row);
  }

  /** All of one kind, by id. */
  all<Name extends ResourceName>(resource: Name): Stored<Name>[] {
    const rows = isSecret(resource)
      ? this.#tables[resource].all.all()
      : this.#tables.resources.all.all(resource);
    return rows.map((row) => storedFrom(resource, row));
  }

  /** All without secrets, of every kind: what makes up the configuration. */
  everything(): Stored[] {
    return this.#everything.all().map((row) => storedFrom(row.resource, row));
  }

  /** Writes one change; the version goes on counting across a delete. Null for a delete. */
  apply(change: ResourceChange, at: EpochMs): Stored | null {
    const { resource, id } = change;
    const [table, names, key] = isSecret(resource)
      ? [secretTables[resource], ['id'], [id]]
      : ['resources', ['resource', 'id'], [resource, id]];
    if (change.op === 'delete') {
      const match = names.map((name) => `${name} = ?`).join(' and ');
      this.#write(
        `update ${table} set body = null, version = version + 1, updated_at = ? where ${match} and body is not null`,
      ).run(at, ...key);
      return null;
    }
    const body = change.resource === 'account' ? this.#withPassword(change.id, change.body) : change.body;
    const marks = names.map(() => '?').join(', ');
    this.#write(
      `insert into ${table} (${names.join(', ')}, version, body, updated_at) values (${marks}, 1, ?, ?)
       on conflict (${names.join(', ')}) do update
       set version = version + 1, body = excluded.body, updated_at = excluded.updated_at`,
    ).run(...key, JSON.stringify(body), at);
    return this.get(resource, id) ?? null;
  }

  /** An account that comes without a password keeps the one that it has (docs/contract.md, Community file). */
  #withPassword(id: string, account: Account): Account {
    const passwordHash = account.passwordHash ?? this.get('account', id)?.body.passwordHash;
    return passwordHash === undefined ? account : { ...account, passwordHash };
  }

  /** Changes are rare: prepared when needed, from constant names only. */
  #write(text: string): Statement<never> {
    return prepare(this.#connection, text);
  }
}
