import { setImmediate as turn } from 'node:timers/promises';
import { parentPort, workerData } from 'node:worker_threads';
import { InboxReader } from '#broker/inbox/inbox-reader.ts';
import { position } from '#model/brand.ts';
import { inboxKey, numberOf } from '#tests/broker/support/records.ts';

/** A thread that reads the inbox as the engine does and says how far it is. */
const { directory, until }: { directory: string; until: number } = workerData;
const reader = InboxReader.open({ directory, key: inboxKey });
const numbers: number[] = [];
while (numbers.length < until) {
  const found = reader.read(position(numbers.length), 64);
  for (const { record } of found) if (record.type === 'message') numbers.push(numberOf(record));
  if (found.length > 0) parentPort?.postMessage({ reached: numbers.length });
  await turn();
}
reader.close();
parentPort?.postMessage({ numbers });
