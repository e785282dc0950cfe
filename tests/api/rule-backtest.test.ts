import { describe, expect, it } from 'vitest';
import { day, hour, plus } from '#model/brand.ts';
import { iso } from '#model/clock.ts';
import type { BacktestReport } from '#rules/backtest/report.ts';
import { type RunningApi, runningApi, start } from '#tests/api/support/running-api.ts';

const rule = { category: 'comfort', severity: 'minor', property: 'battery', when: 'value < 15' };
const ago = (days: number) => plus(start, 0 - days * day);
const range = { from: iso(ago(1)), to: iso(start) };
const nobody = { count: 0, night: 0 };

const report: BacktestReport = {
  from: ago(1),
  to: start,
  endedAt: start,
  timezone: 'Asia/Shanghai',
  data: {
    since: ago(30),
    heardFrom: ago(2),
    warmUpMs: day,
    readings: 7,
    devices: 2,
  },
  alarms: {
    count: 1,
    night: 1,
    severities: { critical: 0, major: 0, minor: 1, warning: 0 },
    receivedLate: 0,
    revised: 0,
    standing: 1,
    stoodMs: null,
  },
  tasks: { count: 1, night: 1, joined: 0, toVerify: 0 },
  days: [{ date: '2026-01-01', alarms: { count: 1, night: 1 }, tasks: nobody }],
  hours: Array.from({ length: 24 }, () => 0),
  devices: [],
  places: [],
  list: [],
  compared: null,
  caveats: [{ code: 'places-of-today', detail: 'of today' }],
};

async function standing(): Promise<RunningApi> {
  const api = await runningApi();
  await api.send('admin', 'PUT', '/rules/low', rule);
  api.platform.report = report;
  return api;
}
const tried = (api: RunningApi, body: object, account = 'admin', id = 'low') =>
  api.send(account, 'POST', `/rules/${id}/backtest`, body);

describe('POST /rules/{id}/backtest', () => {
  it('tries the rule that stands, and answers in times and seconds', async () => {
    await using api = await standing();
    const answer = await tried(api, range);
    expect(answer.statusCode).toBe(200);
    expect(answer.json()).toMatchObject({
      rule: 'low',
      version: 1,
      draft: false,
      ...range,
      data: { heardFrom: iso(ago(2)), warmUpSeconds: 86_400 },
      tasks: { count: 1, night: 1 },
      caveats: [{ code: 'places-of-today' }],
    });
    expect(api.platform.backtested).toMatchObject([
      { rule: { id: 'low', version: 1, source: { when: 'value < 15' } }, from: ago(1), to: start },
    ]);
  });

  it('tries a draft, as JSON or YAML, of a rule that stands or of none, and keeps nothing', async () => {
    await using api = await standing();
    const executed = api.engine.executed.length;
    const answer = await tried(api, { ...range, rule: { ...rule, when: 'value < 30' } });
    expect(answer.json()).toMatchObject({ version: 1, draft: true });
    const yaml =
      'rules: [{ id: fresh, category: comfort, severity: minor, property: battery, when: value < 40 }]';
    const fresh = await tried(api, { ...range, rule: yaml }, 'admin', 'fresh');
    expect(fresh.json()).toMatchObject({ rule: 'fresh', version: null, draft: true });
    expect(api.platform.backtested.map(({ rule: { source } }) => source['when'])).toEqual([
      'value < 30',
      'value < 40',
    ]);
    expect(api.engine.executed).toHaveLength(executed);
    expect((await api.get('admin', '/rules/fresh')).statusCode).toBe(404);
  });

  it.each([
    ['from is not before to', { from: range.to, to: range.from }, 400, 'from'],
    ['the future', { ...range, to: iso(plus(start, hour)) }, 400, 'to'],
    ['a time that begins now', { from: iso(plus(start, 1)), to: iso(plus(start, 2)) }, 400, 'from'],
    ['more than a year', { ...range, from: iso(ago(367)) }, 400, 'from'],
    ['no zone', { ...range, from: '2025-12-31T00:00:00' }, 400, 'from'],
    ['no time', { to: range.to }, 400, 'from'],
    ['something else', { ...range, speed: 2 }, 400, 'speed'],
    ['a draft that does not load', { ...range, rule: { ...rule, when: 'valeu < 1' } }, 422, 'when'],
    ['a draft of another rule', { ...range, rule: { ...rule, id: 'other' } }, 400, 'id'],
  ])('refuses %s', async (_, body, status, path) => {
    await using api = await standing();
    const answer = await tried(api, body);
    expect(answer.statusCode).toBe(status);
    expect(JSON.stringify(answer.json().issues)).toContain(`"${path}"`);
    expect(api.platform.backtested).toEqual([]);
  });

  it('takes a clock that is a little ahead for ours', async () => {
    await using api = await standing();
    expect((await tried(api, { ...range, to: iso(plus(start, 30_000)) })).statusCode).toBe(200);
    expect(api.platform.backtested).toMatchObject([{ to: start }]);
  });

  it('knows no rule that is not there, and tries none that is broken', async () => {
    await using api = await standing();
    expect((await tried(api, range, 'admin', 'nothing')).statusCode).toBe(404);
    await api.send('admin', 'PUT', '/rules/broken', { ...rule, when: 'valeu < 1' });
    expect((await tried(api, range, 'admin', 'broken')).statusCode).toBe(422);
    expect(api.platform.backtested).toEqual([]);
  });

  it('is for those who may write rules, and shows none of them what they may not see', async () => {
    await using api = await standing();
    for (const account of ['p-worker', 'p-care', 'p-leader', 'p-auditor'])
      expect((await tried(api, range, account)).statusCode, account).toBe(403);
    expect(
      (await api.send('admin', 'PATCH', '/people/p-manager', { places: ['lianfang-1'] })).statusCode,
    ).toBe(200);
    expect((await tried(api, range, 'p-manager')).statusCode).toBe(200);
    const vital = { ...rule, property: 'heart-rate', when: 'value > 100' };
    expect((await tried(api, { ...range, rule: vital }, 'p-manager')).statusCode).toBe(403);
    // Beside the same rule without that mode it would say since when somebody is in hospital.
    const held = { ...rule, unless: ['hospital'] };
    expect((await tried(api, { ...range, rule: held }, 'p-manager')).statusCode).toBe(403);
    expect(api.platform.backtested).toHaveLength(1);
    expect((await tried(api, { ...range, rule: held })).statusCode).toBe(200);
  });

  it('is called off when nobody waits for it any more', async () => {
    await using api = await standing();
    api.platform.report = undefined;
    const address = await api.app.listen({ host: '127.0.0.1', port: 0 });
    const caller = new AbortController();
    const asked = fetch(`${address}/api/v1/rules/low/backtest`, {
      method: 'POST',
      headers: { authorization: `Bearer ${api.signIn('admin')}`, 'content-type': 'application/json' },
      body: JSON.stringify(range),
      signal: caller.signal,
    });
    await expect.poll(() => api.platform.backtested.length).toBe(1);
    caller.abort();
    await expect(asked).rejects.toThrow('abort');
    await expect.poll(() => api.platform.calledOff).toBe(1);
  });
});
