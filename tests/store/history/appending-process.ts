/**
 * A process to be killed: appends known batches from where the file stands, puts days in order and makes their roll-ups all the while when
 * told `maintain`, and takes out what is older than a day and a half as well when told `purge`. Says each position on stdout once it is acknowledged.
 */
import { openDuckDbHistory } from '#store/history/duckdb/duckdb-history.ts';
import { openInfluxHistory } from '#store/history/influxdb/influxdb-history.ts';
import { influxTarget } from '#tests/store/history/influx-target.ts';
import { knownBatch, knownOrder } from '#tests/store/history/known-batches.ts';

/** A file of DuckDB, or the address of an InfluxDB. */
const [where = '', mode = ''] = process.argv.slice(2);
const history = where.startsWith('http:')
  ? await openInfluxHistory(influxTarget(where))
  : await openDuckDbHistory({ path: where, sliceRows: 1 });

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
