import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it, vi } from 'vitest';
import { tabOf } from '#bench/flows/abuses.ts';
import type { FlowNode } from '#tests/support/node-red.ts';
import { RawMqtt } from '#tests/support/raw-mqtt.ts';
import { temporaryDirectory } from '#tests/support/temporary-directory.ts';
import { clearNode, raiseNode, truthSwitch } from './support/alarm-nodes.ts';
import { until } from './support/api-client.ts';
import { community, tokens } from './support/community.ts';
import { deploy, startWithRunningFlows } from './support/flows-platform.ts';

// Flows stand behind everything else that the machine does, other tests included.
vi.setConfig({ testTimeout: 1_200_000 });

interface AlarmView {
  readonly id: string;
  readonly state: string;
}
interface Place {
  readonly server: string;
  readonly unfinished: readonly string[];
}

const server = { id: 'server', type: 'gridbell-server', where: 'here' };
const flow: readonly FlowNode[] = [
  { id: 'readings', type: 'gridbell-readings', server: server.id, property: 'smoke', wires: [['switch']] },
  truthSwitch('raise', 'clear'),
  raiseNode('corridor-light', { wires: [['history']] }),
  clearNode('corridor-light', { wires: [] }),
  {
    id: 'history',
    type: 'gridbell-history',
    server: server.id,
    as: 'csv',
    place: 'b3',
    property: 'smoke',
    from: '-24h',
    wires: [['file']],
  },
  {
    id: 'file',
    type: 'file',
    filename: 'table.csv',
    filenameType: 'str',
    overwriteFile: 'true',
    wires: [],
  },
];

it("in Gridbell's own flows the nodes know their Gridbell, and go on where they were after a kill of both", async () => {
  using directory = temporaryDirectory();
  const start = () => startWithRunningFlows(directory.path);
  let { admin, platform } = await start();
  await using _ = { [Symbol.asyncDispose]: () => platform.kill() };
  await admin.post('/api/v1/import', community);
  // With a place on the canvas, which tells nodes from connections.
  await deploy(admin, [server, ...tabOf(...flow.map((node) => ({ ...node, x: 100, y: 100 })))]);
  const place = async () =>
    JSON.parse(
      await readFile(join(directory.path, 'flows', 'gridbell', 'readings.json'), 'utf8').catch(() => 'null'),
    ) as Place | null;
  await until(place, (each) => each !== null);
  const publish = async (smoke: boolean) => {
    using client = await RawMqtt.connect({
      port: platform.ready.mqtt,
      username: 'smoke-b3-05',
      password: tokens.smoke,
    });
    const topic = 'gridbell/lianfang-1/smoke-b3-05/telemetry';
    await client.publishAcknowledged({ topic, payload: JSON.stringify({ smoke }), messageId: 1 });
  };
  const alarms = () => admin.all<AlarmView>('/api/v1/alarms?rule=corridor-light');

  await publish(true);
  const [raised] = await until(alarms, (all) => all.length === 1);
  const table = () => readFile(join(directory.path, 'flows', 'files', 'table.csv'), 'utf8').catch(() => '');
  expect(await until(table, (text) => text.includes('\n'))).toContain('device,');
  await until(place, (each) => each?.unfinished.length === 0);
  expect((await place())?.server).toBe('here');

  // Published, and both are gone before anything was done with it.
  await publish(false);
  await platform.kill();
  ({ admin, platform } = await start());
  const ended = await until(alarms, (all) => all.every(({ state }) => state === 'cleared'));
  expect(ended.map(({ id }) => id)).toEqual([raised?.id]);
  await publish(true);
  const again = await until(alarms, (all) => all.length === 2);
  expect(again.map(({ state }) => state).toSorted()).toEqual(['active', 'cleared']);
  expect(await platform.stop()).toBe(0);
});
