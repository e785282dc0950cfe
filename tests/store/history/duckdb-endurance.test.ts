import { join } from 'node:path';
import { openDuckDbHistory } from '#store/history/duckdb/duckdb-history.ts';
import { appendAndKill } from '#tests/store/history/append-and-kill.ts';
import { openTemporary, temporaryFolder } from '#tests/store/history/open-duckdb.ts';
import { historyEndurance, type MortalHistory } from '#tests/store/history-endurance.contract.ts';

async function openMortal(): Promise<MortalHistory> {
  const folder = await temporaryFolder();
  const path = join(folder.path, 'history.duckdb');
  return {
    appendAndDie: (appends) => appendAndKill(path, 'append', appends),
    open: () => openDuckDbHistory({ path }),
    [Symbol.asyncDispose]: () => folder[Symbol.asyncDispose](),
  };
}

historyEndurance('DuckDB', openTemporary, { 'the process': { open: openMortal } });
