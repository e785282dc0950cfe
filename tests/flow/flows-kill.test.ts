import { existsSync } from 'node:fs';
import { appendFile, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { RawMqtt } from '#tests/support/raw-mqtt.ts';
import { clearOfEach, raiseOfEach } from './support/alarm-nodes.ts';
import { until } from './support/api-client.ts';
import { tokens } from './support/community.ts';
import { FlowStage } from './support/flow-stage.ts';

interface AlarmView {
  readonly key: string;
  readonly state: string;
}
interface AuditLine {
  readonly action: string;
}

/**
 * A raise for each reading, under a key of its own, ended by the same flow a little later: a flow that did a reading twice would raise its alarm
 * again. What the flow finished it writes down, after the answer.
 */
const flow = (seen: string) => [
  {
    id: 'readings',
    type: 'gridbell-readings',
    server: 'server',
    device: 'climate-b3',
    property: 'temperature',
    window: '20',
    wires: [['raise', 'slow']],
  },
  raiseOfEach('clear'),
  clearOfEach(),
  {
    id: 'slow',
    type: 'delay',
    pauseType: 'random',
    randomFirst: '5',
    randomLast: '60',
    randomUnits: 'milliseconds',
    wires: [['text']],
  },
  // A new message: what it belongs to is known all the same.
  {
    id: 'text',
    type: 'function',
    func: 'return { payload: String(msg.payload) };',
    outputs: 1,
    wires: [['file']],
  },
  {
    id: 'file',
    type: 'file',
    filename: seen,
    filenameType: 'str',
    appendNewline: true,
    overwriteFile: 'false',
  },
];

it('killed again and again in the middle, a flow leaves no acknowledged reading undone and raises nothing twice', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'gridbell-flow-kill-'));
  await using _ = { [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true }) };
  const seen = join(folder, 'seen.txt');
  await appendFile(seen, '');
  await using stage = await FlowStage.open({}, 'admin');
  await stage.deploy(flow(seen));
  const place = join(stage.nodeRed.userDir, 'gridbell', 'readings.json');
  await until(async () => existsSync(place), Boolean);

  const rounds = 4;
  const each = 60;
  const total = rounds * each;
  const linesOf = async () => (await readFile(seen, 'utf8')).trim().split('\n');
  const send = async (from: number): Promise<void> => {
    using client = await RawMqtt.connect({
      port: stage.platform.ready.mqtt,
      username: 'climate-b3',
      password: tokens.climate,
    });
    for (let value = from; value < from + each; value++) {
      const payload = JSON.stringify({ temperature: value / 10 });
      await client.publishAcknowledged({
        topic: 'gridbell/lianfang-1/climate-b3/telemetry',
        payload,
        messageId: value,
      });
    }
  };

  for (let round = 0; round < rounds; round++) {
    const enough = (await linesOf()).length + 15;
    const sent = send(round * each + 1);
    await until(linesOf, (lines) => lines.length >= enough);
    await stage.nodeRed.kill();
    // What comes while nobody listens is there afterwards.
    await sent;
    await stage.nodeRed.restart();
  }

  const wanted = Array.from({ length: total }, (_each, index) => String((index + 1) / 10));
  await until(linesOf, (lines) => new Set(lines).size >= total);
  expect(new Set(await linesOf())).toEqual(new Set(wanted));
  const alarms = await until(
    () => stage.admin.all<AlarmView>('/api/v1/alarms?rule=too-warm'),
    (list) => list.length >= total && list.every(({ state }) => state === 'cleared'),
  );
  expect(alarms.map(({ key }) => key).sort()).toEqual(wanted.toSorted());
  const audit = await stage.admin.all<AuditLine>('/api/v1/audit');
  expect(audit.filter(({ action }) => action === 'raise-alarm')).toHaveLength(total);

  // The place says that nothing is left, and a start after that sends nothing.
  await until(
    async () => JSON.parse(await readFile(place, 'utf8')) as { unfinished: string[] },
    ({ unfinished }) => unfinished.length === 0,
  );
  const before = (await linesOf()).length;
  await stage.nodeRed.kill();
  await stage.nodeRed.restart();
  await stage.publish('climate-b3', { temperature: 99 });
  await until(linesOf, (lines) => lines.at(-1) === '99');
  expect(await linesOf()).toHaveLength(before + 1);
});
