import { randomUUID } from 'node:crypto';
import { openInfluxHistory } from '#store/history/influxdb/influxdb-history.ts';
import type { Placement } from '#store/history/influxdb/lines.ts';
import type { InfluxTarget } from '#store/history/influxdb/server.ts';
import { influxTarget } from '#tests/store/history/influx-target.ts';
import type { DisposableHistory } from '#tests/store/history.contract.ts';

/** A history in a database of its own on a running influxd. */
export async function openDatabase(
  url: string,
  placement?: () => Placement,
): Promise<DisposableHistory & { readonly target: InfluxTarget }> {
  const target = {
    ...influxTarget(url, `test ${randomUUID()}`),
    ...(placement ? { placement } : {}),
  };
  let history = await openInfluxHistory(target);
  return {
    target,
    get history() {
      return history;
    },
    async reopen() {
      await history.close();
      history = await openInfluxHistory(target);
      return history;
    },
    async [Symbol.asyncDispose]() {
      await history.close();
      const drop = new URLSearchParams({ q: `DROP DATABASE "${target.database}"` });
      await fetch(`${url}/query?${drop.toString()}`, { method: 'POST' });
    },
  };
}
