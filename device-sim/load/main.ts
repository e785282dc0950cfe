/** Entry of a generator's process: does one job after the other as they are asked, several at a time. */
import { Fleet } from './fleet.ts';
import { closedLoop, openLoop, torrent } from './loads.ts';
import type { GeneratorJobs, JobAnswer, JobMessage } from './protocol.ts';
import { PublishFrame } from './publish-frame.ts';
import { Witness } from './witness.ts';

const senders = new Fleet((topic) => PublishFrame.ofClimate(topic));
const detectors = new Fleet((topic) => PublishFrame.ofSmoke(topic));
const witness = new Witness(detectors);

const jobs: GeneratorJobs = {
  connect: (order) => senders.connect(order),
  connectDetectors: (order) => detectors.connect(order),
  watchTasks: async ({ http, token }) => {
    await witness.watch(http, token);
    return null;
  },
  openLoop: (order) => openLoop(senders, order),
  closedLoop: (order) => closedLoop(senders, order),
  torrent: (order) => torrent(senders, order),
  soundDetectors: (order) => witness.sound(order),
  ping: async () => {
    for (const connection of senders.connections) connection.ping();
    return null;
  },
  counts: async () => senders.counts(),
  acknowledged: async () => senders.acknowledgedByDevice(),
  hangUp: async () => {
    senders.hangUp();
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

process.on('message', (message: JobMessage) => {
  void answer(message).then((report) => process.send?.(report));
});
process.on('disconnect', () => process.exit(0));
