import { describe, expect, it } from 'vitest';
import { fileActor, libraryActor } from '#model/rule-version.ts';
import { type RunningApi, runningApi } from '#tests/api/support/running-api.ts';

const warm = { category: 'comfort', severity: 'minor', property: 'temperature', when: 'value > 30' };
const put = (api: RunningApi, body: object, query = '') =>
  api.send('admin', 'PUT', `/rules/warm${query}`, body);
const rule = async (api: RunningApi, id = 'warm') => (await api.get('admin', `/rules/${id}`)).json();
const versions = async (api: RunningApi, query = '') =>
  (await api.get('admin', `/rules/warm/versions${query}`)).json();

/** As a file or the library puts it. */
const putBy = (api: RunningApi, actor: typeof libraryActor, body: object | null) =>
  api.engine.execute(actor, {
    name: 'change',
    expect: 'any',
    changes: [
      body === null
        ? { op: 'delete', resource: 'rule', id: 'warm' }
        : { op: 'put', resource: 'rule', id: 'warm', body: { id: 'warm', ...body } },
    ],
    reason: 'as its source has it',
  });

describe('the versions of a rule', () => {
  it('are no more when the same is said again, in whatever order, and nothing is audited', async () => {
    await using api = await runningApi();
    await putBy(api, libraryActor, warm);
    const before = (await api.get('p-auditor', '/audit')).json();
    const { category, ...rest } = warm;
    const answer = await put(api, { ...rest, category }, '?version=1');
    expect(answer.statusCode).toBe(200);
    expect(answer.json()).toMatchObject({ version: 1, origin: 'library', changedBy: 'library' });
    expect((await versions(api)).items).toHaveLength(1);
    expect((await api.get('p-auditor', '/audit')).json()).toEqual(before);
    expect((await put(api, warm, '?version=7')).statusCode).toBe(409);
    expect((await put(api, { ...warm, when: 'value > 31' })).json()).toMatchObject({
      version: 2,
      origin: 'api',
    });
  });

  it('are kept with author, time, text and what was different', async () => {
    await using api = await runningApi();
    await put(api, warm);
    await put(api, { ...warm, when: 'value > 28', for: '2m' });
    await api.send('admin', 'DELETE', '/rules/warm');
    const { items, next } = await versions(api);
    expect(next).toBeNull();
    expect(items).toMatchObject([
      { version: 3, reason: 'delete rule warm', source: null, text: null },
      { version: 2, actor: 'admin', origin: 'api', source: { when: 'value > 28' } },
      {
        version: 1,
        at: '2026-01-01T04:00:00.000Z',
        reason: 'set rule warm',
        source: { id: 'warm', ...warm },
      },
    ]);
    expect(items[1].diff).toBe(
      [
        '--- warm.yaml',
        '+++ warm.yaml',
        '@@ -2,4 +2,5 @@',
        ' category: comfort',
        ' severity: minor',
        ' property: temperature',
        '-when: value > 30',
        '+when: value > 28',
        '+for: 2m',
        '',
      ].join('\n'),
    );
    expect(items[2].diff).toMatch(/^--- \/dev\/null\n\+\+\+ warm.yaml\n@@ -0,0 \+1,5 @@\n\+id: warm\n/);
    expect(items[0].diff).toMatch(/\n-when: value > 28\n/);
  });

  it('come in pages, each with the difference to the one before', async () => {
    await using api = await runningApi();
    for (const limit of [30, 31, 32]) await put(api, { ...warm, when: `value > ${limit}` });
    const first = await versions(api, '?limit=2');
    expect(first.items.map(({ version }: { version: number }) => version)).toEqual([3, 2]);
    expect(first.items[1].diff).toContain('-when: value > 30\n+when: value > 31');
    const second = await versions(api, `?limit=2&cursor=${first.next}`);
    expect(second.items.map(({ version }: { version: number }) => version)).toEqual([1]);
  });

  it('are the last hundred, and what the library put last', async () => {
    await using api = await runningApi();
    await putBy(api, libraryActor, warm);
    for (let n = 0; n < 104; n++) await put(api, { ...warm, when: `value > ${n}` });
    const { items } = await versions(api, '?limit=1000');
    const kept = items.map(({ version }: { version: number }) => version);
    expect(kept).toEqual([...Array.from({ length: 100 }, (_, index) => 105 - index), 1]);
    expect(items.at(-2)).toMatchObject({ version: 6, diff: null });
  });

  it('are restored by a PUT of their text', async () => {
    await using api = await runningApi();
    await put(api, warm);
    await put(api, { ...warm, severity: 'major' });
    await api.send('admin', 'DELETE', '/rules/warm');
    const { items } = await versions(api);
    const answer = await api.call('admin', {
      method: 'PUT',
      url: '/api/v1/rules/warm',
      headers: { 'content-type': 'application/yaml' },
      payload: items[2].text,
    });
    expect(answer.json()).toMatchObject({ version: 4, severity: 'minor', valid: true });
  });

  it('are for those who may see rules; of a rule that never was there are none', async () => {
    await using api = await runningApi();
    await put(api, warm);
    expect((await api.get('p-worker', '/rules/warm/versions')).statusCode).toBe(403);
    expect((await api.get('p-care', '/rules/warm/versions')).statusCode).toBe(200);
    expect((await api.get('admin', '/rules/other/versions')).statusCode).toBe(404);
  });
});

describe('a rule', () => {
  it('tells who changed it last, where it comes from, and its text', async () => {
    await using api = await runningApi();
    await put(api, { ...warm, clearFor: '2m', devices: { kind: ['environment'] } });
    expect(await rule(api)).toMatchObject({
      origin: 'api',
      changedBy: 'admin',
      changedAt: '2026-01-01T04:00:00.000Z',
      libraryChanged: false,
      notTakenOver: null,
      alarms: { today: 0, sevenDays: 0, genuineShare: null },
      text: expect.stringContaining(
        'devices:\n  kind:\n    - environment\nwhen: value > 30\nclear-for: 2m\n',
      ),
    });
    const [listed] = (await api.get('admin', '/rules')).json().items;
    expect(listed).toMatchObject({ origin: 'api' });
    expect(listed).not.toHaveProperty('text');
  });

  it('is set only from the version that was seen', async () => {
    await using api = await runningApi();
    expect((await put(api, warm, '?version=0')).statusCode).toBe(200);
    expect((await put(api, { ...warm, for: '1m' }, '?version=1')).json()).toMatchObject({ version: 2 });
    for (const seen of [0, 1, 3]) {
      const answer = await put(api, warm, `?version=${seen}`);
      expect(answer.statusCode).toBe(409);
      expect(answer.json()).toMatchObject({ code: 'stale-version', version: 2 });
    }
  });

  it('is switched off, on and into the shadow', async () => {
    await using api = await runningApi();
    await put(api, warm);
    const patch = (body: object) => api.send('admin', 'PATCH', '/rules/warm', body);
    expect((await patch({ enabled: false, version: 1 })).json()).toMatchObject({
      version: 2,
      enabled: false,
    });
    expect((await patch({ enabled: true, version: 1 })).statusCode).toBe(409);
    expect((await patch({ shadow: true, enabled: null })).json()).toMatchObject({ version: 3, shadow: true });
    expect(await rule(api)).not.toHaveProperty('enabled');
    expect((await patch({ when: 'true' })).statusCode).toBe(400);
    expect((await patch({ enabled: 'no' })).statusCode).toBe(400);
    expect((await api.send('admin', 'PATCH', '/rules/other', {})).statusCode).toBe(404);
    expect((await api.send('p-care', 'PATCH', '/rules/warm', {})).statusCode).toBe(403);
  });

  it('that is broken is switched, too, and keeps the places of what is wrong', async () => {
    await using api = await runningApi();
    const yaml = 'category: comfort\nseverity: minor\nproperty: temperature\nwhen: valeu > 1\n';
    await api.call('admin', {
      method: 'PUT',
      url: '/api/v1/rules/warm',
      headers: { 'content-type': 'application/yaml' },
      payload: yaml,
    });
    const answer = await api.send('admin', 'PATCH', '/rules/warm', { enabled: false });
    expect(answer.json()).toMatchObject({ enabled: false, valid: false, problems: [{ line: 4, column: 7 }] });
  });
});

describe('a rule of the library', () => {
  const smoke = { category: 'fire', severity: 'critical', property: 'smoke', when: 'value == true' };
  const putSmoke = (api: RunningApi, when: string) =>
    api.engine.execute(libraryActor, {
      name: 'change',
      expect: 'any',
      changes: [
        { op: 'put', resource: 'rule', id: 'smoke-alarm', body: { id: 'smoke-alarm', ...smoke, when } },
      ],
      reason: 'library',
    });

  it('stays one when it is switched off, and is nobody else’s when it is edited', async () => {
    await using api = await runningApi();
    await putBy(api, libraryActor, warm);
    await api.send('admin', 'PATCH', '/rules/warm', { enabled: false });
    expect(await rule(api)).toMatchObject({ origin: 'library', changedBy: 'admin' });
    await put(api, { ...warm, severity: 'major' });
    expect(await rule(api)).toMatchObject({ origin: 'api' });
  });

  it('that was edited says when the library has another version since', async () => {
    await using api = await runningApi();
    await putSmoke(api, 'value != false');
    expect(await rule(api, 'smoke-alarm')).toMatchObject({ origin: 'library', libraryChanged: false });
    await api.send('admin', 'PUT', '/rules/smoke-alarm', { ...smoke, severity: 'major' });
    expect(await rule(api, 'smoke-alarm')).toMatchObject({ origin: 'api', libraryChanged: true });
  });
});

describe('a rule of a file', () => {
  it('is edited and deleted in its file only, and switched by anybody who may', async () => {
    await using api = await runningApi();
    await putBy(api, fileActor('site.yaml'), warm);
    api.platform.files = [{ name: 'site.yaml', problems: [] }];
    for (const answer of [
      await put(api, { ...warm, severity: 'major' }),
      await api.send('admin', 'DELETE', '/rules/warm'),
      await api.send('admin', 'DELETE', '/rules?all=true'),
      await api.send('admin', 'PUT', '/rules', { rules: [{ id: 'warm', ...warm, severity: 'major' }] }),
    ]) {
      expect(answer.statusCode).toBe(409);
      expect(answer.json()).toMatchObject({ code: 'belongs-to-file', files: ['site.yaml'], rules: ['warm'] });
    }
    const same = await api.send('admin', 'PUT', '/rules', { rules: [{ id: 'warm', ...warm }] });
    expect(same.json().items).toMatchObject([{ version: 1, origin: 'file:site.yaml' }]);
    const switched = await api.send('admin', 'PATCH', '/rules/warm', { enabled: false });
    expect(switched.json()).toMatchObject({ version: 2, enabled: false, origin: 'file:site.yaml' });
  });

  it('is anybody’s again when there is no rules directory', async () => {
    await using api = await runningApi();
    await putBy(api, fileActor('site.yaml'), warm);
    expect((await put(api, { ...warm, severity: 'major' })).json()).toMatchObject({ origin: 'api' });
  });

  it('says what of the file was not taken over', async () => {
    await using api = await runningApi();
    await putBy(api, fileActor('site.yaml'), warm);
    const problem = { rule: 'warm', path: 'when', line: 5, column: 9, message: 'Unknown variable: valeu' };
    api.platform.files = [{ name: 'site.yaml', problems: [problem] }];
    expect(await rule(api)).toMatchObject({
      valid: true,
      notTakenOver: { file: 'site.yaml', problems: [problem] },
    });
  });
});

it('alarms are counted by rule: today in the zone of the community, in seven days, and how many were genuine', async () => {
  await using api = await runningApi();
  const alarm = (id: string, startedAt: string, disposition?: string) =>
    api.write(() =>
      api.writer.putAlarm({
        id,
        rule: 'warm',
        device: 'd',
        place: 'b3',
        severity: 'minor',
        state: 'cleared',
        ack: false,
        startedAt: Date.parse(startedAt),
        ...(disposition === undefined ? {} : { disposition }),
      } as unknown as Parameters<typeof api.writer.putAlarm>[0]),
    );
  // It is noon in Shanghai.
  alarm('a1', '2025-12-31T16:00:00Z', 'genuine');
  alarm('a2', '2025-12-31T15:59:59Z', 'false');
  alarm('a3', '2025-12-25T04:00:00Z');
  alarm('a4', '2025-12-25T03:59:59Z', 'false');
  await put(api, warm);
  expect((await rule(api)).alarms).toEqual({
    today: 1,
    sevenDays: 3,
    judged: 2,
    genuine: 1,
    genuineShare: 0.5,
    lastAt: '2025-12-31T16:00:00.000Z',
  });
});
