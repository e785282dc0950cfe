import { DatabaseSync } from 'node:sqlite';
import { migrate } from '#store/ops/migrate.ts';
import { OpsReader } from '#store/ops/reader.ts';
import { OpsWriter } from '#store/ops/writer.ts';

/** An ops store that leaves nothing behind: the real tables, written and read by one connection. */
export interface MemoryOps {
  readonly writer: OpsWriter;
  /** Sees what is not committed yet, too. Closed with the writer. */
  readonly reader: OpsReader;
}

/** For whoever runs an engine without a platform (rule tests). */
export async function openOpsInMemory({
  quarantineKey,
}: {
  /** 32 bytes. */
  readonly quarantineKey: Uint8Array;
}): Promise<MemoryOps> {
  const connection = new DatabaseSync(':memory:');
  connection.exec('pragma foreign_keys = on; pragma recursive_triggers = on');
  await migrate(connection);
  return {
    writer: new OpsWriter(connection, quarantineKey),
    reader: new OpsReader(connection, quarantineKey),
  };
}
