import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { until } from './support/api-client.ts';
import { FlowStage } from './support/flow-stage.ts';

interface AlarmView {
  readonly id: string;
  readonly rule: string;
  readonly key: string;
  readonly state: string;
  readonly severity: string;
  readonly evidence: readonly unknown[];
  readonly title: unknown;
}

const alarmsOf = (stage: FlowStage, rule: string) =>
  stage.admin.all<AlarmView>(`/api/v1/alarms?rule=${rule}`);
/** The source has a place: what is published from here on it will get. */
const placed = (stage: FlowStage, node: string) =>
  until(
    async () => existsSync(join(stage.nodeRed.userDir, 'gridbell', `${node}.json`)),
    (isThere) => isThere,
  );

it('a reading raises an alarm, with the reading as its evidence, and another one ends it', async () => {
  await using stage = await FlowStage.open();
  await stage.deploy([
    {
      id: 'readings',
      type: 'gridbell-readings',
      server: 'server',
      kind: 'smoke-detector',
      property: 'smoke',
      wires: [['switch']],
    },
    {
      id: 'switch',
      type: 'switch',
      property: 'payload',
      propertyType: 'msg',
      rules: [{ t: 'true' }, { t: 'false' }],
      checkall: 'true',
      outputs: 2,
      wires: [['raise'], ['clear']],
    },
    {
      id: 'raise',
      type: 'gridbell-raise-alarm',
      server: 'server',
      rule: 'corridor-light',
      whereKind: 'message',
      category: 'facilities',
      severity: 'minor',
      severityType: 'severity',
      titleZh: '{place} 走廊灯',
      titleEn: 'Corridor light at {place}',
    },
    { id: 'clear', type: 'gridbell-clear-alarm', server: 'server', rule: 'corridor-light' },
  ]);
  await placed(stage, 'readings');
  await stage.publish('smoke-b3-05', { smoke: true });
  const [raised] = await until(
    () => alarmsOf(stage, 'corridor-light'),
    (alarms) => alarms.length > 0,
  );
  expect(raised).toMatchObject({
    state: 'active',
    severity: 'minor',
    key: 'smoke-b3-05',
    title: { zh: '3号楼 走廊灯' },
    evidence: [{ property: 'smoke', value: true }],
  });
  await stage.publish('smoke-b3-05', { smoke: false });
  const ended = await until(
    () => alarmsOf(stage, 'corridor-light'),
    (alarms) => alarms.every(({ state }) => state === 'cleared'),
  );
  expect(ended.map(({ id }) => id)).toEqual([raised?.id]);
});
