/** A process with broker, inbox and engine in one thread or two. Entry of a child process. */
import { once } from 'node:events';
import { MessageChannel, type MessagePort, Worker } from 'node:worker_threads';
import type { HostOptions } from './host-process.ts';
import type { SideData } from './side-thread.ts';

const { blockMs, directory, threads, youngMb } = JSON.parse(process.argv[2] ?? '') as HostOptions;

/** Its port for MQTT; 0 of an engine. */
async function start(side: SideData['side'], other: MessagePort | null): Promise<number> {
  const workerData: SideData = { side, directory, blockMs, other };
  const worker = new Worker(new URL('side-thread.ts', import.meta.url), {
    workerData,
    transferList: other ? [other] : [],
    ...(youngMb === null ? {} : { resourceLimits: { maxYoungGenerationSizeMb: youngMb } }),
  });
  worker.on('error', (error) => {
    process.stderr.write(`${String(error)}\n`);
    process.exit(1);
  });
  const [port] = (await once(worker, 'message')) as [number];
  return port;
}

process.on('disconnect', () => process.exit(0));
const { port1, port2 } = new MessageChannel();
const mqtt = threads === 1 ? await start('both', null) : await start('intake', port1);
if (threads === 2) await start('engine', port2);
process.send?.({ mqtt });
