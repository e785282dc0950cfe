import { afterAll, beforeAll } from 'vitest';
import { openInfluxHistory } from '#store/history/influxdb/influxdb-history.ts';
import { appendAndKill } from '#tests/store/history/append-and-kill.ts';
import { influxTarget } from '#tests/store/history/influx-target.ts';
import { knownBatch } from '#tests/store/history/known-batches.ts';
import { openDatabase } from '#tests/store/history/open-influxdb.ts';
import { historyEndurance, type MortalHistory } from '#tests/store/history-endurance.contract.ts';
import { type RunningInflux, startInflux } from '#tests/support/influxd.ts';

let influx: RunningInflux | undefined;
beforeAll(async () => {
  influx = await startInflux();
});
afterAll(async () => {
  await influx?.[Symbol.asyncDispose]();
});

/** influxd itself is killed while this process appends, and begins again. */
async function openOnMortalServer(): Promise<MortalHistory> {
  const own = await startInflux();
  const open = () => openInfluxHistory(influxTarget(own.url));
  return {
    open,
    appendAndDie: async (appends) => {
      const history = await open();
      let last = Number(await history.position());
      for (let append = 1; ; append++) {
        const appending = history.append([knownBatch(last + 1), knownBatch(last + 2)]).then(
          () => true,
          () => false,
        );
        if (append === appends) {
          // Where in an append it dies is left to chance.
          await new Promise((resolve) => setTimeout(resolve, Math.random() * 15));
          await own.stop('SIGKILL');
        }
        if (!(await appending)) break;
        last += 2;
      }
      await history.close();
      await own.start();
      return last;
    },
    [Symbol.asyncDispose]: () => own[Symbol.asyncDispose](),
  };
}

async function openInMortalProcess(): Promise<MortalHistory> {
  const own = await startInflux();
  return {
    open: () => openInfluxHistory(influxTarget(own.url)),
    appendAndDie: (appends) => appendAndKill(own.url, 'append', appends),
    [Symbol.asyncDispose]: () => own[Symbol.asyncDispose](),
  };
}

historyEndurance('InfluxDB', () => openDatabase(influx?.url ?? ''), {
  // influxd 1.6.7 bears one: docs/history.md, When it is away.
  influxd: { open: openOnMortalServer, bears: 1 },
  'the process': { open: openInMortalProcess },
});
