import { describe, expect, it } from 'vitest';
import type { DeviceId, PlaceId } from '#model/brand.ts';
import { day, epochMs, plus } from '#model/brand.ts';
import { hashDeviceToken } from '#model/secrets.ts';
import { runningApi, start } from '#tests/api/support/running-api.ts';
import { alarm, task } from '#tests/store/ops/support/samples.ts';

describe('resources', () => {
  it('are created with 201, and a second time answered 409 with the value that stands', async () => {
    await using api = await runningApi();
    const place = { id: 'b4', kind: 'building', parent: 'g1', name: '4号楼' };
    const made = await api.send('admin', 'POST', '/places', place);
    expect(made.statusCode).toBe(201);
    expect(made.headers.location).toBe('/api/v1/places/b4');
    expect(made.json()).toEqual(place);
    const again = await api.send('admin', 'POST', '/places', { ...place, name: 'another' });
    expect(again.statusCode).toBe(409);
    expect(again.headers['content-type']).toContain('application/problem+json');
    expect(again.json()).toMatchObject({ code: 'already-exists', status: 409, standing: place });
    expect((await api.get('admin', '/places/b4')).json()).toEqual(place);
  });

  it('are changed by what PATCH names; null takes an optional field away', async () => {
    await using api = await runningApi();
    const named = await api.send('admin', 'PATCH', '/places/b9', { name: { en: 'Nine' }, tags: null });
    expect(named.json()).toEqual({ id: 'b9', kind: 'building', name: { en: 'Nine' }, parent: 'g2' });
    const merged = await api.send('admin', 'PATCH', '/places/b9', { name: { zh: '九' } });
    expect(merged.json().name).toEqual({ en: 'Nine', zh: '九' });
    for (const body of [{ kind: null }, { id: 'b10' }, { colour: 'red' }, { kind: 'cave' }])
      expect((await api.send('admin', 'PATCH', '/places/b9', body)).statusCode, JSON.stringify(body)).toBe(
        400,
      );
    expect((await api.send('admin', 'PATCH', '/places/none', {})).statusCode).toBe(404);
  });

  it('refuse references that lead nowhere, and deleting what something refers to', async () => {
    await using api = await runningApi();
    const lost = await api.send('admin', 'POST', '/devices', { id: 'd', kind: 'door', place: 'moon' });
    expect(lost.json()).toMatchObject({ code: 'unknown-reference', issues: [{ path: 'place' }] });
    const cycle = await api.send('admin', 'PATCH', '/places/g1', { parent: 'b3' });
    expect(cycle.statusCode).toBe(422);
    const kept = await api.send('admin', 'DELETE', '/places/b3');
    expect(kept.json()).toMatchObject({ code: 'still-referenced', status: 409 });
    expect(kept.json().referrers).toEqual(['place b3-0502', 'device smoke-b3-05']);
    expect((await api.send('admin', 'DELETE', '/residents/r-far')).statusCode).toBe(204);
    expect((await api.get('admin', '/residents/r-far')).statusCode).toBe(404);
  });

  it('name a roster by place and role', async () => {
    await using api = await runningApi();
    const shift = { days: 'mon-fri', from: '08:00', to: '16:00', person: 'p-care' };
    const made = await api.send('p-manager', 'POST', '/rosters', {
      place: 'g1',
      role: 'care-staff',
      shifts: [shift],
    });
    expect(made.json()).toMatchObject({ id: 'g1.care-staff', place: 'g1' });
    expect((await api.get('p-care', '/rosters/g1.care-staff')).json().shifts).toEqual([shift]);
    const changed = await api.send('p-leader', 'PATCH', '/rosters/g1.care-staff', { shifts: [] });
    expect(changed.json()).toMatchObject({ shifts: [] });
    expect((await api.send('p-leader', 'DELETE', '/rosters/g1.care-staff')).statusCode).toBe(204);
  });

  it('come in pages that neither miss nor repeat', async () => {
    await using api = await runningApi();
    for (const account of ['admin', 'p-worker']) {
      const seen: string[] = [];
      let cursor: string | null = '';
      while (cursor !== null) {
        const answer = await api.get(account, `/places?limit=2${cursor && `&cursor=${cursor}`}`);
        const page: { items: { id: string }[]; next: string | null } = answer.json();
        expect(page.items.length).toBeLessThanOrEqual(2);
        seen.push(...page.items.map(({ id }) => id));
        cursor = page.next;
      }
      expect(seen).toEqual(
        account === 'admin' ? ['b3', 'b3-0502', 'b9', 'g1', 'g2'] : ['b3', 'b3-0502', 'g1'],
      );
    }
    expect((await api.get('admin', '/places?limit=0')).statusCode).toBe(400);
    expect((await api.get('admin', '/places?cursor=nonsense')).statusCode).toBe(400);
    expect((await api.get('admin', '/places?colour=red')).statusCode).toBe(400);
  });

  it('make a token for a new device, show it once, and keep its hash', async () => {
    await using api = await runningApi();
    const made = await api.send('p-manager', 'POST', '/devices', { id: 'door-1', kind: 'door', place: 'b3' });
    expect(made.statusCode).toBe(201);
    const { token, ...device } = made.json();
    const health = { state: 'never-seen', reason: 'never-seen', since: null, battery: null };
    const presence = { online: false, onlineSince: null, lastSeen: null, health, main: null };
    expect(device).toEqual({ id: 'door-1', kind: 'door', place: 'b3', ...presence });
    const hashed = (text: string) => hashDeviceToken(api.platform.deviceTokenKey, 'door-1', text);
    expect(api.reader.credential('door-1')?.tokenHash).toBe(hashed(token));
    expect((await api.get('p-manager', '/devices/door-1')).json()).toEqual(device);
    const rotated = await api.send('p-manager', 'POST', '/devices/door-1/rotate-token');
    expect(rotated.json().token).not.toBe(token);
    expect(api.reader.credential('door-1')?.tokenHash).toBe(hashed(rotated.json().token));
    expect((await api.send('p-manager', 'DELETE', '/devices/door-1')).statusCode).toBe(204);
    expect(api.reader.credential('door-1')).toBeUndefined();
  });

  it('set and take back modes of places and residents', async () => {
    await using api = await runningApi();
    const mode = { target: 'r-0502', mode: 'hospital', until: '2026-01-02T00:00:00Z', reason: 'hip' };
    expect((await api.send('p-care', 'PUT', '/modes', mode)).json()).toEqual(mode);
    expect((await api.get('p-care', '/modes?target=r-0502')).json().items).toEqual([mode]);
    expect((await api.get('p-manager', '/modes')).json().items).toEqual([]);
    const { target, mode: name } = mode;
    expect((await api.send('p-care', 'DELETE', '/modes', { target, mode: name })).statusCode).toBe(204);
    expect((await api.send('p-care', 'DELETE', `/modes?target=${target}&mode=${name}`)).statusCode).toBe(404);
    expect((await api.send('admin', 'PUT', '/modes', { target: 'moon', mode: 'drill' })).statusCode).toBe(
      422,
    );
    const drill = { target: 'b3', mode: 'drill' };
    expect((await api.send('admin', 'PUT', '/modes', { ...drill, until: 'soon' })).statusCode).toBe(400);
    const endless = await api.send('admin', 'PUT', '/modes', { ...drill, until: null });
    expect(endless.json()).toEqual(drill);
    expect((await api.get('admin', '/modes')).json().items).toContainEqual(drill);
  });

  it('nobody says that somebody is in hospital who may not see it, nor learns by taking it back that somebody is', async () => {
    await using api = await runningApi();
    const mode = { target: 'r-0502', mode: 'hospital' };
    for (const account of ['p-manager', 'p-leader']) {
      const refused = [
        await api.send(account, 'PUT', '/modes', mode),
        await api.send(account, 'DELETE', '/modes', mode),
        await api.send(account, 'DELETE', '/modes?target=r-0502&mode=hospital'),
      ];
      for (const answer of refused) expect(answer.json()).toMatchObject({ status: 403, code: 'not-allowed' });
      expect((await api.send(account, 'PUT', '/modes', { ...mode, mode: 'away' })).statusCode).toBe(200);
      expect((await api.get(account, '/modes')).json().items).toEqual([{ ...mode, mode: 'away' }]);
    }
    expect((await api.send('p-care', 'PUT', '/modes', mode)).statusCode).toBe(200);
    expect((await api.send('p-leader', 'DELETE', '/modes', mode)).statusCode).toBe(403);
    expect((await api.get('p-care', '/modes')).json().items).toContainEqual(mode);
  });
});

describe('readings', () => {
  it('take ranges with zones and refuse those that are none', async () => {
    await using api = await runningApi();
    const read = (query: string) => api.get('admin', `/devices/smoke-b3-05/readings?property=smoke&${query}`);
    api.platform.points = [{ at: start, value: true }];
    const answer = await read('from=2026-01-01T12:00:00%2B08:00&to=2026-01-02T00:00:00Z&limit=100000');
    expect(answer.json()).toEqual({ points: [{ at: '2026-01-01T04:00:00.000Z', value: true }], next: null });
    expect(api.platform.historyAsked.at(-1)).toMatchObject({ from: start, limit: 100_000 });
    const bad = [
      'from=yesterday',
      'from=2026-01-01',
      'from=2026-01-02T00:00:00Z&to=2026-01-01T00:00:00Z',
      'from=2026-01-01T00:00:00Z&to=2026-01-01T00:00:00Z',
      'limit=100001',
      'fn=avg',
      'every=soon',
      'every=0s',
      'every=1h&fn=median',
    ];
    for (const query of bad) expect((await read(query)).statusCode, query).toBe(400);
    expect((await api.get('admin', '/devices/smoke-b3-05/readings')).statusCode).toBe(400);
    expect((await api.get('admin', '/devices/none/readings?property=smoke')).statusCode).toBe(404);
  });

  it('ask history for buckets in the zone of the community', async () => {
    await using api = await runningApi();
    await api.get('admin', '/devices/smoke-b3-05/readings?property=temperature&every=1d&fn=max');
    expect(api.platform.historyAsked.at(-1)).toMatchObject({
      everyMs: 86_400_000,
      fn: 'max',
      timezone: 'Asia/Shanghai',
    });
  });

  it('refuse more buckets than an answer holds before history counts them', async () => {
    await using api = await runningApi();
    const read = (query: string) =>
      api.get('admin', `/devices/smoke-b3-05/readings?property=temperature&${query}`);
    api.platform.points = [{ at: start, value: 20 }];
    api.platform.at = plus(start, 40 * day);
    api.platform.latestOf.set('smoke-b3-05', { temperature: { value: 21, at: plus(start, 40 * day) } });
    for (const query of ['every=1ms&from=1970-01-01T00:00:00Z', 'every=1ms', 'every=10s']) {
      const refused = await read(query);
      expect(refused.json(), query).toMatchObject({ code: 'invalid-input', status: 400 });
      expect(refused.json().detail).toContain('longer every');
    }
    expect(api.platform.historyAsked.every((query) => !('everyMs' in query))).toBe(true);
    // From when on there are readings counts, not 1970.
    expect((await read('every=1m')).statusCode).toBe(200);
    expect((await read('every=1ms&from=2026-01-01T04:00:00Z&to=2026-01-01T04:01:00Z')).statusCode).toBe(200);
  });
});

describe('alarms and tasks', () => {
  it('have the shape of the contract, with titles in the language that is asked for', async () => {
    await using api = await runningApi();
    api.write((writer) => {
      writer.putAlarm(alarm('a-1'));
      writer.putTask(task('t-1', { place: 'b3' as PlaceId }));
    });
    const found = (await api.get('admin', '/tasks/t-1')).json();
    expect(found).toMatchObject({
      id: 't-1',
      title: '3号楼 烟感报警',
      titles: { en: 'Smoke at Building 3', zh: '3号楼 烟感报警' },
      assignee: 'w-zhou',
      acceptBy: '2026-01-01T04:01:00.000Z',
      handleBy: null,
      overdue: false,
      history: [],
    });
    const english = await api.call('admin', {
      method: 'GET',
      url: '/api/v1/tasks/t-1',
      headers: { 'accept-language': 'en-GB,zh' },
    });
    expect(english.json().title).toBe('Smoke at Building 3');
    api.platform.at = epochMs(start + 61_000);
    expect((await api.get('admin', '/tasks/t-1')).json().overdue).toBe(true);
    expect((await api.get('admin', '/tasks?overdue=true')).json().items).toHaveLength(1);
    expect((await api.get('admin', '/tasks?overdue=false')).json().items).toHaveLength(0);
    expect(Object.keys((await api.get('admin', '/alarms/a-1')).json())).toEqual(
      expect.arrayContaining(
        'id rule ruleVersion key device place category severity state ack disposition startedAt clearedAt receivedLate revised tasks'.split(
          ' ',
        ),
      ),
    );
  });

  it('answer 401, then 403, then 409', async () => {
    await using api = await runningApi();
    api.write((writer) => writer.putTask(task('t-1')));
    const act = (account: string | null, version: number) =>
      api.call(account, { method: 'POST', url: '/api/v1/tasks/t-1/accept', payload: { version } });
    expect((await act(null, 9)).statusCode).toBe(401);
    expect((await act('p-auditor', 9)).statusCode).toBe(403);
    expect((await act('p-elsewhere', 9)).statusCode).toBe(403);
    expect((await act('p-worker', 9)).json()).toMatchObject({ status: 403 });
    expect((await act('p-leader', 9)).json()).toMatchObject({
      status: 409,
      code: 'stale-version',
      retry: true,
    });
    expect((await act('p-leader', 1)).json()).toMatchObject({ status: 409, code: 'wrong-state' });
    expect((await api.send('p-leader', 'POST', '/tasks/t-1/dance', { version: 1 })).statusCode).toBe(400);
    // In the table, and for nobody of staff.
    expect((await api.send('p-leader', 'POST', '/tasks/t-1/reopen', { version: 1 })).statusCode).toBe(403);
  });

  it('show the life cycle as a table', async () => {
    await using api = await runningApi();
    const { items, next } = (await api.get('p-volunteer', '/task-transitions')).json();
    expect(items).toContainEqual(
      expect.objectContaining({ state: 'dispatched', from: 'dispatched', action: 'accept', to: 'accepted' }),
    );
    expect(next).toBeNull();
  });
});

describe('rules', () => {
  const yaml =
    'id: smoke-x\ncategory: fire\nseverity: critical\nlife-safety: true\nproperty: smoke\nwhen: value == true\n';
  const put = (payload: string | object, id = 'smoke-x') =>
    ({
      method: 'PUT',
      url: `/api/v1/rules/${id}`,
      payload,
      ...(typeof payload === 'string' ? { headers: { 'content-type': 'application/yaml' } } : {}),
    }) as const;

  it('are taken as YAML or JSON and given back in camelCase, to be put again as they are', async () => {
    await using api = await runningApi();
    const answer = await api.call('admin', put(yaml));
    expect(answer.json()).toMatchObject({
      id: 'smoke-x',
      category: 'fire',
      severity: 'critical',
      lifeSafety: true,
      property: 'smoke',
      when: 'value == true',
      version: 1,
      valid: true,
      problems: [],
      error: null,
    });
    const again = await api.call('admin', put(answer.json()));
    expect(again.json()).toEqual(answer.json());
    expect(answer.json()).not.toHaveProperty('clear');
    expect((await api.get('p-leader', '/rules')).json().items).toHaveLength(1);
    const trace = await api.get('p-leader', '/rules/smoke-x/trace?device=smoke-b3-05');
    expect(trace.json().items).toEqual([{ at: '2026-01-01T04:00:00.000Z', outcome: 'not fired' }]);
    expect((await api.get('p-leader', '/rules/smoke-x/trace?device=smoke-b9')).statusCode).toBe(403);
    expect((await api.send('admin', 'DELETE', '/rules/smoke-x')).statusCode).toBe(204);
  });

  it('are refused under another id than their own', async () => {
    await using api = await runningApi();
    expect((await api.call('admin', put(yaml, 'other'))).statusCode).toBe(400);
    expect((await api.get('admin', '/rules')).json().items).toEqual([]);
  });
});

describe('coverage', () => {
  it('names who would find nobody, when nobody is on duty, and life-safety devices that protect nobody', async () => {
    await using api = await runningApi();
    await api.call('admin', {
      method: 'PUT',
      url: '/api/v1/rules/smoke-x',
      payload: {
        category: 'fire',
        severity: 'critical',
        property: 'smoke',
        when: 'value == true',
        devices: { kind: 'smoke-detector' },
        task: { title: 'x', to: 'grid-worker' },
      },
    });
    api.write((writer) => writer.putPresence('smoke-b9' as DeviceId, true, start, 'connect'));
    const { rosterGaps, ...rest } = (await api.get('p-leader', '/coverage')).json();
    expect(rosterGaps).toHaveLength(14);
    expect(rosterGaps[0]).toEqual({
      place: 'g1',
      role: 'grid-worker',
      from: '2026-01-01T16:00:00.000Z',
      to: '2026-01-02T00:00:00.000Z',
    });
    expect(rest).toEqual({
      unrouted: [],
      holidaysUnknown: [],
      unprotected: [{ device: 'smoke-b3-05', kind: 'smoke-detector', place: 'b3', reason: 'never-seen' }],
    });
  });

  it('calls a device silent only after its own cadence and a little, since battery devices come and go', async () => {
    await using api = await runningApi();
    const reasons = async () => {
      const { unprotected } = (await api.get('admin', '/coverage')).json();
      return unprotected.map((each: { device: string; reason: string }) => `${each.device} ${each.reason}`);
    };
    api.write((writer) => writer.putPresence('smoke-b3-05' as DeviceId, false, start, 'disconnect'));
    api.platform.at = epochMs(start + 25.2 * 3_600_000);
    expect(await reasons()).toEqual(['smoke-b9 never-seen']);
    api.platform.at = epochMs(start + 25.2 * 3_600_000 + 1);
    expect(await reasons()).toEqual(['smoke-b3-05 silent', 'smoke-b9 never-seen']);
    await api.send('admin', 'PUT', '/modes', { target: 'g1', mode: 'maintenance' });
    expect(await reasons()).toEqual(['smoke-b3-05 maintenance', 'smoke-b9 never-seen']);
  });

  it('names a rule whose task would find nobody at a place', async () => {
    await using api = await runningApi({ isEmpty: true });
    await api.send('admin', 'POST', '/import', {
      community: { id: 'c' },
      places: [{ id: 'g', kind: 'grid', parent: 'c' }],
      devices: [{ id: 'd', kind: 'smoke-detector', place: 'g' }],
    });
    await api.send('admin', 'PUT', '/rules/smoke-x', {
      category: 'fire',
      severity: 'critical',
      property: 'smoke',
      when: 'value == true',
      task: { title: 'x', to: 'grid-worker' },
    });
    const { unrouted } = (await api.get('admin', '/coverage')).json();
    expect(unrouted).toEqual([{ rule: 'smoke-x', category: 'fire', place: 'g' }]);
  });
});

describe('the clock', () => {
  it('is moved on the data clock only, and said on every answer then', async () => {
    await using api = await runningApi();
    const moved = await api.send('admin', 'POST', '/clock/advance', {});
    expect(moved.json()).toMatchObject({ code: 'wrong-clock', status: 409 });
    expect(moved.headers['gridbell-clock']).toBeUndefined();
    await using onData = await runningApi({ clock: 'data' });
    const advanced = await onData.send('admin', 'POST', '/clock/advance', { to: '2026-01-01T05:00:00Z' });
    expect(advanced.statusCode).toBe(200);
    expect(onData.engine.executed.at(-1)?.command).toEqual({ name: 'advance-clock', to: start + 3_600_000 });
    expect((await onData.send('admin', 'POST', '/clock/advance', { to: 'later' })).statusCode).toBe(400);
    expect((await onData.get('p-worker', '/clock')).json().kind).toBe('data');
    expect((await onData.get('p-worker', '/nothing')).headers['gridbell-clock']).toBe('data');
  });
});
