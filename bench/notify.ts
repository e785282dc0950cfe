import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { setTimeout as pause } from 'node:timers/promises';
import { connectAsync, type MqttClient } from 'mqtt';
import type { LoadCommunity } from '#device-sim/load/community.ts';
import { GeneratorProcess } from '#device-sim/load/generator-process.ts';
import { Latencies } from '#device-sim/load/latencies.ts';
import { stopwatch } from '#model/clock.ts';
import {
  type Benchmark,
  type Figure,
  numberOf,
  type RunOptions,
  type Subject,
  warmUpOf,
} from './benchmark.ts';
import { benchCommunity } from './community.ts';
import { PartFigures } from './figures.ts';
import { PlatformProcess } from './server/platform-process.ts';

const waitMs = 30_000;

export const notify: Benchmark = {
  name: 'notify',
  what: 'from a smoke message to a webhook received, and to the stream, beside other traffic',
  repeats: 3,
  peers: [],
  options: {
    devices: { default: 200, what: 'devices that send temperature and humidity' },
    seconds: { default: 15, what: 'measured; 3 s before do not count' },
    rate: { default: 1_000, what: 'msg/s of the other traffic' },
    alarms: { default: 5, what: 'smoke detectors that sound each second, each with its own task' },
  },
  run: async (subject, options) => {
    if (subject.kind !== 'gridbell') throw new Error('only Gridbell tells people');
    const detectors = Math.ceil(numberOf(options, 'alarms') * numberOf(options, 'seconds'));
    const community = benchCommunity({ senders: numberOf(options, 'devices'), detectors });
    await using hook = await startHook();
    await using platform = await PlatformProcess.start({
      root: subject.root,
      profileTo: options.profileTo,
      env: environmentOf(hook.url),
    });
    await platform.api.send('POST', '/api/v1/import', community.file);
    return await measure({ subject, options, community, platform, hook });
  },
};

const environmentOf = (url: string): Record<string, string> => ({
  GRIDBELL_NOTIFY_CHANNELS: JSON.stringify({
    hook: { kind: 'webhook', url, secret: Buffer.alloc(32, 7).toString('base64') },
  }),
  GRIDBELL_NOTIFY_ALLOW_TARGETS: '127.0.0.1',
});

interface Arrivals {
  /** By the place that a message names: when it came first. */
  readonly at: Map<string, number>;
}

interface Parts {
  readonly subject: Subject;
  readonly options: RunOptions;
  readonly community: LoadCommunity;
  readonly platform: PlatformProcess;
  readonly hook: Arrivals;
}

async function measure({ community, hook, options, platform }: Parts): Promise<Figure[]> {
  const [rate, seconds] = [numberOf(options, 'rate'), numberOf(options, 'seconds')];
  const warmUpS = warmUpOf(seconds);
  await using load = new GeneratorProcess();
  const connecting = { port: platform.mqtt, perSecond: 300, keepAliveS: 60, accounts: community.senders };
  const { reason, refused } = await load.ask('connect', connecting);
  if (refused > 0) throw new Error(`${refused} devices could not connect: ${reason}`);
  const stream = followTasks(platform);
  const detectors = await connectDetectors(platform, community);
  const loading = load.ask('openLoop', { rate, seconds, warmUpS });
  await pause(warmUpS * 1_000);
  const sent = await sound(detectors, seconds);
  const report = await loading;
  const deadline = stopwatch() + waitMs;
  while (hook.at.size < sent.size && stopwatch() < deadline) await pause(50);
  stream.stop();
  await Promise.all(detectors.map(({ client }) => client.endAsync(true)));
  const part = new PartFigures(`${rate} msg/s`);
  part.add('acknowledged', 'msg/s', report.perSecond);
  part.latency('publish → webhook', latencies(sent, hook.at));
  part.latency('publish → stream', latencies(sent, stream.at));
  part.add('nobody told', '', [...sent.keys()].filter((place) => !hook.at.has(place)).length, 'lower');
  return part.figures;
}

function latencies(sent: ReadonlyMap<string, number>, arrived: ReadonlyMap<string, number>) {
  const all = new Latencies();
  for (const [place, at] of sent) {
    const then = arrived.get(place);
    if (then !== undefined) all.record(then - at);
  }
  return all.summary();
}

interface Detector {
  readonly client: MqttClient;
  readonly topic: string;
  readonly place: string;
}

const connectDetectors = (platform: PlatformProcess, { detectors }: LoadCommunity): Promise<Detector[]> =>
  Promise.all(
    detectors.map(async ({ id, place, token, topic }) => ({
      client: await connectAsync(`mqtt://127.0.0.1:${platform.mqtt}`, {
        username: id,
        password: token,
        clientId: id,
      }),
      topic,
      place,
    })),
  );

/** One after the other, evenly over the time; when each was given to the socket. */
async function sound(detectors: readonly Detector[], seconds: number): Promise<Map<string, number>> {
  const sent = new Map<string, number>();
  const began = stopwatch();
  for (const [index, { client, place, topic }] of detectors.entries()) {
    await pause(Math.max(0, began + (index * seconds * 1_000) / detectors.length - stopwatch()));
    sent.set(place, stopwatch());
    await client.publishAsync(topic, '{"smoke":true}', { qos: 1 });
  }
  return sent;
}

/** A receiver of webhooks that takes everything at once. */
async function startHook(): Promise<Arrivals & AsyncDisposable & { readonly url: string }> {
  const at = new Map<string, number>();
  const server = createServer((request, response) => {
    void text(request).then((body) => {
      const now = stopwatch();
      response.writeHead(204).end();
      for (const [place] of body.matchAll(/bench-tower-\d+/g)) if (!at.has(place)) at.set(place, now);
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    at,
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

function followTasks(platform: PlatformProcess): Arrivals & { stop(): void } {
  const at = new Map<string, number>();
  const abort = new AbortController();
  const follow = async (): Promise<void> => {
    const response = await fetch(`http://127.0.0.1:${platform.http}/api/v1/stream?topics=tasks`, {
      headers: { authorization: `Bearer ${platform.api.token}` },
      signal: abort.signal,
    });
    const chunks = response.body?.pipeThrough(new TextDecoderStream()) ?? [];
    for await (const chunk of chunks) {
      const now = stopwatch();
      for (const [, place] of chunk.matchAll(/"place":"(bench-tower-\d+)"/g))
        if (place !== undefined && !at.has(place)) at.set(place, now);
    }
  };
  // Ends with an abort, on purpose.
  follow().catch(() => undefined);
  return { at, stop: () => abort.abort() };
}
