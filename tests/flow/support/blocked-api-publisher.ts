/** Worker of independence.test.ts: publishes smoke, waits for PUBACK and for the task in the store, then signals. */
import { once } from 'node:events';
import { parentPort, workerData } from 'node:worker_threads';
import { openOpsReader } from '#store/ops/open-reader.ts';
import { LoadSender } from './load-sender.ts';

const { ops, port, signal, topic } = workerData as {
  ops: string;
  port: number;
  signal: Int32Array;
  topic: string;
};
if (!parentPort) throw new Error('this is the entry of a worker');

const sender = new LoadSender({ username: 'smoke-1', password: 'token', window: 1 });
await sender.connect(port);
const reader = openOpsReader(ops);
parentPort.postMessage('connected');
await once(parentPort, 'message');
sender.publish(topic, JSON.stringify({ smoke: true }));
while (sender.unacknowledged > 0 || reader.tasks({}, { limit: 1 }).items.length === 0)
  await new Promise(setImmediate);
Atomics.store(signal, 0, 1);
Atomics.notify(signal, 0);
