/** A process of many connections that flood; says what was acknowledged when it is told to stop. */
import { setTimeout as pause } from 'node:timers/promises';
import { FloodingConnection, type FloodManner, floodManners } from './flooding-connection.ts';

/** What the process says: that all are in, and at the end what each device has to show. */
export type FlooderSaid =
  | { readonly kind: 'all in' }
  | { readonly kind: 'ended'; readonly devices: readonly FloodedDevice[] };
export interface FloodedDevice {
  readonly device: string;
  readonly manner: FloodManner;
  readonly sent: number;
  readonly cutOff: number;
  /** The numbers that were acknowledged, as ranges from – to. */
  readonly acknowledged: readonly (readonly [number, number])[];
}

const [, , port = '0', community = '', count = '0'] = process.argv;
const connections = Array.from({ length: Number(count) }, (_, index) => {
  const device = `flood-${index}`;
  const manner = floodManners[index % floodManners.length] ?? 'QoS 1';
  return { device, manner, flood: new FloodingConnection({ port: Number(port), community, device }, manner) };
});

const lookEveryMs = 50;
/** After the last message was sent; acknowledgements that come later count as none. */
const lastAnswersMs = 2_000;

for (const [index, { flood }] of connections.entries()) flood.start(`127.0.0.${2 + (index % 100)}`);
while (connections.some(({ flood }) => !flood.isIn)) await pause(lookEveryMs);
process.send?.({ kind: 'all in' } satisfies FlooderSaid);

process.on('message', (message) => {
  if (message === 'flood') for (const { flood } of connections) flood.go();
  if (message === 'stop') void end();
});

async function end(): Promise<void> {
  for (const { flood } of connections) flood.stop();
  await pause(lastAnswersMs);
  for (const { flood } of connections) flood.close();
  const devices = connections.map(({ device, flood, manner }) => ({
    device,
    manner,
    sent: flood.sent,
    cutOff: flood.cutOff,
    acknowledged: ranges(flood.acknowledged),
  }));
  process.send?.({ kind: 'ended', devices } satisfies FlooderSaid, () => process.exit(0));
}

function ranges(numbers: readonly number[]): [number, number][] {
  const found: [number, number][] = [];
  for (const number of numbers.toSorted((a, b) => a - b)) {
    const last = found.at(-1);
    if (last && last[1] + 1 === number) last[1] = number;
    else found.push([number, number]);
  }
  return found;
}
