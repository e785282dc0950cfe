import { join } from 'node:path';
import { expect, it } from 'vitest';
import { type DeviceId, epochMs, hour } from '#model/brand.ts';
import type { InboxRecord } from '#model/record.ts';
import { loadLibrary } from '#rules/library/load.ts';
import { openOpsWriter } from '#store/ops/open-writer.ts';
import type { OpsWriter } from '#store/ops/writer.ts';
import { engineOver, key } from '#tests/app/support/engine-over.ts';
import { temporaryDirectory } from '#tests/support/temporary-directory.ts';

const start = Date.parse('2026-03-04T10:00:00+08:00');
const at = (seconds: number) => epochMs(start + seconds * 1_000);

const put = (resource: string, id: string, body: object) => ({
  op: 'put',
  resource,
  id,
  body: { id, ...body },
});
const setup = {
  type: 'command',
  at: at(0),
  id: 'setup',
  actor: { kind: 'system', id: 'system' },
  command: {
    name: 'change',
    expect: 'any',
    reason: 'test',
    changes: [
      put('community', 'c1', {}),
      put('person', 'w-1', { role: 'grid-worker', places: ['c1'] }),
      put('person', 'l-1', { role: 'grid-leader', places: ['c1'] }),
      put('device', 's1', { kind: 'smoke-detector', place: 'c1' }),
      ...loadLibrary().map(({ id, source }) => ({ op: 'put', resource: 'rule', id, body: source })),
    ],
  },
} as unknown as InboxRecord;
const smoke: InboxRecord = {
  type: 'message',
  at: at(10),
  sender: 's1' as DeviceId,
  client: 's1',
  topic: 'gridbell/c1/s1/telemetry',
  payload: Buffer.from('{"smoke":true}'),
  qos: 1,
  dup: false,
  retain: false,
  messageId: 1,
  state: false,
};
const begins = (seconds: number): InboxRecord => ({ type: 'start', at: at(seconds), clock: 'system' });
const tick = (seconds: number): InboxRecord => ({ type: 'tick', at: at(seconds) });

/** Everything that time did to the task of the alarm, as `SECONDS ACTION` with `late` where the history says so. */
async function lived(records: readonly InboxRecord[]): Promise<readonly string[]> {
  using directory = temporaryDirectory();
  const ops = await openOpsWriter(join(directory.path, 'ops.db'), { quarantineKey: key });
  // Every record by an engine of its own: nothing that matters is in memory alone.
  for (const [index] of records.entries()) take(ops, records.slice(0, index + 1));
  const [task] = ops.openTasks({ category: 'fire' });
  if (!task) throw new Error('there is no task');
  const entries = ops.history(task.id).map(({ action, at: time, because = [] }) => {
    const isLate = because.some(({ code }) => code === 'late');
    return `${(time - start) / 1_000} ${action}${isLate ? ' late' : ''}`;
  });
  ops.close();
  return entries.slice(2);
}

function take(ops: OpsWriter, records: readonly InboxRecord[]): void {
  const { effects, engine } = engineOver({ ops, records });
  engine.step();
  effects.wantSnapshot();
  effects.flush();
  effects.abandon();
}

const first = [begins(0), setup, smoke];

it('while Gridbell runs, limits and steps come at their own times', async () => {
  const entries = await lived([...first, tick(69), tick(70), tick(130), tick(190), tick(191)]);
  expect(entries).toEqual(['70 overdue', '70 escalate', '190 escalate']);
});

it('after a day of downtime what was due happens once, in its order, and says that it is late', async () => {
  const back = 24 * (hour / 1_000);
  const entries = await lived([...first, tick(60), begins(back), tick(back + 1)]);
  expect(entries).toEqual(
    ['overdue', 'escalate', 'escalate', 'remind'].map((what) => `${back} ${what} late`),
  );
});

it('so it does after the clock was put forward, or the machine slept', async () => {
  const entries = await lived([...first, tick(60), tick(3_000), tick(3_001)]);
  expect(entries).toEqual(['overdue', 'escalate', 'escalate', 'remind'].map((what) => `3000 ${what} late`));
});

it('a restart in between changes nothing, and what falls due after it is not late', async () => {
  const entries = await lived([...first, tick(71), begins(75), begins(80), tick(191)]);
  expect(entries).toEqual(['70 overdue', '70 escalate', '190 escalate']);
});
