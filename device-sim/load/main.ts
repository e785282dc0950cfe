/** Entry of a generator's process: does one job after the other as they are asked, several at a time. */
import { Fleet } from '#device-sim/load/fleet.ts';
import { closedLoop, openLoop, torrent } from '#device-sim/load/loads.ts';
import { payloads, smoke } from '#device-sim/load/payloads.ts';
import type { GeneratorJobs, JobAnswer, JobMessage, Progress } from '#device-sim/load/protocol.ts';
import { Witness } from '#device-sim/load/witness.ts';

const senders = new Fleet();
const detectors = new Fleet();
const witness = new Witness(detectors);
const stopping = new AbortController();
const { signal } = stopping;

const tell = (message: Progress | JobAnswer): void => {
  process.send?.(message);
};
const load = { signal, onSecond: (second) => tell({ kind: 'load', second }) } as const satisfies Parameters<
  typeof openLoop
>[2];

const jobs: GeneratorJobs = {
  connect: (order) => senders.connect(order, payloads[order.payload ?? 'small']),
  connectDetectors: (order) => detectors.connect(order, smoke),
  watchTasks: async (address) => {
    await witness.watch(address);
    return null;
  },
  openLoop: (order) => openLoop(senders, order, load),
  closedLoop: (order) => closedLoop(senders, order, load),
  torrent: (order) => torrent(senders, order, load),
  soundDetectors: (order) =>
    witness.sound(order, { signal, onSecond: (second) => tell({ kind: 'witness', second }) }),
  stop: async () => {
    stopping.abort();
    return null;
  },
  ping: async () => {
    for (const connection of senders.connections) connection.ping();
    return null;
  },
  counts: async () => senders.counts(),
  acknowledged: async () => senders.acknowledgedByDevice(),
  hangUp: async ({ politely }) => {
    senders.hangUp(politely);
    detectors.hangUp(politely);
    return null;
  },
};

async function answer({ id, job, order }: JobMessage): Promise<JobAnswer> {
  try {
    const work = jobs[job] as (order: unknown) => Promise<unknown>;
    return { id, report: await work(order), error: null };
  } catch (error) {
    return {
      id,
      report: null,
      error: error instanceof Error ? (error.stack ?? error.message) : String(error),
    };
  }
}

process.on('message', (message: JobMessage) => void answer(message).then(tell));
process.on('disconnect', () => process.exit(0));
// Ctrl-C and a terminal that is closed reach the whole group: who started us says when to stop, and wants the report.
for (const signal of ['SIGINT', 'SIGHUP'] as const) process.on(signal, () => undefined);
