import { closeSync, openSync, statSync, truncateSync, writeFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { describe, expect, it } from 'vitest';
import { position } from '#model/brand.ts';
import { OpsStoreUnusable } from '#store/ops/connection.ts';
import { openOpsReader } from '#store/ops/open-reader.ts';
import { openOpsWriter } from '#store/ops/open-writer.ts';
import {
  disposableDirectory,
  disposableStore,
  quarantineKey,
} from '#tests/store/ops/support/disposable-store.ts';

/** As a failing disk does. */
function overwrite(path: string, { from, bytes }: { readonly from: number; readonly bytes: number }): void {
  const file = openSync(path, 'r+');
  writeSync(file, Buffer.alloc(bytes, 0x5a), 0, bytes, from);
  closeSync(file);
}

describe('opening the ops store', () => {
  it('makes it where there is none, and changes nothing when it is opened again', async () => {
    using directory = disposableDirectory();
    const path = join(directory.path, 'ops.db');
    const schema = async () => {
      const writer = await openOpsWriter(path, { quarantineKey });
      writer.setPosition(position(writer.position() + 1));
      writer.close();
      using raw = new DatabaseSync(path);
      return raw.prepare('select type, name, sql from sqlite_schema order by name').all();
    };
    const first = await schema();
    expect(first.length).toBeGreaterThan(30);
    expect(await schema()).toEqual(first);
    const writer = await openOpsWriter(path, { quarantineKey });
    expect(writer.position()).toBe(2);
    writer.close();
  });

  it('keeps the file from other users of the machine', async () => {
    await using ops = await disposableStore();
    ops.writer.setPosition(position(1));
    expect(statSync(ops.path).mode & 0o077).toBe(0);
    expect(statSync(`${ops.path}-wal`).mode & 0o077).toBe(0);
  });

  it('refuses a store of a newer Gridbell and says what to do', async () => {
    await using ops = await disposableStore();
    using raw = new DatabaseSync(ops.path);
    raw.exec('pragma user_version = 999');
    await expect(openOpsWriter(ops.path, { quarantineKey })).rejects.toThrow(/newer Gridbell .*install/);
    expect(() => openOpsReader(ops.path)).toThrow(OpsStoreUnusable);
  });

  it("refuses somebody else's database and leaves it as it is", async () => {
    using directory = disposableDirectory();
    const path = join(directory.path, 'ops.db');
    using raw = new DatabaseSync(path);
    raw.exec('create table theirs (a); pragma application_id = 42');
    await expect(openOpsWriter(path, { quarantineKey })).rejects.toThrow(/not an ops store/);
    expect(raw.prepare('select name from sqlite_schema').all()).toEqual([{ name: 'theirs' }]);
  });

  it('says of a damaged file what to do', async () => {
    using directory = disposableDirectory();
    const path = join(directory.path, 'ops.db');
    writeFileSync(path, 'this was an ops store once, and then the disk had an idea of its own'.repeat(200));
    await expect(openOpsWriter(path, { quarantineKey })).rejects.toThrow(/damaged .*put back a copy of it/);
    expect(() => openOpsReader(path)).toThrow(/damaged .*put back a copy of it/);
  });

  it('says the same of one whose schema is torn, or that was cut', async () => {
    using directory = disposableDirectory();
    for (const [name, damage] of [
      ['torn.db', (path: string) => overwrite(path, { from: 100, bytes: 400 })],
      ['cut.db', (path: string) => truncateSync(path, 4_096 * 2)],
    ] as const) {
      const path = join(directory.path, name);
      (await openOpsWriter(path, { quarantineKey })).close();
      damage(path);
      await expect(openOpsWriter(path, { quarantineKey }), name).rejects.toThrow(
        /damaged .*put back a copy of it/,
      );
      expect(() => openOpsReader(path), name).toThrow(/damaged .*put back a copy of it/);
    }
  });

  it('gives readers no store where there is none, and makes none', () => {
    using directory = disposableDirectory();
    const path = join(directory.path, 'ops.db');
    expect(() => openOpsReader(path)).toThrow(/no ops store/);
    expect(() => statSync(path)).toThrow();
  });
});
