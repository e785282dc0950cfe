import { describe, expect, it } from 'vitest';
import type { Alarm } from '#model/alarm.ts';
import type { DeviceId, PersonId, PlaceId } from '#model/brand.ts';
import type { Task } from '#model/task.ts';
import { type RunningApi, runningApi, start } from '#tests/api/support/running-api.ts';
import { alarm, task } from '#tests/store/ops/support/samples.ts';

interface Page {
  readonly items: readonly {
    readonly position: string;
    readonly changes: readonly string[];
    readonly alarm?: Readonly<Record<string, unknown>> & { readonly id: string };
    readonly task?: Readonly<Record<string, unknown>> & { readonly id: string };
  }[];
  readonly next: string;
  readonly more: boolean;
}

const happen = (
  api: RunningApi,
  topic: 'alarms' | 'tasks',
  body: Alarm | Task,
  changes?: readonly string[],
): void => {
  api.write((writer) =>
    writer.emit({ topic, at: start, place: body.place, body, ...(changes ? { changes } : {}) }),
  );
  api.platform.fed();
};
const aTask = (id: string, more: Partial<Task> = {}): Task => {
  const { join: _j, lastAlarmAt: _l, reRaiseMs: _r, ...rest } = task(id);
  return { ...rest, history: [], ...more } as Task;
};
const follow = async (api: RunningApi, account: string, what: string): Promise<Page> =>
  (await api.get(account, what)).json();
const idsOf = ({ items }: Page) => items.map((item) => (item.alarm ?? item.task)?.id);

describe('the feeds of alarms and tasks', () => {
  it('begin now, and go on where the last answer ended, each in the order of both', async () => {
    await using api = await runningApi();
    happen(api, 'alarms', alarm('a-1'), ['raised']);
    expect(await follow(api, 'admin', '/alarms/feed')).toEqual({ items: [], next: '1', more: false });
    happen(api, 'tasks', aTask('t-1'), ['file', 'dispatch']);
    happen(api, 'alarms', alarm('a-1', { tasks: ['t-1' as never] }), ['tasks']);
    happen(api, 'alarms', alarm('a-2'));
    const first = await follow(api, 'admin', '/alarms/feed?after=0&limit=2');
    expect(first).toMatchObject({
      items: [
        {
          position: '1',
          at: '2026-01-01T04:00:00.000Z',
          changes: ['raised'],
          alarm: { id: 'a-1', tasks: [] },
        },
        { position: '3', changes: ['tasks'], alarm: { id: 'a-1', tasks: ['t-1'] } },
      ],
      next: '3',
      more: true,
    });
    const rest = await follow(api, 'admin', '/alarms/feed?after=3');
    expect(rest).toMatchObject({
      items: [{ position: '4', changes: [], alarm: { id: 'a-2' } }],
      next: '4',
      more: false,
    });
    const tasks = await follow(api, 'admin', '/tasks/feed?after=0');
    expect(tasks).toMatchObject({
      items: [{ position: '2', changes: ['file', 'dispatch'], task: { id: 't-1', state: 'dispatched' } }],
      next: '4',
    });
  });

  it('are of what the caller may see, and wants to', async () => {
    await using api = await runningApi();
    happen(api, 'alarms', alarm('fire'), ['raised']);
    happen(api, 'alarms', alarm('elsewhere', { place: 'b9' as PlaceId, device: 'smoke-b9' as DeviceId }), [
      'raised',
    ]);
    happen(api, 'alarms', alarm('minor', { severity: 'minor', category: 'facilities' }), ['cleared']);
    happen(api, 'tasks', aTask('t-1'), ['dispatch']);
    happen(api, 'tasks', aTask('t-2', { place: 'b9' as PlaceId, assignee: null, state: 'filed' }), ['file']);
    const alarms = async (account: string, query = '') =>
      idsOf(await follow(api, account, `/alarms/feed?after=0${query}`));
    expect(await alarms('admin')).toEqual(['fire', 'elsewhere', 'minor']);
    expect(await alarms('p-manager')).toEqual(['fire', 'minor']);
    expect(await alarms('admin', '&change=cleared,revised')).toEqual(['minor']);
    expect(await alarms('admin', '&severity=critical&place=g1')).toEqual(['fire']);
    expect(await alarms('admin', '&category=facilities,elderly-care')).toEqual(['minor']);
    expect(await alarms('admin', '&device=smoke-b9&rule=smoke-alarm')).toEqual(['elsewhere']);
    const tasks = async (account: string, query = '') =>
      idsOf(await follow(api, account, `/tasks/feed?after=0${query}`));
    expect(await tasks('admin')).toEqual(['t-1', 't-2']);
    expect(await tasks('p-manager')).toEqual(['t-1']);
    expect(await tasks('p-volunteer')).toEqual([]);
    expect(await tasks('admin', '&state=filed')).toEqual(['t-2']);
    expect(await tasks('admin', `&assignee=${'w-zhou' as PersonId}&change=dispatch`)).toEqual(['t-1']);
    expect((await api.get('p-volunteer', '/alarms/feed?after=0')).statusCode).toBe(403);
  });

  it('wait for a change where there is none, of their own sort', async () => {
    await using api = await runningApi();
    const waiting = follow(api, 'admin', '/alarms/feed?after=0&wait=30&change=raised');
    while (api.platform.wakers.size === 0) await new Promise((resolve) => setImmediate(resolve));
    happen(api, 'tasks', aTask('t-1'));
    happen(api, 'alarms', alarm('a-1'), ['cleared']);
    happen(api, 'alarms', alarm('a-2'), ['raised']);
    expect(await waiting).toMatchObject({ items: [{ position: '3', alarm: { id: 'a-2' } }], next: '3' });
    expect(api.platform.wakers.size).toBe(0);
  });

  it('say when something behind the cursor is gone, and when the log is another', async () => {
    await using api = await runningApi();
    for (const id of ['a-1', 'a-2', 'a-3']) happen(api, 'alarms', alarm(id), ['raised']);
    api.write((writer) => writer.trimEvents(1));
    for (const what of ['alarms', 'tasks'])
      for (const after of ['0', '1', '4'])
        expect((await api.get('admin', `/${what}/feed?after=${after}`)).json(), after).toMatchObject({
          status: 410,
          code: 'gone',
          oldest: '2',
        });
    expect(idsOf(await follow(api, 'admin', '/alarms/feed?after=2'))).toEqual(['a-3']);
    for (const query of ['after=x', 'after=1.2', 'wait=31', 'limit=0', 'limit=501', 'other=1'])
      expect((await api.get('admin', `/alarms/feed?${query}`)).statusCode, query).toBe(400);
  });

  it('look through no more at a time than does not hold up others, and go on', async () => {
    await using api = await runningApi();
    api.write((writer) => {
      for (let n = 1; n <= 1_000; n++)
        writer.emit({ topic: 'alarms', at: start, place: 'b9' as PlaceId, body: alarm(`a-${n}`) });
    });
    happen(api, 'alarms', alarm('mine'));
    const first = await follow(api, 'p-manager', '/alarms/feed?after=0&wait=30');
    expect(first).toEqual({ items: [], next: '1000', more: true });
    expect(idsOf(await follow(api, 'p-manager', '/alarms/feed?after=1000'))).toEqual(['mine']);
  });
});
