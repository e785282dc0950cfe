import { describe, expect, it } from 'vitest';
import type { AlarmId, DeviceId, PersonId, PlaceId, ResidentId, TaskId } from '#model/brand.ts';
import type { Reason } from '#model/reason.ts';
import { reasonText } from '#tasks/reason-text.ts';
import { runningApi, start } from '#tests/api/support/running-api.ts';
import { alarm, entry, task } from '#tests/store/ops/support/samples.ts';

const ids = (answer: { json(): { items: { id: string }[] } }) => answer.json().items.map(({ id }) => id);

describe('what a caller sees', () => {
  it('is what lies in the own places', async () => {
    await using api = await runningApi();
    expect(ids(await api.get('p-worker', '/places'))).toEqual(['b3', 'b3-0502', 'g1']);
    expect(ids(await api.get('p-worker', '/devices'))).toEqual(['smoke-b3-05', 'watch-0502']);
    expect(ids(await api.get('p-elsewhere', '/devices'))).toEqual(['smoke-b9']);
    expect((await api.get('p-elsewhere', '/devices/smoke-b3-05')).statusCode).toBe(403);
    expect((await api.get('p-elsewhere', '/devices/smoke-b3-05/latest')).statusCode).toBe(403);
    expect(ids(await api.get('p-duty', '/devices'))).toHaveLength(3);
    expect(ids(await api.get('admin', '/devices?place=g2'))).toEqual(['smoke-b9']);
  });

  it('holds for changes: neither from elsewhere nor to elsewhere', async () => {
    await using api = await runningApi();
    const device = { id: 'x', kind: 'door', place: 'b9' };
    expect((await api.send('p-manager', 'POST', '/devices', device)).statusCode).toBe(403);
    expect((await api.send('p-manager', 'PATCH', '/devices/smoke-b3-05', { place: 'b9' })).statusCode).toBe(
      403,
    );
    expect((await api.send('p-manager', 'PATCH', '/devices/smoke-b9', { name: 'mine' })).statusCode).toBe(
      403,
    );
    expect((await api.send('p-manager', 'DELETE', '/devices/smoke-b9')).statusCode).toBe(403);
    expect((await api.send('p-manager', 'POST', '/devices/smoke-b9/rotate-token', {})).statusCode).toBe(403);
    expect((await api.send('p-manager', 'PUT', '/modes', { target: 'g2', mode: 'drill' })).statusCode).toBe(
      403,
    );
    expect(
      (await api.send('p-worker', 'POST', '/tasks', { category: 'x', title: 'y', place: 'b9' })).statusCode,
    ).toBe(403);
    expect(api.engine.executed).toHaveLength(1);
  });

  it('holds for the resident whom a device is given to', async () => {
    await using api = await runningApi();
    const door = { id: 'door-1', kind: 'door', place: 'b3-0502', resident: 'r-far' };
    expect((await api.send('p-manager', 'POST', '/devices', door)).statusCode).toBe(403);
    const link = (resident: string | null) =>
      api.send('p-manager', 'PATCH', '/devices/watch-0502', { resident });
    expect((await link('r-far')).statusCode).toBe(403);
    expect((await link(null)).statusCode).toBe(200);
    expect((await link('r-0502')).statusCode).toBe(200);
    expect((await api.send('admin', 'PATCH', '/devices/watch-0502', { resident: 'r-far' })).statusCode).toBe(
      200,
    );
  });

  it('holds for alarms, one and many', async () => {
    await using api = await runningApi();
    api.write((writer) => {
      writer.putAlarm(alarm('a-near'));
      writer.putAlarm(alarm('a-far', { place: 'b9' as PlaceId, device: 'smoke-b9' as DeviceId }));
    });
    expect(ids(await api.get('p-worker', '/alarms'))).toEqual(['a-near']);
    expect(ids(await api.get('admin', '/alarms?place=g2'))).toEqual(['a-far']);
    expect((await api.get('p-worker', '/alarms/a-far')).statusCode).toBe(403);
    expect((await api.send('p-worker', 'POST', '/alarms/a-far/acknowledge', {})).statusCode).toBe(403);
    const acknowledged = await api.send('p-worker', 'POST', '/alarms/a-near/acknowledge');
    expect(acknowledged.json()).toMatchObject({
      id: 'a-near',
      ack: true,
      disposition: null,
      clearedAt: null,
    });
    const disposed = await api.send('p-worker', 'POST', '/alarms/a-near/dispose', { disposition: 'drill' });
    expect(disposed.json()).toMatchObject({ disposition: 'drill', startedAt: '2026-01-01T04:00:00.000Z' });
  });

  it('leaves vitals out of the trace of a rule on something else, whatever was in the message', async () => {
    await using api = await runningApi();
    const rule = { id: 'r-1', category: 'x', severity: 'minor', lateness: '5m' };
    const rules = {
      low: { property: 'battery-low', when: 'value == true' },
      any: { property: '*', silentFor: '1h' },
    };
    for (const [id, fields] of Object.entries(rules))
      expect((await api.send('admin', 'PUT', `/rules/${id}`, { ...rule, ...fields, id })).statusCode).toBe(
        200,
      );
    const plain = {
      at: start,
      inputs: { 'battery-low': false },
      outcome: 'quiet',
      reason: 'it does not hold',
    };
    const inputs = { 'battery-low': true, 'heart-rate': 140, 'made-up': 1 };
    api.platform.traced = [
      plain,
      { at: start, inputs, outcome: 'raised', reason: 'heart-rate is 140' },
      { at: start, inputs: {}, outcome: 'held-back', reason: 'held back: mode hospital' },
    ];
    await api.send('admin', 'PUT', '/rules/ill', { ...rule, ...rules.low, id: 'ill', unless: ['hospital'] });
    const ofTheIll = '/rules/ill/trace?device=watch-0502';
    expect((await api.get('p-leader', ofTheIll)).json().items).toHaveLength(2);
    expect((await api.get('p-care', ofTheIll)).json().items).toHaveLength(3);
    for (const id of Object.keys(rules)) {
      const trace = `/rules/${id}/trace?device=watch-0502`;
      expect((await api.get('p-leader', trace)).json().items[2].reason).toBe('held back');
      expect((await api.get('p-care', trace)).json().items[2].reason).toContain('hospital');
      expect((await api.get('p-care', trace)).json().items[1]).toMatchObject({
        inputs,
        reason: 'heart-rate is 140',
      });
      for (const account of ['p-manager', 'p-leader', 'p-auditor']) {
        const answer = await api.get(account, trace);
        expect(answer.statusCode).toBe(200);
        expect(answer.json().items[0], account).toMatchObject({ reason: plain.reason, inputs: plain.inputs });
        expect(answer.json().items[1], account).toMatchObject({
          inputs: { 'battery-low': true },
          outcome: 'raised',
        });
        expect(answer.body).not.toContain('140');
      }
    }
  });

  it('names a resident in a title to those who see residents, and to who has the task', async () => {
    await using api = await runningApi();
    const named = { zh: '王奶奶 按下求助', en: 'Grandma Wang asks for help' };
    const publicTitle = { zh: '3号楼 3-502 按下求助', en: 'Building 3 3-502 asks for help' };
    api.write((writer) => {
      writer.putTask(task('t-1', { title: named, publicTitle, place: 'b3-0502' as PlaceId, assignee: null }));
      writer.putTask(
        task('t-own', {
          title: named,
          publicTitle,
          place: 'b3-0502' as PlaceId,
          assignee: 'p-worker' as PersonId,
        }),
      );
    });
    for (const account of ['admin', 'p-manager', 'p-care', 'p-leader', 'p-duty'])
      expect((await api.get(account, '/tasks/t-1')).json()).toMatchObject({ title: named.zh, titles: named });
    for (const account of ['p-worker', 'p-auditor']) {
      expect((await api.get(account, '/tasks/t-1')).json()).toMatchObject({
        title: publicTitle.zh,
        titles: publicTitle,
      });
    }
    expect((await api.get('p-auditor', '/tasks')).body).not.toContain('王奶奶');
    expect((await api.get('p-worker', '/tasks/t-own')).json().title).toBe(named.zh);
    expect((await api.get('admin', '/tasks/t-1')).json()).not.toHaveProperty('publicTitle');
  });

  it('does not tell by the key of an alarm or a task who lives there', async () => {
    await using api = await runningApi();
    const place = 'b3-0502' as PlaceId;
    const key = 'r-0502';
    api.write((writer) => {
      writer.putAlarm(alarm('a-still', { key, place, resident: key as ResidentId }));
      const because: readonly Reason[] = [
        { code: 'alarm', alarm: 'a-still' },
        { code: 'same-rule-and-key', rule: 'no-sign-of-life', key },
      ];
      const reason = reasonText(because);
      writer.putTask(task('t-still', { key, place, assignee: null, reason, because }));
      writer.appendHistory('t-still' as TaskId, entry({ action: 'join', reason, because }));
    });
    for (const [account, seen] of [
      ['p-leader', key],
      ['p-worker', place],
      ['p-auditor', place],
    ] as const) {
      expect((await api.get(account, '/alarms/a-still')).json().key).toBe(seen);
      const shown = (await api.get(account, '/tasks/t-still')).json();
      expect(shown.key).toBe(seen);
      for (const why of [shown, shown.history[0]]) {
        expect(why.because[1].key).toBe(seen);
        expect(why.reason).toBe(
          `alarm a-still; open task of the same rule and key: no-sign-of-life, ${seen}`,
        );
      }
    }
  });

  it('does not tell the auditor who is in hospital', async () => {
    await using api = await runningApi();
    const detail = 'put: set hospital of r-0502';
    api.write((writer) => {
      const said = { at: start, actor: 'p-care', action: 'change' };
      writer.audit({ ...said, target: 'mode r-0502 hospital', detail });
      writer.audit({ ...said, target: 'mode r-0502 away', detail: 'put: set away of r-0502' });
      writer.audit({ ...said, target: 'mode b3 drill', detail: 'put: set drill of b3' });
    });
    const told = async (account: string) =>
      (await api.get(account, '/audit?limit=3')).json().items.map((item: { target: string }) => item.target);
    expect(await told('p-auditor')).toEqual(['mode b3 drill', 'mode r-0502', 'mode r-0502']);
    expect(await told('admin')).toContain('mode r-0502 hospital');
    expect((await api.get('p-auditor', '/audit')).body).not.toContain('hospital');
  });

  it('leaves vitals to admin and care staff', async () => {
    await using api = await runningApi();
    api.write((writer) =>
      writer.putAlarm(
        alarm('a-heart', {
          place: 'b3-0502' as PlaceId,
          device: 'watch-0502' as DeviceId,
          resident: 'r-0502' as ResidentId,
          evidence: [{ property: 'heart-rate', value: 140, at: start }],
        }),
      ),
    );
    api.platform.latestOf.set('watch-0502', {
      'heart-rate': { value: 140, at: start },
      battery: { value: 80, at: start },
      'made-up-by-the-watch': { value: 1, at: start },
    });
    for (const account of ['admin', 'p-care']) {
      expect((await api.get(account, '/alarms/a-heart')).json().evidence).toHaveLength(1);
      expect((await api.get(account, '/devices/watch-0502/latest')).json()['heart-rate']).toEqual({
        value: 140,
        at: '2026-01-01T04:00:00.000Z',
        unit: '/min',
      });
    }
    for (const account of ['p-manager', 'p-worker', 'p-leader', 'p-auditor']) {
      expect((await api.get(account, '/alarms/a-heart')).json().evidence).toEqual([]);
      expect(Object.keys((await api.get(account, '/devices/watch-0502/latest')).json())).toEqual(['battery']);
      const readings = await api.get(account, '/devices/watch-0502/readings?property=heart-rate');
      expect(readings.statusCode).toBe(403);
    }
    expect((await api.get('p-worker', '/alarms/a-heart')).json()).not.toHaveProperty('resident');
    expect((await api.get('p-manager', '/alarms/a-heart')).json()).toHaveProperty('resident', 'r-0502');
  });

  it('shows residents without their limits to who must not know them, and lets nobody set what they do not see', async () => {
    await using api = await runningApi();
    expect((await api.get('p-care', '/residents/r-0502')).json()).toHaveProperty('limits');
    const manager = (await api.get('p-manager', '/residents/r-0502')).json();
    expect(manager).toMatchObject({ name: '王奶奶', phone: '137' });
    expect(manager).not.toHaveProperty('limits');
    const refused = await api.send('p-manager', 'PATCH', '/residents/r-0502', { limits: {} });
    expect(refused.statusCode).toBe(403);
    const changed = await api.send('p-manager', 'PATCH', '/residents/r-0502', { phone: '135' });
    expect(changed.statusCode).toBe(200);
    expect((await api.get('p-care', '/residents/r-0502')).json()).toMatchObject({
      phone: '135',
      limits: { 'heart-rate': { low: 45 } },
    });
    expect((await api.get('p-care', '/residents/r-far')).statusCode).toBe(403);
    expect((await api.get('p-care', '/devices/watch-0502')).json()).toHaveProperty('resident');
    expect((await api.get('p-worker', '/devices/watch-0502')).json()).not.toHaveProperty('resident');
  });

  it('gives a grid worker an address only while a task there is open and the own', async () => {
    await using api = await runningApi();
    expect((await api.get('p-worker', '/residents/r-0502')).statusCode).toBe(403);
    expect(ids(await api.get('p-worker', '/residents'))).toEqual([]);
    const there = task('t-1', {
      place: 'b3-0502' as PlaceId,
      assignee: 'p-worker' as PersonId,
      state: 'accepted',
    });
    api.write((writer) => writer.putTask(there));
    expect((await api.get('p-worker', '/residents/r-0502')).json()).toEqual({
      id: 'r-0502',
      place: 'b3-0502',
      name: '王奶奶',
      phone: '137',
      contacts: [{ name: '王强', phone: '136' }],
    });
    expect((await api.get('p-elsewhere', '/residents/r-0502')).statusCode).toBe(403);
    api.write((writer) => writer.putTask({ ...there, version: 2, state: 'closed', closedAt: start }));
    expect((await api.get('p-worker', '/residents/r-0502')).statusCode).toBe(403);
  });

  it('shows the resident of the alarm behind the own task, wherever the task is', async () => {
    await using api = await runningApi();
    api.write((writer) => {
      writer.putAlarm(alarm('a-1', { resident: 'r-0502' as ResidentId }));
      writer.putTask(task('t-1', { assignee: 'p-worker' as PersonId, alarms: ['a-1' as AlarmId] }));
    });
    expect((await api.get('p-worker', '/residents/r-0502')).statusCode).toBe(200);
  });

  it('shows phones to who has to call, and everybody the own', async () => {
    await using api = await runningApi();
    expect((await api.get('p-leader', '/people/p-worker')).json()).toHaveProperty('phone', '138');
    expect((await api.get('p-auditor', '/people/p-worker')).json()).not.toHaveProperty('phone');
    expect((await api.get('p-worker', '/people/p-manager')).json()).not.toHaveProperty('phone');
    expect((await api.get('p-worker', '/people/p-worker')).json()).toHaveProperty('phone', '138');
    expect(ids(await api.get('p-elsewhere', '/people'))).not.toContain('p-worker');
    expect(ids(await api.get('p-elsewhere', '/people'))).toContain('p-duty');
  });

  it('shows tasks by role: a volunteer the own, a grid worker those of grid workers, others what lies in their places', async () => {
    await using api = await runningApi();
    const put = (id: string, assignee: string | null, place = 'b3') =>
      task(id as TaskId, {
        assignee: assignee as PersonId | null,
        place: place as PlaceId,
        createdAt: start,
      });
    api.write((writer) => {
      writer.putTask(put('t-care', 'p-care'));
      writer.putTask(put('t-far', 'p-elsewhere', 'b9'));
      writer.putTask(put('t-free', null));
      writer.putTask(put('t-help', 'p-volunteer', 'b9'));
      writer.putTask(put('t-mine', 'p-worker'));
    });
    const seen = async (account: string) => ids(await api.get(account, '/tasks')).sort();
    expect(await seen('p-volunteer')).toEqual(['t-help']);
    expect(await seen('p-worker')).toEqual(['t-free', 't-mine']);
    expect(await seen('p-care')).toEqual(['t-care', 't-free', 't-mine']);
    expect(await seen('p-duty')).toHaveLength(5);
    expect((await api.get('p-worker', '/tasks/t-care')).statusCode).toBe(403);
    expect((await api.send('p-worker', 'POST', '/tasks/t-care/accept', { version: 1 })).statusCode).toBe(403);
    expect((await api.get('p-volunteer', '/tasks/t-help')).statusCode).toBe(200);
  });

  it('binds API tokens to their places and role', async () => {
    await using api = await runningApi();
    const made = await api.send('admin', 'POST', '/tokens', {
      name: 'board',
      role: 'auditor',
      places: ['g2'],
    });
    expect(made.statusCode).toBe(201);
    const { token, id } = made.json();
    const authorization = `Bearer ${token}`;
    const devices = await api.call(null, {
      method: 'GET',
      url: '/api/v1/devices',
      headers: { authorization },
    });
    expect(ids(devices)).toEqual(['smoke-b9']);
    const users = await api.call(null, { method: 'GET', url: '/api/v1/users', headers: { authorization } });
    expect(users.statusCode).toBe(403);
    const bound = await api.send('admin', 'POST', '/tokens', { name: 'x', role: 'admin', places: ['g1'] });
    const exported = await api.call(null, {
      method: 'GET',
      url: '/api/v1/export',
      headers: { authorization: `Bearer ${bound.json().token}` },
    });
    expect(exported.statusCode).toBe(403);
    expect((await api.get('admin', '/tokens')).body).not.toContain(token);
    expect((await api.send('admin', 'DELETE', `/tokens/${id}`)).statusCode).toBe(204);
    const after = await api.call(null, { method: 'GET', url: '/api/v1/devices', headers: { authorization } });
    expect(after.statusCode).toBe(401);
  });

  it('shows quarantined content to an admin alone', async () => {
    await using api = await runningApi();
    api.write((writer) =>
      writer.putQuarantined({
        device: 'smoke-b3-05' as DeviceId,
        receivedAt: start,
        position: 1 as never,
        topic: 't',
        dialect: 'native',
        reason: 'malformed',
        property: null,
        detail: 'is no JSON',
        payload: Buffer.from('{"oops'),
      }),
    );
    expect((await api.get('admin', '/quarantine')).json().items[0]).toMatchObject({
      reason: 'malformed',
      payload: Buffer.from('{"oops').toString('base64'),
      replayedAt: null,
    });
    expect((await api.get('p-manager', '/quarantine')).json().items[0]).toMatchObject({ payload: null });
    const replayed = await api.send('admin', 'POST', '/quarantine/replay', {
      filter: { reason: 'malformed' },
    });
    expect(replayed.json()).toEqual({
      asked: 1,
      outcome: { replayed: 1, read: 0, readings: 0, returned: 0, missing: [] },
    });
    expect((await api.get('admin', '/quarantine?state=held')).json().items).toEqual([]);
    expect((await api.send('admin', 'POST', '/quarantine/replay', {})).statusCode).toBe(400);
  });
});
