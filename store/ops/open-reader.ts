import { connectToRead } from '#store/ops/connection.ts';
import { OpsReader } from '#store/ops/reader.ts';

/**
 * Opens a connection that sees what is committed and cannot write. Without `quarantineKey` quarantined payloads stay
 * closed. Throws as `connectToRead`.
 */
export function openOpsReader(
  path: string,
  { quarantineKey }: { readonly quarantineKey?: Uint8Array } = {},
): OpsReader {
  return connectToRead(path, (connection) => new OpsReader(connection, quarantineKey));
}
