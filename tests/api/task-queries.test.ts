import { describe, expect, it, vi } from 'vitest';
import {
  type AlarmId,
  type DeviceId,
  epochMs,
  type PersonId,
  type PlaceId,
  type RuleId,
} from '#model/brand.ts';
import { type RunningApi, runningApi, start } from '#tests/api/support/running-api.ts';
import { alarm, entry, task } from '#tests/store/ops/support/samples.ts';

const ids = (answer: { json(): { items: { id: string }[] } }) => answer.json().items.map(({ id }) => id);
const person = (id: string) => id as PersonId;

function writeTasks(api: RunningApi): void {
  api.write((writer) => {
    writer.putTask(task('t-mine', { assignee: person('p-worker'), acceptBy: epochMs(start - 1) }));
    writer.putTask(task('t-open', { assignee: null, state: 'filed', acceptBy: null, severity: 'minor' }));
    writer.putTask(task('t-care', { assignee: person('p-care'), state: 'accepted', acceptBy: null }));
    writer.putTask(task('t-done', { assignee: person('p-worker'), state: 'closed' }));
    writer.putTask(task('t-far', { assignee: null, place: 'b9' as PlaceId, acceptBy: null }));
  });
}

describe('the list of tasks', () => {
  it('takes several states, who has it by `me` and `none`, and the severity', async () => {
    await using api = await runningApi();
    writeTasks(api);
    const list = async (query: string) => ids(await api.get('p-worker', `/tasks?${query}`));
    expect(await list('')).toEqual(['t-done', 't-open', 't-mine']);
    expect(await list('state=filed,dispatched')).toEqual(['t-open', 't-mine']);
    expect(await list('state=dispatched, closed')).toEqual(['t-done', 't-mine']);
    expect(await list('assignee=me')).toEqual(['t-done', 't-mine']);
    expect(await list('assignee=me&state=dispatched')).toEqual(['t-mine']);
    expect(await list('assignee=none')).toEqual(['t-open']);
    expect(await list('severity=minor')).toEqual(['t-open']);
    expect(await list('severity=critical&overdue=true')).toEqual(['t-mine']);
    // Somebody without a person has nothing.
    expect(ids(await api.get('admin', '/tasks?assignee=me'))).toEqual([]);
    expect((await api.get('p-worker', '/tasks?state=filed,lost')).json()).toMatchObject({
      status: 400,
      code: 'invalid-input',
      issues: [{ path: 'state' }],
    });
  });

  it('shortens histories where a list asks for it', async () => {
    await using api = await runningApi();
    api.write((writer) => {
      const row = task('t-1');
      writer.putTask(row);
      for (const action of ['file', 'dispatch']) writer.appendHistory(row.id, entry({ action }));
    });
    const [short] = (await api.get('admin', '/tasks?history=1')).json().items;
    expect(short).toMatchObject({ history: [{ action: 'dispatch', because: [] }], historyOmitted: 1 });
  });

  it('is counted as it is seen', async () => {
    await using api = await runningApi();
    writeTasks(api);
    const counts = async (account: string, query = '') =>
      (await api.get(account, `/tasks/counts${query}`)).json();
    expect(await counts('p-worker')).toEqual({
      open: 2,
      overdue: 1,
      unassigned: 1,
      mine: 1,
      states: { dispatched: 1, filed: 1 },
    });
    expect(await counts('admin')).toMatchObject({ open: 4, mine: 0, unassigned: 2 });
    expect(await counts('admin', '?place=g2')).toMatchObject({ open: 1, states: { dispatched: 1 } });
    expect(await counts('p-volunteer')).toMatchObject({ open: 0, states: {} });
    expect(await counts('admin', '?overdue=false&assignee=p-worker')).toMatchObject({ open: 0 });
    expect(await counts('admin', '?overdue=true&category=fire')).toMatchObject({ open: 1 });
    expect(await counts('admin', '?category=care')).toMatchObject({ open: 0 });
    expect(await counts('admin', '?assignee=none&severity=minor')).toMatchObject({ states: { filed: 1 } });
    expect(await counts('admin', '?state=accepted,closed')).toMatchObject({ states: { accepted: 1 } });
    expect(await counts('admin', '?assignee=me')).toMatchObject({ open: 0 });
  });

  it('is read once for all who count, and for nobody who looks for a candidate', async () => {
    await using api = await runningApi();
    writeTasks(api);
    const heads = vi.spyOn(api.reader, 'openTaskHeads');
    const standing = vi.spyOn(api.reader, 'standingAlarms');
    await api.get('admin', '/tasks/t-mine/candidates');
    expect(heads).toHaveBeenCalledTimes(0);
    for (const account of ['admin', 'p-worker', 'p-leader'])
      for (const url of ['/tasks/counts', '/tasks/counts?assignee=me', '/alarms?state=standing', '/overview'])
        expect((await api.get(account, url)).statusCode).toBe(200);
    expect([heads.mock.calls.length, standing.mock.calls.length]).toEqual([1, 1]);
  });
});

describe('one task', () => {
  it('says in names what it is about: rule, places, people, roles that it is for', async () => {
    await using api = await runningApi();
    const rule = { id: 'smoke-alarm', name: { zh: '烟感报警', en: 'Smoke alarm' }, category: 'fire' };
    const body = {
      ...rule,
      severity: 'critical',
      property: 'smoke',
      when: 'value == true',
      task: { title: { zh: '烟' }, to: 'care-staff' },
    };
    const because = [{ code: 'named', by: 'p-leader' }] as const;
    api.write((writer) => {
      const row = task('t-1', { place: 'b3-0502' as PlaceId, assignee: person('p-worker'), because });
      writer.putTask(row);
      writer.putTask(task('t-2', { rule: 'gone' as RuleId }));
      writer.putAlarm(alarm('a-1'));
      writer.appendHistory(row.id, entry({ actor: 'p-manager', because }));
    });
    expect((await api.get('admin', '/tasks/t-1')).json().ruleName).toBeNull();
    expect((await api.send('admin', 'PUT', '/rules/smoke-alarm', body)).statusCode).toBe(200);
    const seen = (await api.get('p-worker', '/tasks/t-1')).json();
    expect(seen).toMatchObject({
      ruleName: rule.name,
      path: [
        { id: 'b3-0502', kind: 'room' },
        { id: 'b3', kind: 'building' },
        { id: 'g1', kind: 'grid' },
      ],
      because,
      history: [{ because }],
    });
    expect(seen.people).toEqual({ 'p-worker': '周敏', 'p-leader': '赵建国', 'p-manager': '吴刚' });
    expect(seen.roles.slice(0, 2)).toEqual(['care-staff', 'grid-worker']);
    expect((await api.get('admin', '/alarms/a-1')).json()).toMatchObject({ ruleName: rule.name });
    const gone = (await api.get('admin', '/tasks/t-2')).json();
    expect(gone).toMatchObject({ ruleName: null, because: [] });
    expect(gone.roles[0]).toBe('grid-worker');
  });

  it('gives its alarms to whoever sees it, the last first, page by page', async () => {
    await using api = await runningApi();
    const alarms = ['a-1', 'a-2', 'a-3'] as AlarmId[];
    api.write((writer) => {
      const far = { place: 'b9' as PlaceId, device: 'smoke-b9' as DeviceId };
      for (const id of alarms) writer.putAlarm(alarm(id, far));
      writer.putTask(task('t-1', { alarms, place: 'b9' as PlaceId, assignee: person('p-volunteer') }));
    });
    expect(ids(await api.get('p-volunteer', '/tasks/t-1/alarms'))).toEqual(['a-3', 'a-2', 'a-1']);
    expect((await api.get('p-worker', '/tasks/t-1/alarms')).statusCode).toBe(403);
    const first = (await api.get('admin', '/tasks/t-1/alarms?limit=2')).json();
    expect(first).toMatchObject({ items: [{ id: 'a-3' }, { id: 'a-2' }], next: 'a-2' });
    expect((await api.get('admin', '/tasks/t-1/alarms?limit=2&cursor=a-2')).json()).toMatchObject({
      items: [{ id: 'a-1' }],
      next: null,
    });
    expect((await api.get('admin', '/tasks/t-1/alarms?cursor=x')).statusCode).toBe(400);
    expect((await api.get('admin', '/tasks/t-0/alarms')).statusCode).toBe(404);
  });

  it('names who could take it: who works there and suits first, never an auditor or who has it', async () => {
    await using api = await runningApi();
    api.write((writer) => {
      writer.putTask(task('t-1', { assignee: person('p-leader') }));
      writer.putTask(task('t-2', { assignee: person('p-worker') }));
    });
    const { items } = (await api.get('p-leader', '/tasks/t-1/candidates')).json();
    expect(items[0]).toMatchObject({ id: 'p-worker', role: 'grid-worker', suits: true, openTasks: 1 });
    const found = items.map(({ id }: { id: string }) => id);
    expect(found).toContain('p-manager');
    for (const id of ['p-auditor', 'p-leader', 'p-elsewhere']) expect(found).not.toContain(id);
  });

  it('names them for who has it or dispatches there, not for who was only told of it', async () => {
    await using api = await runningApi();
    const also = ['p-volunteer', 'p-care'].map(person);
    api.write((writer) => {
      writer.putTask(task('t-told', { assignee: person('p-worker'), also }));
      writer.putTask(task('t-volunteer', { assignee: person('p-volunteer') }));
      writer.putTask(task('t-far', { assignee: null, place: 'b9' as PlaceId }));
    });
    const status = async (account: string, id: string) =>
      (await api.get(account, `/tasks/${id}/candidates`)).statusCode;
    for (const account of ['p-volunteer', 'p-care']) {
      expect((await api.get(account, '/tasks/t-told')).statusCode).toBe(200);
      expect(await status(account, 't-told')).toBe(403);
    }
    for (const account of ['p-worker', 'p-leader', 'admin'])
      expect(await status(account, 't-told')).toBe(200);
    expect(await status('p-volunteer', 't-volunteer')).toBe(200);
    expect(await status('p-leader', 't-far')).toBe(403);
  });
});
