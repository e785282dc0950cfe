/**
 * A process to be killed: takes out of a filled file what is older and older (`retention`), or erases a device (`erasure`). Says
 * `begun` when it begins, `done` at the end, and waits.
 */
import { openDuckDbHistory } from '#store/history/duckdb/duckdb-history.ts';
import { batchesInDay, erasedDevice, knownOrder } from '#tests/store/history/known-batches.ts';

const [path = '', mode = ''] = process.argv.slice(2);
const history = await openDuckDbHistory({ path, sliceRows: 1 });
const last = await history.position();
process.stdout.write('begun\n');
if (mode === 'retention')
  for (let at = 2 * batchesInDay; at <= last; at += batchesInDay) await history.purge(knownOrder(at));
else await history.erase([erasedDevice]);
process.stdout.write('done\n');
setInterval(() => undefined, 1_000);
