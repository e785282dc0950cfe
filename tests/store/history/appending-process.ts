/**
 * A process to be killed: appends known batches from where the file stands, puts days in order and makes their roll-ups all the while when
 * told `maintain`, and takes out what is older than a day and a half as well when told `purge`. Says each position on stdout once it is acknowledged.
 */
import { openDuckDbHistory } from '#store/history/duckdb/duckdb-history.ts';
import { knownBatch, knownOrder } from '#tests/store/history/known-batches.ts';

const [path = '', mode = ''] = process.argv.slice(2);
const history = await openDuckDbHistory({ path, sliceRows: 1 });

async function keepMaintaining(): Promise<never> {
  for (;;) {
    await history.maintain();
    if (mode === 'purge') await history.purge(knownOrder(await history.position()));
    await new Promise((resolve) => setImmediate(resolve));
  }
}

if (mode !== 'append') void keepMaintaining();
for (let at = (await history.position()) + 1; ; at += 2) {
  await history.append([knownBatch(at), knownBatch(at + 1)]);
  process.stdout.write(`${at + 1}\n`);
}
