import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { numberOf } from '#bench/benchmark.ts';
import { benchCommunity } from '#bench/community.ts';
import { MemoryWatch } from '#bench/server/process-usage.ts';
import { GeneratorProcess } from '#device-sim/load/generator-process.ts';
import type { LoadReport } from '#device-sim/load/protocol.ts';
import { Alternatives } from './alternatives.ts';
import { choice } from './choice.ts';
import { type HostOptions, HostProcess } from './layout/host-process.ts';
import { furnish } from './premises.ts';

const ours = 'two threads';
const layouts: Readonly<Record<string, Pick<HostOptions, 'threads' | 'youngMb'>>> = {
  [ours]: { threads: 2, youngMb: 24 },
  'one thread': { threads: 1, youngMb: 24 },
  "two, V8's young generation": { threads: 2, youngMb: null },
};
/** A slow rule, and a large query. */
const blocks = [50, 250];
const window = 10;
const mebibyte = 1_048_576;

export const threads = choice({
  name: 'threads',
  what: 'broker and engine in threads of their own or in one, with and without work that holds the engine; their young generations',
  options: {
    devices: { default: 500, what: 'devices that send' },
    rate: { default: 5_000, what: 'msg/s of the open loop' },
    held: { default: 250, what: 'ms a second that the engine is held at most; of 50 and 250' },
    seconds: { default: 1.5, what: 'measured for each; half a second before does not count' },
  },
  measure: async (directory, options) => {
    const plan = {
      directory,
      devices: numberOf(options, 'devices'),
      rate: numberOf(options, 'rate'),
      span: { seconds: numberOf(options, 'seconds'), warmUpS: 0.5 },
    };
    const held = blocks.filter((ms) => ms <= numberOf(options, 'held'));
    const all = new Alternatives(ours);
    for (const [name, layout] of Object.entries(layouts)) {
      for (const blockMs of [0, ...(layout.youngMb === null ? [] : held)]) {
        options.say(`${name}, ${blockMs} ms of other work a second`);
        const { fixed, memoryMiB, most } = await load({ ...layout, blockMs }, plan);
        const part = `${plan.rate} msg/s${blockMs === 0 ? '' : `, the engine held for ${blockMs} ms a second`}`;
        all.add(part, name, acknowledgements(fixed));
        if (most) all.add('saturation', name, acknowledgements(most));
        if (most) all.add('saturation', name, { 'memory, max': [memoryMiB, 'MiB'] });
      }
    }
    return all.figures();
  },
});

interface Plan {
  readonly directory: string;
  readonly devices: number;
  readonly rate: number;
  readonly span: { readonly seconds: number; readonly warmUpS: number };
}

let made = 0;

/** Saturation only where nothing holds the engine. */
async function load(layout: Omit<HostOptions, 'directory'>, { devices, directory, rate, span }: Plan) {
  made += 1;
  const own = join(directory, String(made));
  mkdirSync(own);
  const community = benchCommunity({ senders: devices, detectors: 0 });
  await furnish(own, community);
  await using host = await HostProcess.start({ ...layout, directory: own });
  await using generator = new GeneratorProcess();
  const order = { port: host.mqtt, perSecond: 1_000, keepAliveS: 60, accounts: community.senders };
  const { reason, refused } = await generator.ask('connect', order);
  if (refused > 0) throw new Error(`${refused} devices could not connect: ${reason}`);
  using memory = new MemoryWatch(host.pid);
  const fixed = await generator.ask('openLoop', { rate, ...span });
  const most = layout.blockMs === 0 ? await generator.ask('closedLoop', { window, ...span }) : null;
  return { fixed, most, memoryMiB: memory.maxRssBytes / mebibyte };
}

const acknowledgements = ({ perSecond, puback }: LoadReport) =>
  ({
    acknowledged: [perSecond, 'msg/s'],
    'publish → PUBACK, p50': [puback.p50Ms, 'ms'],
    'publish → PUBACK, p99': [puback.p99Ms, 'ms'],
  }) as const;
