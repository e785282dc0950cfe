import { Worker } from 'node:worker_threads';
import type { Log } from '#model/log.ts';

/**
 * Starts a thread of the platform. A thread that ends before it was told to takes the platform with it: half a
 * platform would acknowledge what nobody processes.
 */
export function startThread<Data>(options: {
  readonly entry: URL;
  readonly name: string;
  readonly data: Data;
  readonly transfer: readonly import('node:worker_threads').MessagePort[];
  onFailure(error: Error): void;
}): Worker {
  const worker = new Worker(options.entry, {
    name: options.name,
    workerData: options.data,
    transferList: [...options.transfer],
  });
  worker.on('error', (error: unknown) =>
    options.onFailure(error instanceof Error ? error : new Error(String(error))),
  );
  return worker;
}

/** The log of a thread: the main thread writes it. */
export type LogLine = { readonly level: keyof Log; readonly fields: object; readonly message: string };

export const forwardingLog = (send: (line: LogLine) => void): Log => ({
  debug: (fields, message) => send({ level: 'debug', fields, message }),
  info: (fields, message) => send({ level: 'info', fields, message }),
  warn: (fields, message) => send({ level: 'warn', fields, message }),
  error: (fields, message) => send({ level: 'error', fields, message }),
});
