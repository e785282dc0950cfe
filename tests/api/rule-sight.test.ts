import { describe, expect, it } from 'vitest';
import { unseenBy } from '#api/authorization/rule-sight.ts';
import type { Role } from '#model/role.ts';
import { accountOf, runningApi } from '#tests/api/support/running-api.ts';

const rule = (more: object) => ({
  id: 'r1',
  category: 'comfort',
  severity: 'minor',
  property: 'battery',
  when: 'value < 10',
  ...more,
});

describe('what a rule looks at', () => {
  it.each([
    ['heart-rate', { property: 'heart-rate' }],
    ['heart-rate', { property: ['battery', 'heart-rate'] }],
    ['heart-rate', { when: "last('heart-rate') > 100" }],
    ['heart-rate', { when: "value < 10 && avg('heart-rate', '10m') > 100" }],
    ['heart-rate', { when: "others('heart-rate', 60.0, 'building', '1m') > 0" }],
    ['heart-rate', { when: "baseline('heart-rate').mean > 60" }],
    ['heart-rate', { levels: [{ when: "last('heart-rate') > 100", severity: 'major' }] }],
    ['heart-rate', { clear: "last('heart-rate') > 100" }],
    ['heart-rate', { when: "values['heart-rate'] > 100" }],
    ['heart-rate', { when: '"heart-rate" in values' }],
    ['heart-rate', { when: "valeu > 1 && last('heart-rate') > 100" }],
    ['fall', { property: 'door-open', when: 'value == true', key: { by: 'device', and: 'fall' } }],
    ['whole messages or the limits of persons', { when: "values['heart' + '-rate'] > 100" }],
    ['whole messages or the limits of persons', { when: "values['vendor-pulse'] > 100" }],
    ['whole messages or the limits of persons', { when: 'values.spo2 > 90' }],
    ['whole messages or the limits of persons', { when: 'size(values) > 2' }],
    ['whole messages or the limits of persons', { when: "'heart-rate' in resident.limits && value < 10" }],
  ])('%s is not for a property manager: %j', (what, more) => {
    expect(unseenBy('property-manager', rule(more))).toSatisfy(
      (found) => found === what || found === 'heart-rate',
    );
    expect(unseenBy('admin', rule(more))).toBeNull();
  });

  it.each([{}, { when: "value < 10 && last('temperature') > 30" }, { when: "values['smoke'] == true" }])(
    'is for a property manager: %j',
    (more) => expect(unseenBy('property-manager', rule(more))).toBeNull(),
  );
});

it('a property manager sets no rule whose alarms and counts would tell of vitals, in a file neither', async () => {
  await using api = await runningApi();
  await api.send('admin', 'POST', '/users', {
    id: 'boss',
    role: 'property-manager',
    password: 'a long password',
  });
  const text = JSON.stringify(rule({ shadow: true, property: 'heart-rate', when: 'value > 110' }));
  const put = (account: 'admin' | 'boss', url: string, payload: string) =>
    api.call(account, { method: 'PUT', url, headers: { 'content-type': 'application/json' }, payload });
  const refused = await put('boss', '/api/v1/rules/r1', text);
  expect([refused.statusCode, refused.json().code]).toEqual([403, 'not-allowed']);
  expect((await put('boss', '/api/v1/rules', `{"rules":[${text}]}`)).statusCode).toBe(403);
  expect((await put('admin', '/api/v1/rules/r1', text)).statusCode).toBe(200);
  expect((await put('boss', '/api/v1/rules/r2', JSON.stringify({ ...rule({}), id: 'r2' }))).statusCode).toBe(
    200,
  );
});

describe('how often a rule was judged and raised', () => {
  it('is told to nobody who may not see what it looks at, when that is vitals', async () => {
    await using api = await runningApi();
    const counts = {
      evaluations: 7,
      raised: 1,
      shadowRaised: 0,
      heldBack: 2,
      unknown: 0,
      tooLate: 0,
      lastEvaluatedAt: null,
      lastRaisedAt: null,
    };
    const rules = {
      pulse: { property: 'heart-rate', when: 'value > 110', shadow: true },
      broken: { property: 'heart-rate', when: 'valeu > 110' },
      limits: { when: "'spo2' in resident.limits && value < 10" },
      hospital: { property: 'temperature', when: 'value > 30', unless: ['away', 'hospital'] },
      warm: { property: 'temperature', when: 'value > 30' },
    };
    api.platform.ruleStatus = async () =>
      Object.keys(rules).map((id) => ({ id, version: 1, valid: true, problems: [], counts }));
    for (const [id, more] of Object.entries(rules))
      expect((await api.send('admin', 'PUT', `/rules/${id}`, { ...rule(more), id })).statusCode).toBe(200);
    const seen = async (role: Role, id: string): Promise<unknown[]> => {
      const one = (await api.get(accountOf[role], `/rules/${id}`)).json();
      const list = await api.get(accountOf[role], '/rules');

      expect(list.statusCode, list.body).toBe(200);
      const all: { id: string }[] = list.json().items;
      expect(all.find((each) => each.id === id)).toMatchObject({ counts: one.counts, alarms: one.alarms });
      return [one.counts?.evaluations ?? null, one.alarms?.today ?? null];
    };
    for (const role of ['property-manager', 'grid-leader', 'auditor'] as const) {
      for (const id of ['pulse', 'broken', 'limits', 'hospital'])
        expect(await seen(role, id), `${role} ${id}`).toEqual([null, null]);
      expect(await seen(role, 'warm')).toEqual([7, 0]);
    }
    for (const role of ['admin', 'care-staff'] as const) expect(await seen(role, 'pulse')).toEqual([7, 0]);
    // Its answer to who edited it is no other.
    await api.send('admin', 'PUT', '/rules/warm', { ...rule(rules.pulse), id: 'warm' });
    expect(await seen('property-manager', 'warm')).toEqual([null, null]);
  });
});
