/** A thread for one backtest: reads the history through the main thread, and the ops store by itself. Entry of a worker. */
import { constants, setPriority } from 'node:os';
import { parentPort, workerData } from 'node:worker_threads';
import { longestLatenessMs, ruleOfThen } from '#app/backtest/rule-of-then.ts';
import { Peer } from '#app/threads/peer.ts';
import type { BacktestAsks, BacktestOrder } from '#app/threads/protocol.ts';
import type { ReceivedReadings } from '#model/received.ts';
import { backtest } from '#rules/backtest/backtest.ts';
import { openOpsReader } from '#store/ops/open-reader.ts';

export interface BacktestThreadData {
  readonly ops: string;
}

if (!parentPort) throw new Error('this is the entry of a thread');
const data = workerData as BacktestThreadData;

// Linux has priorities by thread: this one takes what the alarms leave. Elsewhere it would slow the whole process.
if (process.platform === 'linux') setPriority(0, constants.priority.PRIORITY_LOW);

const main: Peer<BacktestAsks> = new Peer(parentPort, {
  run: async ({ rule, ...order }: BacktestOrder) => {
    const ops = openOpsReader(data.ops);
    try {
      return await backtest({
        ...order,
        rule,
        configuration: ops.configuration(),
        keptMs: longestLatenessMs(ops),
        compared: ruleOfThen(ops, rule.id, order),
        past: {
          extent: () => main.call('extent', null),
          context: (query) => main.call('context', query),
          received: async (query) => {
            const { id, series } = await main.call('openReceived', query);
            return { series, batches: batchesOf(id) };
          },
        },
      });
    } finally {
      ops.close();
    }
  },
});

async function* batchesOf(id: number): AsyncGenerator<ReceivedReadings> {
  for (;;) {
    const batch = await main.call('nextReceived', id);
    if (!batch) return;
    yield batch;
  }
}
