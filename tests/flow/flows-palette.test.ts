import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { HeldServer } from '#tests/support/held-server.ts';
import type { FlowNode } from '#tests/support/node-red.ts';
import { RawMqtt } from '#tests/support/raw-mqtt.ts';
import { clearNode, raiseNode, truthSwitch } from './support/alarm-nodes.ts';
import { until } from './support/api-client.ts';
import { FlowStage } from './support/flow-stage.ts';

interface AlarmView {
  readonly id: string;
  readonly rule: string;
  readonly key: string;
  readonly state: string;
  readonly tasks: readonly string[];
}

const readings = (wires: readonly string[], more: Readonly<Record<string, unknown>> = {}): FlowNode => ({
  id: 'readings',
  type: 'gridbell-readings',
  server: 'server',
  device: 'smoke-b3-05',
  property: 'smoke',
  wires: [wires],
  ...more,
});
const raise = (more: Readonly<Record<string, unknown>> = {}): FlowNode => raiseNode('corridor-light', more);
const alarmsOf = (stage: FlowStage, rule: string) =>
  stage.admin.all<AlarmView>(`/api/v1/alarms?rule=${rule}`);
const request = (url: string): FlowNode => ({
  id: 'request',
  type: 'http request',
  method: 'POST',
  url,
  ret: 'txt',
  persist: false,
});

describe('in a flow of a stock Node-RED', () => {
  it('a reading raises an alarm, with the reading as its evidence, and another one ends it', async () => {
    await using stage = await FlowStage.open();
    await stage.deploy([
      readings(['switch'], { device: '', kind: 'smoke-detector', place: 'g1' }),
      truthSwitch('raise', 'clear'),
      raise({ titleZh: '{place} 走廊灯', titleEn: 'Corridor light at {place}' }),
      clearNode('corridor-light'),
    ]);
    await stage.place('readings');
    await stage.publish('smoke-b3-05', { smoke: true });
    const [raised] = await until(
      () => alarmsOf(stage, 'corridor-light'),
      (alarms) => alarms.length > 0,
    );
    expect(raised).toMatchObject({
      state: 'active',
      severity: 'minor',
      key: 'smoke-b3-05',
      title: { zh: '3号楼 走廊灯', en: 'Corridor light at 3号楼' },
      evidence: [{ property: 'smoke', value: true }],
    });
    await stage.publish('smoke-b3-05', { smoke: false });
    const ended = await until(
      () => alarmsOf(stage, 'corridor-light'),
      (alarms) => alarms.every(({ state }) => state === 'cleared'),
    );
    expect(ended.map(({ id }) => id)).toEqual([raised?.id]);
    // Another time is another alarm, under the same key.
    await stage.publish('smoke-b3-05', { smoke: true });
    await until(
      () => alarmsOf(stage, 'corridor-light'),
      (alarms) => alarms.length === 2 && alarms.some(({ state }) => state === 'active'),
    );
  });

  it('what becomes of alarms and tasks comes with the word for it', async () => {
    await using stage = await FlowStage.open();
    await stage.deploy([
      {
        id: 'alarms',
        type: 'gridbell-alarms',
        server: 'server',
        rule: 'smoke-alarm',
        change: 'raised,acknowledged',
        wires: [['seen-alarms']],
      },
      ...stage.sink(
        'seen-alarms',
        '{ changes: msg.changes, alarm: msg.payload }'.replace('{', 'payload && {'),
      ),
      {
        id: 'tasks',
        type: 'gridbell-tasks',
        server: 'server',
        category: 'fire',
        change: 'dispatch,accept',
        wires: [['seen-tasks']],
      },
      ...stage.sink('seen-tasks', 'payload && { changes: msg.changes, task: msg.payload }'),
    ]);
    await Promise.all([stage.place('alarms'), stage.place('tasks')]);
    await stage.publish('smoke-b3-05', { smoke: true });
    const [alarm] = await stage.written<{ changes: string[]; alarm: AlarmView }>('seen-alarms');
    expect(alarm).toMatchObject({ changes: ['raised'], alarm: { rule: 'smoke-alarm', state: 'active' } });
    await stage.admin.post(`/api/v1/alarms/${alarm?.alarm.id}/acknowledge`, {});
    const [, acknowledged] = await stage.written<{ changes: string[]; alarm: AlarmView }>('seen-alarms', 2);
    expect(acknowledged).toMatchObject({
      changes: ['acknowledged'],
      alarm: { id: alarm?.alarm.id, ack: true },
    });
    const [task] = await stage.written<{ changes: string[]; task: { id: string } }>('seen-tasks');
    expect(task).toMatchObject({
      changes: expect.arrayContaining(['file', 'dispatch']),
      task: { state: 'dispatched', assignee: 'w-zhou', alarms: [alarm?.alarm.id] },
    });
  });

  it('a command reaches the device, and the flow goes on with what it answered', async () => {
    await using stage = await FlowStage.open();
    using siren = await RawMqtt.connect({
      port: stage.platform.ready.mqtt,
      username: 'siren-b3',
      password: 'siren-token-1234',
    });
    const got: unknown[] = [];
    siren.onPacket((packet) => {
      if (packet.cmd !== 'publish') return;
      const order = JSON.parse(String(packet.payload)) as { id: string };
      got.push(order);
      siren.send({ cmd: 'puback', messageId: packet.messageId ?? 0 });
      siren.send({
        cmd: 'publish',
        qos: 1,
        dup: false,
        retain: false,
        messageId: 100 + got.length,
        topic: 'gridbell/lianfang-1/siren-b3/command/reply',
        payload: JSON.stringify({ id: order.id, ok: true }),
      });
    });
    siren.send({
      cmd: 'subscribe',
      messageId: 1,
      subscriptions: [{ topic: 'gridbell/lianfang-1/siren-b3/command', qos: 1 }],
    });
    await stage.deploy([
      readings(['command']),
      {
        id: 'command',
        type: 'gridbell-command',
        server: 'server',
        device: 'siren-b3',
        command: 'siren',
        args: '{"seconds": 20}',
        argsType: 'json',
        expiresIn: '5m',
        waits: true,
        wires: [['answered']],
      },
      ...stage.sink('answered'),
    ]);
    await stage.place('readings');
    await stage.publish('smoke-b3-05', { smoke: true });
    const [answered] = await stage.written('answered');
    expect(answered).toMatchObject({
      device: 'siren-b3',
      state: 'answered',
      reply: { ok: true, error: null },
    });
    expect(got).toMatchObject([{ command: 'siren', args: { seconds: 20 } }]);
  });

  it('history is asked for points, rows and a table', async () => {
    await using stage = await FlowStage.open();
    const ask = (as: string, more: Readonly<Record<string, unknown>>): FlowNode => ({
      id: `history-${as}`,
      type: 'gridbell-history',
      server: 'server',
      as,
      from: '-24h',
      wires: [[`found-${as}`]],
      ...more,
    });
    await stage.deploy([
      readings(['history-points', 'history-rows', 'history-csv'], {
        device: 'climate-b3',
        property: 'battery',
      }),
      ask('points', { property: 'temperature' }),
      ask('rows', { device: 'climate-b3', property: 'temperature,humidity' }),
      ask('csv', { place: 'b3', property: 'humidity', every: '1h', fn: 'max', fnType: 'fn' }),
      ...['points', 'rows', 'csv'].flatMap((as) => stage.sink(`found-${as}`)),
    ]);
    await stage.place('readings');
    await stage.publish('climate-b3', { temperature: 21.5, humidity: 40 });
    await stage.publish('climate-b3', { temperature: 22.5, humidity: 45 });
    await until(
      () => stage.admin.get<{ points: unknown[] }>('/api/v1/devices/climate-b3/readings?property=humidity'),
      ({ body }) => body.points.length === 2,
    );
    await stage.publish('climate-b3', { battery: 90 });
    const [points] = await stage.written<{ value: number }[]>('found-points');
    expect(points?.map(({ value }) => value)).toEqual([21.5, 22.5]);
    const [rows] = await stage.written<Record<string, unknown>[]>('found-rows');
    expect(rows?.map(({ property, value }) => [property, value]).toSorted()).toEqual([
      ['humidity', 40],
      ['humidity', 45],
      ['temperature', 21.5],
      ['temperature', 22.5],
    ]);
    const [csv] = await stage.written<string>('found-csv');
    const [head, ...lines] = csv?.trim().split(/\r?\n/) ?? [];
    expect(head).toContain('device,');
    expect(lines).toEqual([expect.stringMatching(/climate-b3.*humidity.*,45,/)]);
  });

  it('people are told, once for each reading', async () => {
    await using stage = await FlowStage.open();
    await stage.deploy([
      readings(['notify'], { device: 'sos-0502', property: 'sos' }),
      {
        id: 'notify',
        type: 'gridbell-notify',
        server: 'server',
        toKind: 'role',
        role: 'grid-worker',
        roleType: 'role',
        titleZh: '提醒',
        titleEn: 'A word',
        textZh: 'reading.device',
        textZhType: 'msg',
        textEn: '"pressed at " & reading.place',
        textEnType: 'jsonata',
        severity: 'minor',
        severityType: 'severity',
        wires: [['told']],
      },
      ...stage.sink('told'),
    ]);
    await stage.place('readings');
    await stage.publish('sos-0502', { sos: true });
    expect(await stage.written('told')).toEqual([{ told: 1 }]);
    const audit = await stage.admin.all<{ action: string; target: string }>('/api/v1/audit');
    expect(audit.filter(({ action }) => action === 'announce')).toHaveLength(1);
  });

  it('what Gridbell refuses goes to those who catch it, with a red light that says why', async () => {
    await using stage = await FlowStage.open();
    using lights = await stage.nodeRed.lights();
    await stage.deploy([
      readings(['raise']),
      raise({ category: 'no-such-category' }),
      { id: 'catch', type: 'catch', scope: ['raise'], wires: [['caught']] },
      ...stage.sink('caught', 'error'),
    ]);
    await stage.place('readings');
    await stage.publish('smoke-b3-05', { smoke: true });
    const [caught] = await stage.written('caught');
    expect(caught).toMatchObject({ message: expect.stringContaining('no-such-category') });
    await until(
      async () => lights.of('raise'),
      (light) => light?.fill === 'red' && light.text?.includes('no-such-category') === true,
    );
    // It is done with: it does not come again.
    await until(
      () => stage.place('readings'),
      ({ unfinished }) => unfinished.length === 0,
    );
  });

  it('while Gridbell is away a message waits in a node with a yellow light, and is done afterwards', async () => {
    await using stage = await FlowStage.open();
    await using held = await HeldServer.start();
    using lights = await stage.nodeRed.lights();
    await stage.deploy([
      readings(['request']),
      { ...request(held.url), wires: [['raise']] },
      raise({ whereKind: 'place', where: 'b3' }),
    ]);
    await stage.place('readings');
    await stage.publish('smoke-b3-05', { smoke: true });
    await until(
      async () => held.requests.length,
      (count) => count === 1,
    );
    const platform = await stage.killPlatform();
    held.requests[0]?.answer();
    await until(
      async () => lights.of('raise'),
      (light) => light?.fill === 'yellow',
    );
    await until(
      async () => lights.of('readings'),
      (light) => light?.fill === 'yellow',
    );
    await platform.restart();
    await until(
      () => alarmsOf(stage, 'corridor-light'),
      (alarms) => alarms.length === 1,
    );
    await until(
      async () => lights.of('readings'),
      (light) => light?.fill === 'green',
    );
    await until(
      async () => lights.of('raise'),
      (light) => light?.fill === 'green',
    );
  });

  it('a token that is not valid is said in red, by sources and effects alike', async () => {
    await using stage = await FlowStage.open();
    using lights = await stage.nodeRed.lights();
    const other = { ...stage.server, id: 'other', credentials: { token: 'wrong' } };
    await stage.deploy([
      other,
      readings(['raise'], { server: 'other' }),
      raise({ server: 'other' }),
      raise({ id: 'lost', server: '' }),
    ]);
    for (const node of ['readings', 'raise', 'lost'])
      await until(
        async () => lights.of(node),
        (light) => light?.fill === 'red',
      );
  });

  it('a source reads no further than what may be unfinished, and says who has it; a node that is replaced loses nothing', async () => {
    await using stage = await FlowStage.open();
    await using held = await HeldServer.start();
    using lights = await stage.nodeRed.lights();
    const source = readings(['request'], { device: 'climate-b3', property: 'temperature', window: '2' });
    const post = { ...request(held.url), name: 'the other side' };
    await stage.deploy([
      source,
      { id: 'json', type: 'function', func: 'return msg;', outputs: 1, wires: [[]] },
      post,
    ]);
    await stage.place('readings');
    for (const temperature of [1, 2, 3]) await stage.publish('climate-b3', { temperature });
    await until(
      async () => held.requests.length,
      (count) => count === 2,
    );
    await until(
      async () => lights.of('readings'),
      (light) => light?.fill === 'yellow' && light.text?.includes('the other side') === true,
    );
    await until(
      () => stage.place('readings'),
      ({ unfinished }) => unfinished.length === 2,
    );
    // Another address: the node is replaced with what it had under way, the source is not.
    await stage.deploy([source, { ...post, url: `${held.url}/new` }], 'nodes');
    await until(
      async () => held.requests.length,
      (count) => count === 4,
    );
    // Each on a connection of its own: which of two comes first is chance.
    expect(held.requests.map(({ body, path }) => `${path} ${body}`).toSorted()).toEqual([
      '/ 1',
      '/ 2',
      '/new 1',
      '/new 2',
    ]);
    for (const each of held.requests.slice(2)) each.answer();
    await until(
      async () => held.requests.length,
      (count) => count === 5,
    );
    expect(held.requests[4]?.body).toBe('3');
    held.requests[4]?.answer();
    await until(
      () => stage.place('readings'),
      ({ unfinished }) => unfinished.length === 0,
    );
  });

  it('a source that was away for longer than Gridbell keeps says so in red, and goes on with the oldest that there is', async () => {
    await using stage = await FlowStage.open();
    using lights = await stage.nodeRed.lights();
    await stage.publish('climate-b3', { temperature: 20 });
    await mkdir(join(stage.nodeRed.userDir, 'gridbell'));
    // As after a backup of Gridbell that was put back: the place leads behind its end.
    const place = { version: 1, server: stage.url, from: '900000', next: '900000', unfinished: [] };
    await writeFile(
      join(stage.nodeRed.userDir, 'gridbell', 'readings.json'),
      JSON.stringify({ ...place, at: '2026-01-01T00:00:00.000Z' }),
    );
    await stage.deploy([
      readings(['seen'], { device: 'climate-b3', property: 'temperature' }),
      ...stage.sink('seen'),
    ]);
    expect(await stage.written('seen')).toEqual([20]);
    await until(
      async () => lights.of('readings'),
      (light) => light?.fill === 'red' && light.text?.includes('2026-01-01T00:00:00.000Z') === true,
    );
    expect(stage.nodeRed.output).toContain('missed');
    await stage.publish('climate-b3', { temperature: 21 });
    expect(await stage.written('seen', 2)).toEqual([20, 21]);
  });
});
